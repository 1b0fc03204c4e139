"""What of a page's text can be seen, told by following its instructions: nothing is drawn.

Hidden is what is drawn invisibly, in tiny letters, in the colour of its ground, outside the page or the clipping path,
in a layer that is switched off, or under something painted later. Covers are upright rectangles and pictures; of a
clipping path, the box around it counts. What has another shape may be the ground anywhere in the box around it.
Whatever cannot be made out is believed to be seen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from retrieval.ingest.readers.pdf_forms import ENTER, INLINE, LEAVE, Instruction
from retrieval.ingest.readers.pdf_pen import Box, Colour, Matrix, Pen, moved, surrounding

SHOWS = {b"Tj", b"TJ", b"'", b'"'}
_STROKED, _FILLED = {1, 5}, {0, 4}
_INVISIBLE = {3, 7}
_LIKE = 0.12
"""Difference of each channel up to which letters are lost on their ground."""
_FAINT = 0.1
_SMALLEST = 1.0
"""Points."""
_MARGIN = 1.0
"""Points outside the page or the clipping path that still count as inside."""
_MOST_GROUNDS = 200
"""That are kept in mind, the latest."""
_MOST_LOOKS = 3_000_000
"""At texts, whether something painted later covers them; about two seconds."""
_WHITE: Colour = (1.0, 1.0, 1.0)
_POINTS = {b"m": 1, b"l": 1, b"c": 3, b"v": 2, b"y": 2}
_FILLS = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"}
_ENDS = _FILLS | {b"S", b"s", b"n"}


@dataclass(slots=True)
class Shown:
    """An instruction that shows text: whether it is hidden, and whether there is more to it than blanks."""

    hidden: bool
    wordy: bool
    middles: list[tuple[float, float]]


@dataclass(slots=True)
class _Path:
    """The path that is being made: the boxes of its rectangles, and all its points, on the page."""

    rectangles: list[Box] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    shaped: bool = False
    clips: bool = False


class Painter:
    """Follows the instructions of one page, in order.

    Args:
        bounds: The part of the page that is seen; None where that is not known.
    """

    def __init__(self, bounds: Box | None) -> None:
        self._pen = Pen(window=bounds)
        self._saved: list[Pen] = []
        self._layers: list[bool] = []
        self._frames: list[tuple[Pen, list[Pen], list[bool]]] = []
        self._path = _Path()
        self._grounds: deque[tuple[Box, Colour | None, bool]] = deque(maxlen=_MOST_GROUNDS)
        self._looks = 0
        self._shown: list[Shown] = []

    def follow(self, instruction: Instruction) -> Shown | None:
        """Follow one instruction; of one that shows text, whether it is seen, as far as is known by then."""
        operator, operands, note = instruction.operator, instruction.operands, instruction.note
        if operator in {ENTER, LEAVE, b"q", b"Q"}:
            self._nest(operator, note)
        elif operator in {b"BMC", b"BDC"}:
            self._layers.append(bool(note))
        elif operator == b"EMC":
            del self._layers[-1:]
        elif operator in {b"Do", INLINE}:
            self._pave(surrounding(_corners([0, 0, 1, 1], self._pen.page)), note, solid=_is_upright(self._pen.page))
        elif operator == b"sh":
            self._pave(self._pen.window, 1.0, solid=False)
        elif operator in _POINTS or operator in _ENDS or operator in {b"re", b"W", b"W*"}:
            self._trace(operator, [float(one) for one in operands if isinstance(one, int | float)])
        elif operator == b"cs":
            self._pen = replace(self._pen, channels=note, ink=(0.0, 0.0, 0.0) if note else None)
        elif operator == b"gs":
            self._pen = self._pen if note is None else replace(self._pen, cover=note)
        else:
            self._pen = self._pen.after(operator, operands)
            if operator == b"Tf":
                self._pen = replace(self._pen, scale=note or 1.0)
            return self._show(operands[-1] if operands else []) if operator in SHOWS else None
        return None

    def _nest(self, operator: bytes, note: Any) -> None:
        """Keep the state, or go back to what was kept; a form cannot go back further than to its beginning."""
        if operator == ENTER:
            self._frames.append((self._pen, self._saved, self._layers))
            self._saved, self._layers = [], [*self._layers, bool(note)]
        elif operator == LEAVE:
            self._pen, self._saved, self._layers = self._frames.pop()
        elif operator == b"q":
            self._saved.append(self._pen)
        elif self._saved:
            self._pen = self._saved.pop()

    def _trace(self, operator: bytes, numbers: list[float]) -> None:
        """Go on with the path, or end it: what it fills is a ground, what is outside it may be clipped away."""
        path, page = self._path, self._pen.page
        if operator == b"re" and len(numbers) == 4:  # noqa: PLR2004 - a corner, width and height
            corners = _corners(numbers, page)
            path.points += corners
            path.rectangles += filter(None, [surrounding(corners)])
            path.shaped |= not _is_upright(page)
        elif operator in _POINTS:
            path.shaped = True
            path.points += [moved((x, y), page) for x, y in zip(numbers[::2], numbers[1::2], strict=False)]
        elif operator in {b"W", b"W*"}:
            path.clips = True
        elif operator in _ENDS:
            if operator in _FILLS:
                for box in [surrounding(path.points)] if path.shaped else path.rectangles:
                    self._pave(box, 1.0, self._pen.ink, solid=not path.shaped)
            if path.clips:
                self._clip(surrounding(path.points))
            self._path = _Path()

    def _clip(self, box: Box | None) -> None:
        if box is not None:
            window = self._pen.window
            self._pen = replace(self._pen, window=_common(box, window) if window else box)

    def _pave(self, box: Box | None, cover: float, ink: Colour | None = None, *, solid: bool = True) -> None:
        """Paint over a part of the page.

        Args:
            box: The part; None where that is not known.
            cover: How much of what is below goes, from 0 to 1.
            ink: None for a picture, and for an unknown colour.
            solid: Whether all of the part is painted.
        """
        cover = min(cover, self._pen.cover)
        if box is None or cover <= 0 or any(self._layers):
            return
        box = _common(box, self._pen.window) if self._pen.window else box
        self._grounds.append((box, ink if cover >= 1 else None, solid))
        if cover < 1 or not solid:
            return
        self._looks += len(self._shown)
        for shown in self._shown if self._looks <= _MOST_LOOKS else ():
            shown.hidden = shown.hidden or all(_holds(box, place) for place in shown.middles)

    def _show(self, text: Any) -> Shown:
        """Draw text, and tell whether any of it can be seen."""
        parts = text if isinstance(text, list) else [text]
        before = self._pen
        self._pen, ends = before.draw(parts)
        strings = [part for part in parts if isinstance(part, str | bytes)]
        middles = before.middles(sum(map(len, strings)))
        hidden = before.mode in _INVISIBLE or before.height < _SMALLEST or before.cover < _FAINT or any(self._layers)
        hidden = hidden or self._is_outside(before.around(ends)) or self._is_lost(before, middles)
        shown = Shown(hidden, any(map(str.strip, map(_text, strings))), middles)
        self._shown.append(shown)
        return shown

    def _is_outside(self, box: Box | None) -> bool:
        window = self._pen.window
        if box is None or window is None:
            return False
        left, bottom, right, top = window
        beside = box[2] < left - _MARGIN or box[0] > right + _MARGIN
        return left > right or bottom > top or beside or box[3] < bottom - _MARGIN or box[1] > top + _MARGIN

    def _is_lost(self, pen: Pen, places: Sequence[tuple[float, float]]) -> bool:
        """Whether the letters have their ground's colour, at all of these places."""
        inks = [pen.stroke] if pen.mode in _STROKED else [pen.ink] if pen.mode in _FILLED else [pen.ink, pen.stroke]
        grounds = (ground for place in places for ground in self._below(place))
        return all(_is_like(ink, ground) for ground in grounds for ink in inks)

    def _below(self, place: tuple[float, float]) -> Iterator[Colour | None]:
        """The colours that may be the ground there: that of the latest solid one, and of shapes painted over it."""
        for box, ink, solid in reversed(self._grounds):
            if _holds(box, place):
                yield ink
                if solid:
                    return
        yield None if len(self._grounds) == _MOST_GROUNDS else _WHITE


