"""The part of a PDF's graphics state that decides where letters are drawn and in what colour (ISO 32000-1, 9.3)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top; in points, as the page's own coordinates go."""
Colour = tuple[float, float, float]
"""Red, green and blue, from 0 to 1."""

SAME: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_SOMEWHERE: Matrix = (1.0, 0.0, 0.0, 1.0, math.nan, math.nan)
"""What a matrix that could not be read is taken for."""
_BLACK: Colour = (0.0, 0.0, 0.0)
_NEXT_LINE = {b"T*", b"'", b'"'}
_CHANNELS = {b"g": 1, b"rg": 3, b"k": 4, b"G": 1, b"RG": 3, b"K": 4}
_WIDTH, _BELOW, _ABOVE = 0.6, 0.3, 1.0
"""About the most that a letter takes, in sizes of its font: to the right for each byte, below its line and above."""
_SOUTH, _EAST, _USUAL = 0.3, 0.2, 0.4
"""Where the middle of a first letter is, in sizes of its font: above its line and to the right; and a usual width."""


@dataclass(frozen=True, slots=True)
class Pen:
    """The state at one instruction.

    ``line`` leads from the text's own coordinates, at the start of its line, to those that ``page`` leads from to the
    page. How far what was drawn since then has moved along the line lies between ``low`` and ``high``, for the widths
    of a font's letters are not looked up. A place that could not be made out is not a number. ``ink`` fills and
    ``stroke`` outlines, None where the colour is not known. What is outside ``window`` is not seen; None: all is seen.
    ``cover`` is how much of what is below goes when something is painted, from 0 to 1.
    ``scale`` is how much larger the letters of a font may be than its size says.
    """

    mode: int = 0
    size: float = 12.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    stretch: float = 1.0
    letter_gap: float = 0.0
    word_gap: float = 0.0
    ink: Colour | None = _BLACK
    stroke: Colour | None = _BLACK
    channels: int | None = 1
    cover: float = 1.0
    window: Box | None = None
    page: Matrix = SAME
    line: Matrix = SAME
    low: float = 0.0
    high: float = 0.0

    @property
    def height(self) -> float:
        """Of its letters on the page."""
        _, _, *upwards, _, _ = both(self.line, self.page)
        return abs(self._em) * math.hypot(*upwards)

    @property
    def _em(self) -> float:
        return self.size * self.scale

    def draw(self, parts: Sequence[Any]) -> tuple[Pen, list[float]]:
        """The pen after it drew strings with gaps between them, and how far along the line their ends might be."""
        low, high, ends = self.low, self.high, list[float]()
        for part in parts:
            if isinstance(part, str | bytes):
                steps = [len(part) * step for step in (_WIDTH * self._em, self.letter_gap, self.word_gap)]
                low += sum(min(step, 0.0) for step in steps) * self.stretch
                high += sum(max(step, 0.0) for step in steps) * self.stretch
                ends += low, high
            elif isinstance(part, int | float):
                low -= part / 1000 * self.size * self.stretch
                high -= part / 1000 * self.size * self.stretch
        return replace(self, low=low, high=high), ends

    def around(self, ends: Sequence[float]) -> Box | None:
        """What letters between these ends take on the page, at most; None where that is not known."""
        places = [(x, y) for x in ends for y in (self.rise - _BELOW * self._em, self.rise + _ABOVE * self._em)]
        return surrounding([moved(place, both(self.line, self.page)) for place in places])

    def middles(self, letters: int) -> list[tuple[float, float]]:
        """About the middles of the first and the last of so many letters, wherever on the page these might be."""
        step = self._em * self.stretch
        along = (_EAST * step, _EAST * step + max(0, letters - 1) * _USUAL * step)
        across = [begin + way for begin in sorted({self.low, self.high}) for way in along]
        return [moved((x, self.rise + _SOUTH * self._em), both(self.line, self.page)) for x in across]

    def after(self, operator: bytes, operands: Sequence[Any]) -> Pen:
        """The pen as an instruction leaves it."""
        numbers = [float(operand) for operand in operands if isinstance(operand, int | float)]
        return replace(self, **_changes(operator, numbers, self))


def both(first: Matrix, then: Matrix) -> Matrix:
    """One change of coordinates after another."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def moved(place: tuple[float, float], matrix: Matrix) -> tuple[float, float]:
    """A place in other coordinates."""
    (x, y), (a, b, c, d, e, f) = place, matrix
    return a * x + c * y + e, b * x + d * y + f


def surrounding(places: Sequence[tuple[float, float]]) -> Box | None:
    """The box around places; None for none, and where one is not known."""
    if not places or not all(math.isfinite(side) for place in places for side in place):
        return None
    across, up = zip(*places, strict=True)
    return min(across), min(up), max(across), max(up)


def colour(numbers: Sequence[float]) -> Colour | None:
    """Grey, red-green-blue or cyan-magenta-yellow-black, by how many numbers there are."""
    match list(numbers):
        case [grey]:
            return grey, grey, grey
        case [red, green, blue]:
            return red, green, blue
        case [*inks, black]:
            red, green, blue = ((1 - ink) * (1 - black) for ink in [*inks, 0.0, 0.0, 0.0][:3])
            return red, green, blue
    return None


def _matrix(numbers: list[float]) -> Matrix:
    if len(numbers) != 6:  # noqa: PLR2004 - as many as a matrix has
        return _SOMEWHERE
    a, b, c, d, e, f = numbers
    return a, b, c, d, e, f


def _changes(operator: bytes, numbers: list[float], pen: Pen) -> dict[str, Any]:
    """What an instruction changes of the pen."""
    if operator == b"cm":
        return {"page": both(_matrix(numbers), pen.page)}
    if operator in {b"BT", b"Tm"}:
        return {"line": SAME if operator == b"BT" else _matrix(numbers), "low": 0.0, "high": 0.0}
    if operator in {b"Td", b"TD"} | _NEXT_LINE:
        return _next_line(operator, numbers, pen)
    if operator in {b"sc", b"scn"} | _CHANNELS.keys():
        known = len(numbers) == _CHANNELS.get(operator, pen.channels)
        return {"stroke" if operator.isupper() else "ink": colour(numbers) if known else None}
    if not numbers:
        return {}
    changes: dict[bytes, dict[str, Any]] = {
        b"Tr": {"mode": int(numbers[0])},
        b"Tf": {"size": numbers[-1]},
        b"TL": {"leading": numbers[0]},
        b"Ts": {"rise": numbers[0]},
        b"Tz": {"stretch": numbers[0] / 100},
        b"Tc": {"letter_gap": numbers[0]},
        b"Tw": {"word_gap": numbers[0]},
    }
    return changes.get(operator, {})


def _next_line(operator: bytes, numbers: list[float], pen: Pen) -> dict[str, Any]:
    """What an instruction that starts another line changes of the pen."""
    across, up = numbers if len(numbers) == 2 else (math.nan, math.nan)  # noqa: PLR2004 - across and up
    others = {"leading": -up} if operator == b"TD" else {}
    if operator in _NEXT_LINE:
        others = {"word_gap": across, "letter_gap": up} if operator == b'"' else {}
        across, up = 0.0, -pen.leading
    return {"line": both((1.0, 0.0, 0.0, 1.0, across, up), pen.line), "low": 0.0, "high": 0.0, **others}
