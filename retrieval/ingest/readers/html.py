"""Web pages: what is hidden goes first, then trafilatura finds the main text and the metadata.

Comments are left out: what readers say below an article must not be quoted as if the article said it.
Where it finds nothing, or the page is so large that it would take long, all visible text is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import lxml.html
from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.metadata import extract_metadata
from trafilatura.settings import Document

from retrieval.errors import Refused
from retrieval.ingest.extract import Block, Extract
from retrieval.ingest.readers.hidden import remove_hidden, spoken_comments
from retrieval.ingest.readers.invisible import spaced
from retrieval.ingest.readers.outcome import Empty, Metadata, finish

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_FURNITURE = frozenset(
    "head script style nav header footer aside form button select textarea svg math figure menu noscript".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark q rp rt ruby s samp small"
    " span strike strong sub sup time tt u var wbr br".split()
)
_LARGE = 20_000
"""Elements; trafilatura takes about a second for this many."""
_MOST_ATTRIBUTES = 2_000
_LONG_TAG = 8_000
_CODE = re.compile(r"<(script|style)\b.*?</\1|<!--.*?-->", re.DOTALL | re.IGNORECASE)
_VALUES = re.compile(r""""[^"]*"|'[^']*'""")
_FEW_WORDS = 80

_CONSENT = re.compile(
    r"\b(?:cookies?|consent|gdpr|privacy|partners|accept all|reject all|einwilligung)\b", re.IGNORECASE
)
_CHECKED = re.compile(
    r"just a moment|verify(?:ing)? (?:that )?you are (?:a )?human|are you a robot|captcha|unusual traffic|access denied"
    r"|checking your browser|ddos protection",
    re.IGNORECASE,
)
_NEEDS_SCRIPT = re.compile(
    r"(?:enable|requires?|turn on|activate|without) java ?script"
    r"|java ?script (?:is|to be|must be) (?:disabled|enabled|required)",
    re.IGNORECASE,
)
LATE = "whatever scripts change on that page (most of it is hidden until they run)"
COOKIE_WALL = "That looks like a cookie wall, not the page behind it; save the page as PDF, or paste its text."
ROBOT_CHECK = "That looks like a check for robots, not the page behind it; save the page as PDF, or paste its text."
SCRIPT_PAGE = "That page builds its text with scripts, which are not run here; save it as PDF, or paste its text."
NO_TEXT = "No text was found on that page; save it as PDF, or paste its text."


def read_html(text: str, url: str | None = None) -> Extract:
    """Read a page.

    Args:
        text: The page, decoded.
        url: Where it was fetched from; dates and publishers are sometimes told by it.

    Raises:
        Refused: A tag has more attributes than any page needs.
        Empty: There is no text on it; the sentence says what it looks like.
    """
    _check_tags(text)
    page = _parse(text)
    script_page = _looks_scripted(page)
    found = _metadata(page, url)
    hidden, framed = remove_hidden(page)
    hidden += spoken_comments(text)
    large = sum(1 for _ in page.iter()) > _LARGE
    blocks = [] if large else _main_blocks(page, url)
    if not blocks:
        blocks = list(_all_blocks(page))
    _check_walls(blocks, script_page=script_page)
    left_out = (LATE,) if framed else ()
    return finish(blocks, found, hidden=hidden, left_out=left_out, empty=NO_TEXT)


def _check_tags(text: str) -> None:
    """libxml2 compares every attribute of a tag with every other: 100,000 of them take a minute."""
    if _has_crowded_tag(text) and _has_crowded_tag(_CODE.sub("", text)):
        raise Refused("That page has a tag with thousands of attributes, which no readable page needs.")


def _has_crowded_tag(text: str) -> bool:
    long_pieces = (piece for piece in text.split(">") if len(piece) > _LONG_TAG and "<" in piece)
    return any(len(_VALUES.sub("", piece[piece.rindex("<") :]).split()) > _MOST_ATTRIBUTES for piece in long_pieces)


