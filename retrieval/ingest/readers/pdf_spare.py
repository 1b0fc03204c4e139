"""PDFs by pypdf, which is slower and sees less than pdfium, but is plain Python and cannot crash.

Text drawn invisibly, in white, in tiny letters or beside the page is taken out of a page's instructions before its
text is asked for.
"""

from __future__ import annotations

import logging
import math
import re
import warnings
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import FileNotDecryptedError, PyPdfError
from pypdf.generic import ContentStream, NameObject

from retrieval.ingest.extract import Block

_INVISIBLE = {3, 7}
_SHOWS = {b"Tj", b"TJ", b"'", b'"'}
_NEXT_LINE = {b"T*", b"'", b'"'}
_PALE = 0.88
_SMALLEST = 1.0
_MARGIN = 1.0
"""Points beside the page that still count as on it."""
_WIDTH, _BELOW, _ABOVE = 0.6, 0.3, 1.0
"""About the most that a letter takes, in sizes of its font: to the right for each byte, below its line and above."""
_GAP = re.compile(r"\n\s*\n")
_Matrix = tuple[float, float, float, float, float, float]
_SAME: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_SOMEWHERE: _Matrix = (1.0, 0.0, 0.0, 1.0, math.nan, math.nan)
"""What a matrix that could not be read is taken for."""


class Unreadable(Exception):
    """Not a PDF that pypdf understands."""


class Locked(Exception):
    """Protected by a password."""


@dataclass(frozen=True, slots=True)
class Found:
    """Blocks of the pages that were read, of how many, and the document's own metadata."""

    blocks: list[Block]
    hidden: int
    read: int
    total: int
    metadata: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Pen:
    """The part of the graphics state that decides whether letters show.

    ``line`` leads from the text's own coordinates, at the start of its line, to those that ``page`` leads from to the
    page. How far what was drawn since then has moved along the line lies between ``low`` and ``high``, for the widths
    of a font's letters are not looked up. A place that could not be made out is not a number.
    """

    mode: int = 0
    size: float = 12.0
    leading: float = 0.0
    rise: float = 0.0
    stretch: float = 1.0
    letter_gap: float = 0.0
    word_gap: float = 0.0
    pale: bool = False
    page: _Matrix = _SAME
    line: _Matrix = _SAME
    low: float = 0.0
    high: float = 0.0

    @property
    def shows(self) -> bool:
        """Whether its letters could be seen, wherever they are."""
        _, _, *upwards, _, _ = _both(self.line, self.page)
        return self.mode not in _INVISIBLE and not abs(self.size) * math.hypot(*upwards) < _SMALLEST and not self.pale

    def draw(self, parts: list[Any]) -> tuple[_Pen, list[float]]:
        """The pen after it drew strings with gaps between them, and how far along the line their ends might be."""
        low, high, ends = self.low, self.high, list[float]()
        for part in parts:
            if isinstance(part, str | bytes):
                steps = [len(part) * step for step in (_WIDTH * self.size, self.letter_gap, self.word_gap)]
                low += sum(min(step, 0.0) for step in steps) * self.stretch
                high += sum(max(step, 0.0) for step in steps) * self.stretch
                ends += low, high
            elif isinstance(part, int | float):
                low -= part / 1000 * self.size * self.stretch
                high -= part / 1000 * self.size * self.stretch
        return replace(self, low=low, high=high), ends

    def corners(self, ends: list[float]) -> tuple[list[float], list[float]]:
        """Where the corners of letters between these ends are on the page, across and up."""
        a, b, c, d, e, f = _both(self.line, self.page)
        ups = [self.rise - _BELOW * self.size, self.rise + _ABOVE * self.size]
        places = [(x, y) for x in ends for y in ups]
        return [a * x + c * y + e for x, y in places], [b * x + d * y + f for x, y in places]


@dataclass(slots=True)
class _State:
    """``bounds`` is the part of the page that is seen: left, bottom, right, top."""

    bounds: tuple[float, float, float, float] | None
    pen: _Pen = _Pen()
    saved: list[_Pen] = field(default_factory=list)

    def apply(self, operator: bytes, operands: list[Any]) -> None:
        """Follow one instruction."""
        if operator == b"q":
            self.saved.append(self.pen)
        elif operator == b"Q" and self.saved:
            self.pen = self.saved.pop()
        else:
            numbers = [float(operand) for operand in operands if isinstance(operand, int | float)]
            self.pen = replace(self.pen, **_changes(operator, numbers, self.pen))

    def show(self, parts: list[Any]) -> bool:
        """Draw text, and tell whether any of it can be seen; what cannot be placed is believed to be on the page."""
        before = self.pen
        self.pen, ends = before.draw(parts)
        return before.shows and self._on_page(*before.corners(ends))

    def _on_page(self, across: list[float], up: list[float]) -> bool:
        if self.bounds is None or not across or not all(map(math.isfinite, across + up)):
            return True
        left, bottom, right, top = self.bounds
        beside = max(across) < left - _MARGIN or min(across) > right + _MARGIN
        return not (beside or max(up) < bottom - _MARGIN or min(up) > top + _MARGIN)


