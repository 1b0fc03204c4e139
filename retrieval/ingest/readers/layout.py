"""Lines of a page, with their places, become headings and paragraphs.

A PDF has no paragraphs, only letters at places. A new paragraph begins where the space between two lines is larger
than usual, where the size of the letters changes, or after a line that ends early with a full stop; a heading is a
short paragraph in letters larger than the body's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from retrieval.ingest.extract import Block

_LARGER = 1.15
_OTHER_SIZE = 0.12
_WIDER_SPACE = 1.35
_INDENT = 0.8
_EARLY = 0.85
_LONGEST_HEADING = 200
_RUNNING = 3
_ENDS = (".", "!", "?", ":", '"', "”", "…", ")", "。")
_DIGITS = re.compile(r"\d+")
_HYPHENS = "-\u00ad\u2010\ufffe\x02"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text; its place in points from the lower left corner of the page."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        """Of the letters' boxes, which grows with their size."""
        return self.top - self.bottom


def blocks(pages: Sequence[tuple[int, Sequence[Line]]]) -> Iterator[Block]:
    """Divide numbered pages into blocks, without what runs along the top and foot of every page."""
    running = _running(lines for _, lines in pages)
    kept = [(number, [line for line in lines if line.text.strip()]) for number, lines in pages]
    heights: Counter[float] = Counter()
    for _, lines in kept:
        for line in lines:
            heights[round(line.height, 1)] += len(line.text)
    body = heights.most_common(1)[0][0] if heights else 0.0
    heading: str | None = None
    for number, lines in kept:
        for paragraph in _paragraphs(_without(lines, running)):
            text = _joined(paragraph)
            if _is_heading(paragraph, text, body):
                heading = text
            else:
                yield Block(text, heading, number)


def _running(pages: Iterable[Sequence[Line]]) -> set[str]:
    """What stands first or last on most pages, numbers apart."""
    counts: Counter[str] = Counter()
    total = 0
    for lines in pages:
        total += 1
        counts.update({_shape(line) for line in (*lines[:1], *lines[-1:])})
    return {shape for shape, count in counts.items() if count >= max(_RUNNING, total / 2)}


def _without(lines: list[Line], running: set[str]) -> list[Line]:
    """The lines of a page less those at its top and foot, unless nothing else is there."""
    start, end = 0, len(lines)
    while start < end and _is_running(lines[start], running):
        start += 1
    while end > start and _is_running(lines[end - 1], running):
        end -= 1
    return lines[start:end] or lines


def _is_running(line: Line, running: set[str]) -> bool:
    return _shape(line) in running or line.text.strip().isdigit()


def _shape(line: Line) -> str:
    return _DIGITS.sub("0", line.text.strip())


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    steps = [above.top - below.top for above, below in pairwise(lines)]
    forward = [step for step in steps if step > 0]
    usual = median(forward) if forward else 0.0
    margin = max((line.right for line in lines), default=0.0)
    current: list[Line] = []
    for line in lines:
        if current and _begins(line, current[-1], usual, margin):
            yield current
            current = []
        current.append(line)
    if current:
        yield current


def _begins(line: Line, above: Line, usual: float, margin: float) -> bool:
    """Whether a line starts a paragraph after the one above it."""
    if above.height and abs(line.height - above.height) > _OTHER_SIZE * above.height:
        return True
    ended = above.text.rstrip().endswith(_ENDS)
    step = above.top - line.top
    if step < 0:  # a new column
        return ended
    if usual and step > _WIDER_SPACE * usual:
        return True
    width = margin - above.left
    return ended and (
        line.left > above.left + _INDENT * line.height or (width > 0 and above.right - above.left < _EARLY * width)
    )


def _is_heading(paragraph: list[Line], text: str, body: float) -> bool:
    if len(text) > _LONGEST_HEADING or not any(character.isalpha() for character in text):
        return False
    return min(line.height for line in paragraph) > _LARGER * body


def _joined(paragraph: list[Line]) -> str:
    """The lines as one, words that were divided at a line's end put together again."""
    text = ""
    for line in paragraph:
        piece = line.text.strip()
        if text and text[-1] in _HYPHENS and text[-2:-1].isalpha() and piece[:1].islower():
            text = text[:-1] + piece
        else:
            text = f"{text} {piece}" if text else piece
    return text
