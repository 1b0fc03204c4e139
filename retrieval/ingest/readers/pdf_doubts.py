"""Which text of a PDF page may not be seen although it is drawn: only a picture of the page tells (``pdf_picture``).

Pictures take several times as long as reading the text. So there must be a reason: the text is cut off by a clipping
path, belongs to a layer or to a form (which may hide all of it), lies under something or on something of its colour.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage

from retrieval.ingest.readers.pdf_pen import Box
from retrieval.ingest.readers.pdf_picture import address

Ink = tuple[int, int, int, int]
"""Red, green, blue and alpha, each of 255."""

_MOST_OBJECTS = 20_000
"""Of a page, that are looked at one by one; where there are more, all of its text is doubtful."""
_COVERED = 0.3
"""Part of a text's box; an underline or a rule crosses less."""
_LIKE = 30
"""Difference of each channel up to which a ground might swallow the letters."""
_LAYER = "OC"
_GROUNDS = {pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING, pdfium.FPDF_PAGEOBJ_FORM}
_LONGEST_NAME = 64
_Ground = tuple[int, Any, bool]
"""Its place among the page's objects, the object, and whether its colour is anybody's guess."""


class Doubts:
    """About the text of one page."""

    def __init__(self, page: PdfPage) -> None:
        self._texts: dict[int, int] = {}
        count = pdfium.FPDFPage_CountObjects(page)
        self._crowded = count > _MOST_OBJECTS
        self._grounds: list[_Ground] = []
        for place in range(0 if self._crowded else count):
            drawn = pdfium.FPDFPage_GetObject(page, place)
            kind = pdfium.FPDFPageObj_GetType(drawn)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._texts[address(drawn)] = place
            elif kind in _GROUNDS or (kind == pdfium.FPDF_PAGEOBJ_PATH and _is_filled(drawn)):
                self._grounds.append((place, drawn, kind in _GROUNDS))
        self._lefts, self._bottoms, self._rights, self._tops = _sides([drawn for _, drawn, _ in self._grounds])

    def about(self, drawn: Any, box: Box, ink: Ink | None) -> bool:
        """Whether there is a reason to doubt that a text object is seen.

        Args:
            drawn: The text object, as pdfium's text page gives it.
            box: Its place on the page.
            ink: The colour of its letters, where that is known.
        """
        place = self._texts.get(address(drawn))
        if self._crowded or place is None:  # in a form, then
            return True
        # pdfium drops a clipping rectangle with the whole of the text in it.
        if pdfium.FPDFClipPath_CountPaths(pdfium.FPDFPageObj_GetClipPath(drawn)) > 0 or _is_layered(drawn):
            return True
        return bool(self._grounds) and self._covered(place, box, ink)

    def _covered(self, place: int, box: Box, ink: Ink | None) -> bool:
        beside = (self._rights <= box[0]) | (self._lefts >= box[2]) | (self._tops <= box[1]) | (self._bottoms >= box[3])
        shared = 0.0
        for at in np.flatnonzero(~beside).tolist():
            above, ground, kind = self._grounds[at]
            if above > place or kind or _is_like(ground, ink):
                across = min(self._rights[at], box[2]) - max(self._lefts[at], box[0])
                shared += float(across * (min(self._tops[at], box[3]) - max(self._bottoms[at], box[1])))
        area = (box[2] - box[0]) * (box[3] - box[1])
        return shared > _COVERED * max(area, 1e-6)


def _is_filled(path: Any) -> bool:
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium.FPDFPath_GetDrawMode(path, mode, stroke)) and mode.value != pdfium.FPDF_FILLMODE_NONE


def _sides(drawn: list[Any]) -> Any:
    """The left, bottom, right and top sides of objects, a row each."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))  # filled again and again: there may be thousands
    found = np.empty((len(drawn), 4), dtype=np.float32)
    for at, one in enumerate(drawn):
        pdfium.FPDFPageObj_GetBounds(one, left, bottom, right, top)
        found[at] = left.value, bottom.value, right.value, top.value
    return found.T.copy()


def _is_like(path: Any, ink: Ink | None) -> bool:
    """Whether a ground might swallow letters of this colour."""
    if ink is None:
        return True
    channels = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFPageObj_GetFillColor(path, *channels)
    return all(abs(channel.value - letter) <= _LIKE for channel, letter in zip(channels[:3], ink[:3], strict=True))


def _is_layered(drawn: Any) -> bool:
    """Whether the text belongs to optional content (ISO 32000-1, 8.11), which may be switched off."""
    return any(
        _name(pdfium.FPDFPageObj_GetMark(drawn, at)) == _LAYER for at in range(pdfium.FPDFPageObj_CountMarks(drawn))
    )


def _name(mark: Any) -> str:
    letters, length = (pdfium.FPDF_WCHAR * _LONGEST_NAME)(), ctypes.c_ulong()
    if not pdfium.FPDFPageObjMark_GetName(mark, letters, ctypes.sizeof(letters), length):
        return ""
    return bytes(letters)[: max(0, length.value - 2)].decode("utf-16-le", errors="replace")
