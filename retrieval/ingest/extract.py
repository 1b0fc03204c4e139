"""What reading a file yields, whatever its format: blocks of text in reading order, and what was left out.

``read*.py`` make an extract from bytes, ``text.py`` from plain text; ``chunk.py`` divides it into passages.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph (or list item, or table row) as it stands in the source, headings apart.

    ``heading`` is the nearest heading above it, or None before the first; ``page`` is 1-based, or None where the
    format has no pages.
    """

    text: str
    heading: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """The readable content of one file.

    ``date`` is ISO 8601, shortened to what is known; ``language`` a BCP 47 tag. ``left_out`` tells the moderator in
    whole phrases what was dropped on the way: "2 hidden passages", "navigation", "pages 301 to 412".
    """

    title: str | None
    author: str | None
    publisher: str | None
    date: str | None
    language: str | None
    blocks: tuple[Block, ...]
    left_out: tuple[str, ...] = ()