def _both(first: _Matrix, then: _Matrix) -> _Matrix:
    """One change of coordinates after another."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _matrix(numbers: list[float]) -> _Matrix:
    if len(numbers) != 6:  # noqa: PLR2004 - as many as a matrix has
        return _SOMEWHERE
    a, b, c, d, e, f = numbers
    return a, b, c, d, e, f


def _changes(operator: bytes, numbers: list[float], pen: _Pen) -> dict[str, Any]:
    """What an instruction changes of the pen."""
    if operator == b"cm":
        return {"page": _both(_matrix(numbers), pen.page)}
    if operator in {b"BT", b"Tm"}:
        return {"line": _SAME if operator == b"BT" else _matrix(numbers), "low": 0.0, "high": 0.0}
    if operator in {b"Td", b"TD"} | _NEXT_LINE:
        return _next_line(operator, numbers, pen)
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
        b"k": {"pale": max(numbers) <= 1 - _PALE},
    }
    grey = {"pale": min(numbers) >= _PALE} if operator in {b"g", b"rg", b"sc", b"scn"} else {}
    return changes.get(operator, grey)


def _next_line(operator: bytes, numbers: list[float], pen: _Pen) -> dict[str, Any]:
    """What an instruction that starts another line changes of the pen."""
    across, up = numbers if len(numbers) == 2 else (math.nan, math.nan)  # noqa: PLR2004 - across and up
    others = {"leading": -up} if operator == b"TD" else {}
    if operator in _NEXT_LINE:
        others = {"word_gap": across, "letter_gap": up} if operator == b'"' else {}
        across, up = 0.0, -pen.leading
    return {"line": _both((1.0, 0.0, 0.0, 1.0, across, up), pen.line), "low": 0.0, "high": 0.0, **others}


def read(data: bytes, most_pages: int, most_characters: int) -> Found:
    """Read a PDF's text, page by page.

    Raises:
        Unreadable: It is damaged beyond what pypdf mends.
        Locked: It is protected by a password.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every fault in a damaged file
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _read(data, most_pages, most_characters)
        except FileNotDecryptedError as error:
            raise Locked from error
        except (PyPdfError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError) as error:
            # pypdf meets damage with whatever its code stumbles over.
            raise Unreadable from error


def _read(data: bytes, most_pages: int, most_characters: int) -> Found:
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Locked
    found: list[Block] = []
    hidden = read_pages = length = 0
    for number, page in enumerate(reader.pages[:most_pages], 1):
        if length > most_characters:
            break
        hidden += _take_out(page, reader)
        text = page.extract_text()
        found += [Block(" ".join(part.split()), None, number) for part in _GAP.split(text) if part.strip()]
        length += len(text)
        read_pages = number
    metadata = {str(name).lstrip("/"): str(value) for name, value in (reader.metadata or {}).items()}
    return Found(found, hidden, read_pages, len(reader.pages), metadata)


def _take_out(page: PageObject, reader: PdfReader) -> int:
    """Take the instructions that draw what is not seen out of a page; how many passages that were."""
    contents = page.get_contents()
    if contents is None:
        return 0
    stream = ContentStream(contents, reader)
    state, kept, passages, hiding = _State(_bounds(page)), [], 0, False
    for operands, operator in stream.operations:
        state.apply(operator, operands)
        if operator in _SHOWS:
            text = operands[-1] if operands else []
            parts = text if isinstance(text, list) else [text]
            hidden = not state.show(parts)
            if any(isinstance(part, str | bytes) and part.strip() for part in parts):  # blanks are no passage
                passages += hidden and not hiding
                hiding = hidden
            if hidden:
                continue
        kept.append((operands, operator))
    if passages:
        stream.operations = kept
        page[NameObject("/Contents")] = stream
    return passages


def _bounds(page: PageObject) -> tuple[float, float, float, float] | None:
    """The part of a page that is seen; None where the file does not say so in a way that makes sense."""
    try:
        boxes = [[float(side) for side in box] for box in (page.mediabox, page.cropbox)]
    except (PyPdfError, ValueError, TypeError):
        return None
    left, bottom = (max(min(box[at], box[at + 2]) for box in boxes) for at in (0, 1))
    right, top = (min(max(box[at], box[at + 2]) for box in boxes) for at in (0, 1))
    return (left, bottom, right, top) if left < right and bottom < top else None
