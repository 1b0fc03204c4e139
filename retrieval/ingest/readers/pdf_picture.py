"""A page of a PDF as a picture: what is really seen of its text is what the picture would lack without it."""

from __future__ import annotations

import ctypes
import math
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from pypdfium2 import PdfBitmap, PdfiumError, PdfPage

from retrieval.ingest.readers.pdf_pen import Box

_LARGEST_SIDE = 1400
"""Pixels of the picture."""
_LARGEST_SCALE = 1.5
_LEAST_CONTRAST = 20
"""Difference of grey, of 255, between the darkest and the lightest pixel where letters are said to be."""
_LEAST_CHANGE = 12
"""Difference of grey, of 255, that letters must make to one pixel at least; #f4f4f4 on white makes 11."""
_QUARTER = 90
_ASKING = dict(pdfium.IFSDK_PAUSE._fields_)["NeedToPauseNow"]


class Patience:
    """What the pages of a document share: seconds for looking at them closely. A map may take minutes to draw."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    @property
    def over(self) -> bool:
        """Whether nothing is left."""
        return self._left <= 0

    @property
    def until(self) -> float:
        """When nothing will be left, as ``time.perf_counter`` goes."""
        return time.perf_counter() + self._left

    @contextmanager
    def spent(self) -> Iterator[None]:
        """Count the time within."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._left -= time.perf_counter() - began


class Picture:
    """Drawn once it is asked for, and once more for each question what difference texts make."""

    def __init__(self, page: PdfPage) -> None:
        self._page = page
        self._left, self._bottom, _, _ = page.get_bbox()
        self._scale = min(_LARGEST_SCALE, _LARGEST_SIDE / max(*page.get_size(), 1))
        self._whole: Any = None

    def stands_out(self, box: Box) -> bool:
        """Whether anything stands out where the letters are; white ones do on a dark ground."""
        area = self._within(self._drawn(), box)
        return area.size > 0 and int(np.ptp(area)) >= _LEAST_CONTRAST

    def lacks(self, texts: Sequence[tuple[Any, Box]], known: Iterable[Any], until: float) -> list[bool] | None:
        """Whether the picture is another one, where each of these text objects is, once none of them is drawn.

        They stay invisible in the page as it is open, so this is the last thing to ask of a page.

        Args:
            texts: Text objects, and their places on the page.
            known: All text objects of the page that the text page tells of.
            until: When to stop drawing, as ``time.perf_counter`` goes; then nothing is known.
        """
        whole = self._drawn(until)
        for drawn in [*(drawn for drawn, _ in texts), *self._twins(known)]:
            pdfium.FPDFTextObj_SetTextRenderMode(drawn, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
        without = None if whole is None else self._render(until)
        if whole is None or without is None:
            return None
        change = np.abs(whole.astype(np.int16) - without)
        areas = (self._within(change, box) for _, box in texts)
        return [area.size > 0 and int(area.max()) >= _LEAST_CHANGE for area in areas]

    def _twins(self, known: Iterable[Any]) -> list[Any]:
        """The other text objects: pdfium tells of one only of several with the same text in the same place.

        A shadow or a bolder look is made so; the text is seen if any of them is.
        """
        told = set(map(address, known))
        found = (one.raw for one in self._page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]))
        return [one for one in found if address(one) not in told]

    def _drawn(self, until: float = math.inf) -> Any:
        if self._whole is None:
            self._whole = self._render(until)
        return self._whole

    def _within(self, picture: Any, box: Box) -> Any:
        scale, (rows, columns) = self._scale, picture.shape
        left, right = (int((side - self._left) * scale) for side in (box[0], box[2]))
        low, high = (int((side - self._bottom) * scale) for side in (box[1], box[3]))
        return picture[max(0, rows - high - 1) : max(0, rows - low), max(0, left) : max(0, min(columns, right + 1))]

    def _render(self, until: float) -> Any:
        """The page in grey, not rotated; None where that was not done in time."""
        try:
            pixels = _painted(self._page, self._scale, until)
            return pixels if pixels is None else np.rot90(pixels, self._page.get_rotation() // _QUARTER)
        except (PdfiumError, ValueError):  # a page of absurd size; nobody sees anything on it
            return np.zeros((0, 0), dtype=np.uint8)


def address(drawn: Any) -> int:
    """Where an object is in memory, by which two pointers to one are known."""
    return ctypes.cast(drawn, ctypes.c_void_p).value or 0


def _painted(page: PdfPage, scale: float, until: float) -> Any:
    """As ``PdfPage.render``, which cannot be stopped: pdfium asks after every hundred objects whether to go on."""
    width, height = (math.ceil(side * scale) for side in page.get_size())
    if min(width, height) < 1:
        raise ValueError("a page without an area")
    bitmap = PdfBitmap.new_native(width, height, pdfium.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    pause = pdfium.IFSDK_PAUSE(version=1, NeedToPauseNow=_ASKING(lambda _: time.perf_counter() > until))
    flags = pdfium.FPDF_GRAYSCALE | pdfium.FPDF_ANNOT
    status = pdfium.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, width, height, 0, flags, pause)
    pdfium.FPDF_RenderPage_Close(page)
    return None if status == pdfium.FPDF_RENDER_TOBECONTINUED else bitmap.to_numpy().reshape(height, width)