def seen(instructions: Iterator[Instruction], bounds: Box | None) -> tuple[list[Instruction], int]:
    """The instructions without those that show what is hidden, and how many passages that was."""
    painter, followed = Painter(bounds), list[tuple[Instruction, Shown | None]]()
    for instruction in instructions:
        followed.append((instruction, painter.follow(instruction)))
    passages, hiding = 0, False
    for _, shown in followed:
        if shown is not None and shown.wordy:  # blanks are no passage
            passages += shown.hidden and not hiding
            hiding = shown.hidden
    return [instruction for instruction, shown in followed if shown is None or not shown.hidden], passages


def _text(part: str | bytes) -> str:
    return part if isinstance(part, str) else part.decode("latin-1")


def _corners(rectangle: Sequence[float], matrix: Matrix) -> list[tuple[float, float]]:
    x, y, width, height = rectangle
    return [moved((at, up), matrix) for at in (x, x + width) for up in (y, y + height)]


def _is_upright(matrix: Matrix) -> bool:
    """Whether a rectangle's sides go across and up on the page, too."""
    a, b, c, d, _, _ = matrix
    return not ((a or d) and (b or c))


def _common(one: Box, other: Box) -> Box:
    """What two boxes have in common; of a negative size where that is nothing."""
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


def _holds(box: Box, place: tuple[float, float]) -> bool:
    return box[0] <= place[0] <= box[2] and box[1] <= place[1] <= box[3]


def _is_like(ink: Colour | None, ground: Colour | None) -> bool:
    if ink is None or ground is None:
        return False
    return all(abs(one - other) <= _LIKE for one, other in zip(ink, ground, strict=True))
