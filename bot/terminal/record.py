"""A source's record as `rejoinder source show` prints it: facts, claims, and passages numbered as citations are."""

from __future__ import annotations

import re

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.console import claim_tables, counted, plain
from retrieval.reading import SourceDetails
from retrieval.types import SHARED, Passage, Source

_DIGITS = re.compile(r"(\d+)")


def natural(source: Source) -> list[tuple[int, str]]:
    """A key that sorts ids as people count: R2 before R10."""
    # Digits are compared as numbers, and come before letters.
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(source.id) if part]


def render_record(details: SourceDetails) -> RenderableType:
    """All that is stored of a source."""
    parts: list[RenderableType] = [_facts(details)]
    if details.claims:
        parts += [Text(), claim_tables(details.claims)]
    return Group(*parts, Text(), _passages(details.passages))


def _facts(details: SourceDetails) -> Table:
    source = details.source
    facts = {
        "id": source.id,
        "title": source.title,
        "role": source.role.value,
        "wording": source.wording.value,
        "kind": source.kind,
        "quality": source.quality,
        "author": source.author,
        "publisher": source.publisher,
        "date": ", ".join(part for part in (source.date, source.date_note) if part) or "undated",
        "url": source.url,
        "space": None if source.space == SHARED else source.space,
        "cited": f"in {counted(details.cited, 'kept answer')}" if details.cited else None,
    }
    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        if value:
            table.add_row(Text(name, style="bold"), Text(plain(value), overflow="fold"))
    return table


def _passages(passages: tuple[Passage, ...]) -> Table:
    table = Table.grid(padding=(0, 2))
    heading = None
    for passage in passages:
        if passage.heading != heading:
            heading = passage.heading
            table.add_row("", Text(plain(heading or ""), style="bold"))
        table.add_row(Text(_number(passage), style="dim"), Text(plain(passage.text)))
    return table


def _number(passage: Passage) -> str:
    """The paragraph, as citations name it; what stands above or below the paragraphs has none."""
    page = f"p. {passage.page}" if passage.page else ""
    return " ".join(part for part in (page, f"¶ {passage.paragraph}" if passage.paragraph else "") if part)
