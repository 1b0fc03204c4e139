"""One page of a PDF as pdfium sees it: its lines, without what a person who looks at the page would not see."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from itertools import pairwise, repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from pypdfium2 import PdfiumError, PdfPage, PdfTextPage

from retrieval.ingest.readers.layout import Line

_INVISIBLE_MODES = {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
_STROKED = pdfium.FPDF_TEXTRENDERMODE_STROKE
_SMALLEST = 1.0
"""Points; letters for people have six at the very least."""
_PALE = 225
"""Each channel of a colour that might not show on white paper."""
_FAINT = 26
"""Alpha, of 255."""
_LEAST_CONTRAST = 20
"""Difference of grey, of 255, between the darkest and the lightest pixel where letters are said to be."""
_LARGEST_SIDE = 1400
"""Pixels of the picture that pale letters are looked for in."""
_MOSTLY = 0.8
_HALF = 0.5
# Its address alone: this is asked of each character, and to make a pointer of it takes ten times as long.
_object_at = ctypes.CFUNCTYPE(ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int)(
    ctypes.cast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p).value or 0
)


@dataclass(frozen=True, slots=True)
class PageText:
    """``hidden`` counts passages taken out; ``scanned`` says that the text is an invisible layer over a picture."""

    lines: tuple[Line, ...]
    hidden: int = 0
    scanned: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters [start, end) that one text object draws, and their box: left, bottom, right, top."""

    start: int
    end: int
    box: tuple[float, float, float, float]
    mode: int
    seen: bool


def read_page(page: PdfPage) -> PageText:
    """Read one page."""
    text_page = page.get_textpage()
    try:
        characters = _characters(text_page)
        runs = _runs(page, text_page, len(characters))
        scanned = _is_scan(page, runs)
        unseen = [run for run in runs if not run.seen and not (scanned and run.mode in _INVISIBLE_MODES)]
        hidden = _take_out(characters, unseen)
        return PageText(tuple(_lines(text_page, characters)), hidden, scanned)
    finally:
        text_page.close()


def _characters(text_page: PdfTextPage) -> list[str]:
    """One string for each of pdfium's character indices."""
    count = text_page.count_chars()
    text = text_page.get_text_range() if count else ""
    if len(text) == count:
        return list(text)
    codes = (pdfium.FPDFText_GetUnicode(text_page, at) for at in range(count))
    return [chr(code) if 0 < code <= 0x10FFFF else "" for code in codes]  # noqa: PLR2004 - Unicode's end


def _runs(page: PdfPage, text_page: PdfTextPage, count: int) -> list[_Run]:
    judge = _Judge(page, text_page)
    return [
        judge.run(start, end, pdfium.FPDFText_GetTextObject(text_page, start))
        for start, end in pairwise([*_starts(text_page, count), count])
    ]


def _starts(text_page: PdfTextPage, count: int) -> list[int]:
    """Where the text object that draws the characters becomes another one."""
    asked = map(_object_at, repeat(ctypes.cast(text_page.raw, ctypes.c_void_p)), range(count))
    drawn = np.fromiter(asked, np.uintp, count)
    drawing = np.flatnonzero(drawn)  # the others are spaces and line breaks that pdfium put in
    starts: list[int] = drawing[np.diff(drawn[drawing], prepend=np.uintp(0)) != 0].tolist()
    return starts


