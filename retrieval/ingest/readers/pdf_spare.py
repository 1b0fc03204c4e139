"""PDFs by pypdf, which is slower and sees less than pdfium, but is plain Python and cannot crash.

Text drawn invisibly, in white or in tiny letters is taken out of a page's instructions before its text is asked for.
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
_PALE = 0.88
_SMALLEST = 1.0
_GAP = re.compile(r"\n\s*\n")


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
    """The part of the graphics state that decides whether letters show. A letter is size x matrix x zoom points."""

    mode: int = 0
    size: float = 12.0
    matrix: float = 1.0
    zoom: float = 1.0
    pale: bool = False

    @property
    def shows(self) -> bool:
        return self.mode not in _INVISIBLE and self.size * self.matrix * self.zoom >= _SMALLEST and not self.pale


@dataclass(slots=True)
class _State:
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


def _changes(operator: bytes, numbers: list[float], pen: _Pen) -> dict[str, Any]:
    """What an instruction changes of the pen."""
    if operator == b"BT":
        return {"matrix": 1.0}
    if not numbers:
        return {}
    changes: dict[bytes, dict[str, Any]] = {
        b"Tm": {"matrix": math.hypot(*numbers[2:4])},
        b"cm": {"zoom": pen.zoom * math.hypot(*numbers[2:4])},
        b"Tr": {"mode": int(numbers[0])},
        b"Tf": {"size": abs(numbers[-1])},
        b"k": {"pale": max(numbers) <= 1 - _PALE},
    }
    grey = {"pale": min(numbers) >= _PALE} if operator in {b"g", b"rg", b"sc", b"scn"} else {}
    return changes.get(operator, grey)


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
    state, kept, passages, hiding = _State(), [], 0, False
    for operands, operator in stream.operations:
        state.apply(operator, operands)
        if operator in _SHOWS:
            hidden = not state.pen.shows
            passages += hidden and not hiding
            hiding = hidden
            if hidden:
                continue
        kept.append((operands, operator))
    if passages:
        stream.operations = kept
        page[NameObject("/Contents")] = stream
    return passages
