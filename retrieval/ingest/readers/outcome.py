"""What every reader hands back, and the sentences for files in which there is nothing to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.errors import BadInput
from retrieval.ingest.extract import Block, Extract
from retrieval.ingest.readers.invisible import clean, one_line, spaced

MOST_CHARACTERS = 5_000_000
MOST_BLOCKS = 50_000
"""Paragraphs; a text of the most characters has about as many."""
"""About 800,000 words; what goes beyond is left out, and said to be."""


class Empty(BadInput):
    """Nothing in it can be read; the sentence says what it looks like instead."""


BEYOND = f"all beyond the first {MOST_CHARACTERS:,} characters"
NO_TEXT = "There is no text in that file."
ALL_HIDDEN = "All the text in it is hidden from whoever opens it, so nothing was kept."


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file says of itself, as found; ``finish`` cleans it."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    language: str | None = None


def finish(
    blocks: Iterable[Block],
    metadata: Metadata | None = None,
    *,
    hidden: int = 0,
    left_out: Sequence[str] = (),
    empty: str = NO_TEXT,
) -> Extract:
    """Clean every text, drop what is then empty, and say in whole phrases what was left out.

    Args:
        blocks: As the reader found them.
        metadata: As the reader found it.
        hidden: How many hidden passages were taken out already.
        left_out: Other phrases.
        empty: The sentence to raise where no text is left.

    Raises:
        Empty: No text is left.
    """
    found = metadata or Metadata()
    kept: list[Block] = []
    bearing = length = 0
    for block in blocks:
        text, removed = clean(block.text)
        bearing += removed
        text = spaced(text)[: MOST_CHARACTERS - length]
        if any(character.isalnum() for character in text):
            kept.append(Block(text, one_line(block.heading), block.page))
        length += len(text)
        if length >= MOST_CHARACTERS:
            left_out = (*left_out, BEYOND)
            break
        if len(kept) >= MOST_BLOCKS:
            left_out = (*left_out, f"all beyond the first {MOST_BLOCKS:,} paragraphs")
            break
    if not kept:
        raise Empty(ALL_HIDDEN if hidden else empty)
    phrases = (*counted(hidden, "hidden passage"), *counted(bearing, "invisible character"), *left_out)
    return Extract(
        title=one_line(found.title),
        author=one_line(found.author),
        publisher=one_line(found.publisher),
        date=one_line(found.date),
        language=one_line(found.language),
        blocks=tuple(kept),
        left_out=phrases,
    )


def counted(count: int, what: str) -> tuple[str, ...]:
    """A count as a phrase of what was left out; nothing for none."""
    return (f"{count:,} {what}{'s' if count > 1 else ''}",) if count else ()
