"""Plain text and Markdown: paragraphs apart by empty lines, headings where the text marks them.

Of Markdown only the marks that a reader would not see are taken away; HTML inside it is read as HTML is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.ingest.extract import Block, Extract
from retrieval.ingest.readers.invisible import clean
from retrieval.ingest.readers.outcome import BEYOND, MOST_CHARACTERS, Metadata, finish

_HEADING = re.compile(r"#{1,6}[ \t]+(.+?)[ \t]*#*\Z")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*\Z")
_FRONT = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"(title|author|publisher|date|language)[ \t]*:[ \t]*[\"']?(.*?)[\"']?[ \t]*\Z", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_REFERENCE = re.compile(r"^[ ]{0,3}\[[^\]]+\]:[ \t]*\S+.*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[^()\s]|\([^()]*\))*(?:[ \t]+\"[^\"]*\")?\)")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,3}[.)])[ \t]+(?=\S)")
_MARKS = re.compile(r"^#{1,6}[ \t]+\S|^```|^[^\n]+\n(?:=+|-{3,})[ \t]*$|\[[^\]\n]+\]\(\S+\)", re.MULTILINE)
_LONGEST_MARKED = 20_000
_PARAGRAPHS = re.compile(r"\n[ \t]*\n+")


def looks_like_markdown(text: str) -> bool:
    """Whether a text has headings, fences or links as Markdown writes them."""
    return _MARKS.search(text) is not None


def read_plain(text: str, *, markdown: bool) -> Extract:
    """Read a text.

    Raises:
        Empty: There are no words in it.
    """
    left_out = (BEYOND,) if len(text) > MOST_CHARACTERS else ()
    text, bearing = clean(text[:MOST_CHARACTERS])
    found: dict[str, str] = {}
    hidden = 0
    if markdown:
        front = _FRONT.match(text)
        if front:
            fields = (_FIELD.match(line) for line in front[1].splitlines())
            found = {match[1].lower(): match[2] for match in fields if match and match[2]}
            text = text[front.end() :]
        hidden = sum(any(map(str.isalnum, comment)) for comment in _COMMENT.findall(text))
        text = _REFERENCE.sub("", _COMMENT.sub("", text))
    blocks = _markdown(text) if markdown else (Block(part) for part in _PARAGRAPHS.split(text))
    invisible = (f"{bearing:,} invisible character{'s' if bearing > 1 else ''}",) if bearing else ()
    return finish(blocks, Metadata(**found), hidden=hidden, left_out=(*invisible, *left_out))


def _markdown(text: str) -> Iterator[Block]:
    heading: str | None = None
    for part in _PARAGRAPHS.split(text):
        pending: list[str] = []
        for line in part.split("\n"):
            mark = _HEADING.match(line.strip())
            if mark or (_UNDERLINE.match(line.strip()) and len(pending) == 1):
                title = mark[1] if mark else pending.pop()
                yield from _flushed(pending, heading)
                heading, pending = _unmarked(title), []
            elif _ITEM.match(line):
                yield from _flushed(pending, heading)
                pending = [_ITEM.sub("", line, count=1)]
            elif not line.strip().startswith("```"):
                pending.append(line)
        yield from _flushed(pending, heading)


def _flushed(lines: list[str], heading: str | None) -> Iterator[Block]:
    if lines:
        yield Block(_unmarked(" ".join(line.strip().removeprefix("> ") for line in lines)), heading)


def _unmarked(text: str) -> str:
    if len(text) > _LONGEST_MARKED:  # no paragraph is; the patterns would take long
        return text.strip()
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", text)).strip()