def _parse(text: str) -> HtmlElement:
    parser = lxml.html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        # Encoded again so that a declaration of another charset inside the page is not followed.
        return lxml.html.document_fromstring(text.encode("utf-8", errors="replace") or b"<p>", parser=parser)
    except etree.XMLSyntaxError as error:
        if error.msg == "unknown error":  # what lxml says when libxml2 runs out of memory
            raise MemoryError from error
        raise Empty(NO_TEXT) from error
    except (etree.ParserError, ValueError) as error:
        raise Empty(NO_TEXT) from error


def _metadata(page: HtmlElement, url: str | None) -> Metadata:
    dates = {"extensive_search": False, "original_date": True}
    document = extract_metadata(page, default_url=url, date_config=dates)
    language = document.language or page.get("lang")
    return Metadata(document.title, document.author, document.sitename, document.date, language)


def _main_blocks(page: HtmlElement, url: str | None) -> list[Block]:
    document = bare_extraction(page, url=url, fast=True, include_comments=False, include_tables=True)
    return [block for block in _blocks(document.body) if block.text] if isinstance(document, Document) else []


def _blocks(body: HtmlElement) -> Iterator[Block]:
    """Trafilatura's main text: paragraphs, quotes, list items and table rows, each under its heading."""
    heading: str | None = None
    for element in body:
        if element.tag == "head":
            heading = spaced("".join(element.itertext())).replace("\n", " ") or heading
        else:
            parts = {"list": ".//item", "table": ".//row"}.get(element.tag)
            for part in element.iterfind(parts) if parts else (element,):
                yield Block(_joined(part, " | " if part.tag == "row" else ""), heading)
        if element.tail:
            yield Block(element.tail, heading)


def _joined(element: HtmlElement, between: str) -> str:
    for line_break in element.iter("lb"):
        line_break.tail = "\n" + (line_break.tail or "")
    pieces = ["".join(cell.itertext()) for cell in element] if between else ["".join(element.itertext())]
    return between.join(text for piece in pieces if (text := spaced(piece)))


def _all_blocks(page: HtmlElement) -> Iterator[Block]:
    """All visible text outside a page's furniture, divided where block elements begin and end."""
    heading: str | None = None
    pieces: list[str] = []
    skipping: HtmlElement | None = None
    for event, element in etree.iterwalk(page, events=("start", "end")):
        ends = event == "end"
        if skipping is not None:
            if ends and element is skipping:
                skipping = None
                pieces.append(element.tail or "")
            continue
        if element.tag not in _INLINE and not (ends and element.tag in _HEADINGS):
            if text := spaced("".join(pieces)):
                yield Block(text, heading)
            pieces = []
        if not ends and element.tag in _FURNITURE:
            skipping = element
            continue
        if ends and element.tag in _HEADINGS:
            heading, pieces = spaced("".join(pieces)).replace("\n", " ") or heading, []
        if ends and element.tag == "br":
            pieces.append("\n")
        pieces.append((element.tail if ends else element.text) or "")


def _looks_scripted(page: HtmlElement) -> bool:
    """Whether a page says that it needs scripts, or has a root for them to fill and nothing in it."""
    if any(_NEEDS_SCRIPT.search(note.text_content()) for note in page.iter("noscript")):
        return True
    roots = page.xpath("//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt']")
    return bool(roots) and not roots[0].text_content().strip()


def _check_walls(blocks: list[Block], *, script_page: bool) -> None:
    """Tell what stands in the place of a page by the few words that it has."""
    text = "\n".join(block.text for block in blocks[:_FEW_WORDS])
    words = len(text.split())
    if words > 2 * _FEW_WORDS:
        return
    if len(_CONSENT.findall(text)) * 12 >= max(words, 24):
        raise Empty(COOKIE_WALL)
    if words > _FEW_WORDS:
        return
    if _CHECKED.search(text):
        raise Empty(ROBOT_CHECK)
    if _NEEDS_SCRIPT.search(text) or (script_page and words < _FEW_WORDS // 4):
        raise Empty(SCRIPT_PAGE)
