"""The blocks of an article's text file: cleaned of marks, and told apart from what surrounds an article on a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from retrieval.ingest.extract import Extract
from retrieval.types import Source

_IMAGE = re.compile(r"!\[[^\[\]\n]*\]\([^()\n]*\)")
_LINK = re.compile(r"(?<!\\)\[((?:[^\[\]\\]|\\.){0,300}+)\]\((?:[^()\n]|\([^()\n]*\))*\)")
_STRONG = re.compile(r"\*\*|__")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*_\n]+)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!$>~|&])")
_HEADING_MARK = re.compile(r"^#{1,6}[ \t]+|(?<![ \t])[ \t]+#+$", re.MULTILINE)
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad"))
_SAME = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‐": "-", "‑": "-"})

_TERMINAL = re.compile(r"[.!?…。！？:][\"'”’»)\]]*$")
_OPEN_END = re.compile(r"[,;–—-]$|\b(?:a|an|the|of|and|or|to|in|on|at|by|for|from|with|that|which|its|their)$")
_CAPTION = re.compile(
    r"\[?(?:images?|photos?|photographs?|pictures?|figures?|fig|maps?|captions?|credits?|videos?|screenshots?|source)\b"
    r"[^:.]{0,25}[:.]",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(r"[-–\s]*(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?[-–\s]*", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_CLOSING = re.compile(
    r"(?:©|copyright\b|\(c\)|disclaimer\b|all (?:images|rights)\b|articles? by\b|about the author|"
    r"the original source\b|(?:originally|first) (?:published|appeared)|this (?:article|piece) (?:was|is|first)|"
    r"for media inquiries|tags?:|filed under)",
    re.IGNORECASE,
)
"""How the lines begin that close an article."""
_NAVIGATION = re.compile(
    r"(?:comment on\b|become a\b|subscribe\b|sign up\b|donate\b|support us|follow us|share (?:this|on)|"
    r"click (?:here|to)|read (?:more|also|next)\b|see also\b|related\b|advertisement\b|print this|e-?mail this)",
    re.IGNORECASE,
)
"""How the lines begin that a page puts anywhere."""
_ORIGIN = re.compile(r"©|copyright\b|\boriginal source\b|\b(?:originally|first) (?:published|appeared)", re.IGNORECASE)
_DATED = re.compile(r"\b(?:19|20)\d{2}\b")
_FEW_WORDS, _LONGEST_HEADING = 15, 100


@dataclass(frozen=True, slots=True)
class Lines:
    """A run of lines between blank ones: cleaned lines, whether all of it was links, whether a page began before it."""

    lines: tuple[str, ...]
    links: bool = False
    page_break: bool = False

    @property
    def text(self) -> str:
        """The lines as one paragraph."""
        return " ".join(self.lines)


def same(text: str) -> str:
    """A form in which two spellings of a heading are equal: case, quotes, dashes, spaces and marks do not count."""
    plain = _HEADING_MARK.sub("", _STRONG.sub("", unicodedata.normalize("NFKC", text).strip()))
    return " ".join(plain.translate(_SAME).casefold().split()).rstrip(":")


def clean(text: str) -> str:
    """A text without marks: links become their words, images go, emphasis and backslashes go; the words stay."""
    text = _LINK.sub(r"\1", _IMAGE.sub("", text.translate(_INVISIBLE)))
    return _ESCAPE.sub(r"\1", _HEADING_MARK.sub("", _EMPHASIS.sub(r"\2", _STRONG.sub("", text))))


def blocks(text: str, headings: Collection[str]) -> Iterator[Lines]:
    """Divide a text at blank lines and page breaks; a line that is one of ``headings`` (see ``same``) stands alone."""
    run: list[str] = []
    page_break = broken = False
    for line in re.split(r"\r\n|[\n\r\v\u2028\u2029]", text.replace("\f", "\n\f\n") + "\n"):
        alone = same(line) in headings
        if run and (alone or not line.strip()):
            yield _lines(run, page_break)
            run, page_break = [], False
        page_break = page_break or broken
        broken = line == "\f"
        if alone:
            yield _lines([line], page_break)
            page_break = False
        elif line.strip():
            run.append(line)


def as_text(extract: Extract) -> str:
    """The text of a file that was read, with its headings on lines of their own, ready to be bound."""
    parts = [part for part in (extract.title, extract.author and f"By {extract.author}") if part]
    heading = None
    for block in extract.blocks:
        if block.heading != heading and block.heading:
            parts.append(block.heading)
        heading = block.heading
        parts.append(block.text)
    return "\n\n".join(parts)


def is_header(block: Lines, source: Source) -> bool:
    """Whether a block above the body is the title, byline, date or list of themes: it does not read as sentences."""
    words = len(block.text.split())
    if same(block.text) == same(source.title):
        return True
    if words <= _FEW_WORDS // 2 and (_DATED.search(block.text) or (source.author and source.author in block.text)):
        return True
    if block.text.endswith(":"):
        return words <= _FEW_WORDS // 3
    return words <= 2 * _FEW_WORDS and not _TERMINAL.search(block.text)


def is_cut(block: Lines, following: Lines) -> bool:
    """Whether a page break (or an image) cut a paragraph between these two blocks."""
    if _TERMINAL.search(block.text) or not following.text:
        return False
    return following.text[0].islower() or following.page_break or bool(_OPEN_END.search(block.text))


def is_furniture(block: Lines) -> bool:
    """Whether a block belongs to the page and not to the article: captions, page numbers, addresses, navigation."""
    text = block.text
    if block.links or not text or _PAGE_NUMBER.fullmatch(text) or _ADDRESS.fullmatch(text):
        return True
    marked = _CAPTION.match(text) or _CLOSING.match(text) or _NAVIGATION.match(text)
    return len(text.split()) <= 2 * _FEW_WORDS and marked is not None


def opens_footer(block: Lines, author: str | None) -> bool:
    """Whether a block after the last claim begins what follows an article: the author's note, the site's own words."""
    noted = author is not None and re.match(rf"{re.escape(author)}(?:,| is | was |$)", block.text)
    return bool(noted or _CLOSING.match(block.text))


def is_origin(block: Lines, author: str | None) -> bool:
    """Whether a block of the footer says who wrote the article and where it first stood."""
    noted = author is not None and block.text.startswith((f"{author},", f"{author} is ", f"{author} was "))
    return noted or bool(_ORIGIN.search(block.text) and len(block.text.split()) <= 2 * _FEW_WORDS)


def stands_alone(block: Lines) -> bool:
    """Whether a block is one short line without a full stop: a heading, or the caption of a picture."""
    return len(block.lines) == 1 and len(block.text) <= _LONGEST_HEADING and not _TERMINAL.search(block.text)


def _lines(run: list[str], page_break: bool) -> Lines:
    """Clean a run of lines as a whole, for a link can go on in the next line."""
    raw = "\n".join(run)
    links = raw.strip() != "" and not re.search(r"\w", _LINK.sub("", _IMAGE.sub("", raw)))
    lines = (" ".join(line.split()) for line in clean(raw).split("\n"))
    return Lines(tuple(line for line in lines if line), links, page_break)