class _Judge:
    """Tells which text objects of a page can be seen; renders the page, once, only if one is pale."""

    def __init__(self, page: PdfPage, text_page: PdfTextPage) -> None:
        self._page, self._text_page = page, text_page
        self._bounds = page.get_bbox()
        self._picture: Any = None

    def run(self, start: int, end: int, drawn: Any) -> _Run:
        mode = pdfium.FPDFTextObj_GetTextRenderMode(drawn)
        boxes = [box for at in (start, (start + end) // 2, end - 1) if (box := loose_box(self._text_page, at))]
        if not boxes:
            return _Run(start, end, (0, 0, 0, 0), mode, mode not in _INVISIBLE_MODES)
        lefts, rights, bottoms, tops = zip(*boxes, strict=True)
        box = (min(lefts), min(bottoms), max(rights), max(tops))
        height = max(top - bottom for _, _, bottom, top in boxes)
        seen = mode not in _INVISIBLE_MODES and height >= _SMALLEST and self._on_page(box)
        if seen and self._is_pale(start, mode):
            seen = self._shows(box)
        return _Run(start, end, box, mode, seen)

    def _on_page(self, box: tuple[float, float, float, float]) -> bool:
        left, bottom, right, top = self._bounds
        return bool(box[2] > left and box[0] < right and box[3] > bottom and box[1] < top)

    def _is_pale(self, at: int, mode: int) -> bool:
        channels = [ctypes.c_uint() for _ in range(4)]
        ask = pdfium.FPDFText_GetStrokeColor if mode == _STROKED else pdfium.FPDFText_GetFillColor
        if not ask(self._text_page, at, *(ctypes.byref(channel) for channel in channels)):
            return False
        red, green, blue, alpha = (channel.value for channel in channels)
        return alpha < _FAINT or min(red, green, blue) >= _PALE

    def _shows(self, box: tuple[float, float, float, float]) -> bool:
        """Whether anything stands out where the letters are; white ones do on a dark ground."""
        scale = min(1.5, _LARGEST_SIDE / max(*self._page.get_size(), 1))
        if self._picture is None:
            self._picture = self._render(scale)
        left, bottom, _, _ = self._bounds
        rows, columns = self._picture.shape[:2]
        across = slice(max(0, int((box[0] - left) * scale)), min(columns, int((box[2] - left) * scale) + 1))
        down = slice(max(0, rows - int((box[3] - bottom) * scale) - 1), max(0, rows - int((box[1] - bottom) * scale)))
        area = self._picture[down, across]
        # Rotation swaps the axes of a box; such pages are rare enough to believe their pale letters.
        return self._page.get_rotation() != 0 or (area.size > 0 and int(np.ptp(area)) >= _LEAST_CONTRAST)

    def _render(self, scale: float) -> Any:
        try:
            pixels = self._page.render(scale=scale, grayscale=True).to_numpy()
            return pixels.reshape(pixels.shape[:2])
        except (PdfiumError, ValueError):  # a page of absurd size; nobody sees pale letters on it
            return np.zeros((0, 0), dtype=np.uint8)


def loose_box(text_page: PdfTextPage, at: int) -> tuple[float, float, float, float] | None:
    """The box of a character as high as its font, in points: left, right, bottom, top."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text_page, at, box):
        return None
    return box.left, box.right, box.bottom, box.top


def _is_scan(page: PdfPage, runs: list[_Run]) -> bool:
    """Whether nearly all text is invisible and a picture fills the page: the recognised text of a scan."""
    total = sum(run.end - run.start for run in runs)
    invisible = sum(run.end - run.start for run in runs if run.mode in _INVISIBLE_MODES)
    if not total or invisible < _MOSTLY * total:
        return False
    width, height = page.get_size()
    for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=1):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) >= _HALF * width * height:
            return True
    return False


def _take_out(characters: list[str], unseen: list[_Run]) -> int:
    """Empty the characters of what is not seen, and count what stood together as one passage."""
    passages, last = 0, -1
    for run in unseen:
        words = any(character.isalnum() for character in characters[run.start : run.end])
        passages += words and run.start != last
        last = run.end
        for at in range(run.start, run.end):
            characters[at] = "\n" if characters[at] == "\n" else ""
    return passages


def _lines(text_page: PdfTextPage, characters: list[str]) -> list[Line]:
    lines: list[Line] = []
    start = 0
    for at in range(len(characters) + 1):
        if at < len(characters) and characters[at] != "\n":
            continue
        begin = next((place for place in range(start, at) if characters[place].strip()), None)
        if begin is not None:
            end = next(place for place in reversed(range(begin, at)) if characters[place].strip())
            first, last = loose_box(text_page, begin), loose_box(text_page, end)
            place = (first[0], last[1], first[2], first[3]) if first and last else (0.0, 0.0, 0.0, 0.0)
            lines.append(Line("".join(characters[start:at]), *place))
        start = at + 1
    return lines
