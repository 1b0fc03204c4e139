"""One page of a PDF as pdfium sees it: its lines, without what a person who looks at the page would not see."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, repeat
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium
from pypdfium2 import PdfPage, PdfTextPage

from retrieval.ingest.readers.layout import Line
from retrieval.ingest.readers.pdf_doubts import Doubts, Ink
from retrieval.ingest.readers.pdf_pen import Box
from retrieval.ingest.readers.pdf_picture import Patience, Picture

_INVISIBLE_MODES = {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
_STROKED = pdfium.FPDF_TEXTRENDERMODE_STROKE
_SMALLEST = 1.0
"""Points; letters for people have six at the very least."""
_PALE = 225
"""Each channel of a colour that might not show on white paper."""
_FAINT = 26
"""Alpha, of 255."""
_LAST_LATIN = "\u024f"
_WORD = re.compile(r"(?<=\s)(?=\S)")
_MOSTLY = 0.8
_HALF = 0.5
# Its address alone, and no kinds of arguments declared: this is asked of each character, and to make a pointer of the
# answer takes ten times as long, to check what is handed in half as long again.
_object_at = ctypes.CFUNCTYPE(ctypes.c_size_t)(ctypes.cast(pdfium.FPDFText_GetTextObject, ctypes.c_void_p).value or 0)


@dataclass(frozen=True, slots=True)
class PageText:
    """``hidden`` counts passages taken out; ``scanned`` says that the text is invisible, over or under a picture.

    ``unsure`` says that there was not the time to be sure of all its text.
    """

    lines: tuple[Line, ...]
    hidden: int = 0
    scanned: bool = False
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters [start, end) that one text object draws."""

    start: int
    end: int
    box: Box
    mode: int
    seen: bool
    drawn: Any
    ink: Ink | None = None


def read_page(page: PdfPage, patience: Patience) -> PageText:
    """Read one page.

    Args:
        page: An open page; afterwards it is good for nothing but closing.
        patience: What is left of it for looking closely where text is doubtful (see ``pdf_doubts``); some is spent.
    """
    text_page = page.get_textpage()
    try:
        characters = _characters(text_page)
        judge = _Judge(page, text_page)
        runs = [
            judge.run(start, end) for start, end in pairwise([*_starts(text_page, len(characters)), len(characters)])
        ]
        with patience.spent():
            found = None if patience.over else judge.covered(runs, characters, patience.until)
        covered = found or []
        invisible = [run for run in runs if run.mode in _INVISIBLE_MODES] + covered
        scanned = _is_scan(page, characters, runs, invisible)
        unseen = {run.start: run for run in [*(run for run in runs if not run.seen), *covered]}
        for run in invisible if scanned else ():
            unseen.pop(run.start, None)
        hidden = _take_out(characters, [unseen[start] for start in sorted(unseen)])
        unsure = found is None and any(run.seen for run in runs)
        return PageText(tuple(_lines(text_page, characters)), hidden, scanned, unsure)
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


def _starts(text_page: PdfTextPage, count: int) -> list[int]:
    """Where the text object that draws the characters becomes another one."""
    asked = map(_object_at, repeat(ctypes.cast(text_page.raw, ctypes.c_void_p)), range(count))
    drawn = np.fromiter(asked, np.uintp, count)
    drawing = np.flatnonzero(drawn)  # the others are spaces and line breaks that pdfium put in
    starts: list[int] = drawing[np.diff(drawn[drawing], prepend=np.uintp(0)) != 0].tolist()
    return starts


class _Judge:
    """Tells which text objects of a page can be seen; makes pictures of the page only where it must."""

    def __init__(self, page: PdfPage, text_page: PdfTextPage) -> None:
        self._page, self._text_page = page, text_page
        self._bounds = page.get_bbox()
        self._picture = Picture(page)

    def run(self, start: int, end: int) -> _Run:
        """What one text object draws, and whether that can be seen but for the doubtful."""
        drawn = pdfium.FPDFText_GetTextObject(self._text_page, start)
        mode = pdfium.FPDFTextObj_GetTextRenderMode(drawn)
        boxes = self._boxes([start, (start + end) // 2, end - 1])
        if not boxes:
            return _Run(start, end, (0, 0, 0, 0), mode, mode not in _INVISIBLE_MODES, drawn)
        box, height = _around(boxes), max(top - bottom for _, bottom, _, top in boxes)
        ink = self._ink(start, mode)
        seen = mode not in _INVISIBLE_MODES and height >= _SMALLEST and self._on_page(box)
        if seen and _is_pale(ink):
            seen = self._picture.stands_out(box)
        return _Run(start, end, box, mode, seen, drawn, ink)

    def covered(self, runs: list[_Run], characters: list[str], until: float) -> list[_Run] | None:
        """The words that the page would look the same without; None where there is no time to draw it."""
        doubts = Doubts(self._page)
        doubtful = [run for run in runs if run.seen and self._is_doubtful(run, characters, doubts)]
        words = [word for run in doubtful for word in self._words(run, characters)]
        if not words:
            return []
        lacking = self._picture.lacks([(word.drawn, word.box) for word in words], [run.drawn for run in runs], until)
        if lacking is None:
            return None
        return [word for word, is_seen in zip(words, lacking, strict=True) if not is_seen]

    def _is_doubtful(self, run: _Run, characters: list[str], doubts: Doubts) -> bool:
        """Whether only a picture tells if a run is seen, and a picture can tell.

        Fonts that are not in the file are drawn with ours, which have Latin letters only.
        """
        text = characters[run.start : run.end]
        if not any(map(str.isalnum, text)):
            return False
        if not self._runs_out(run.box) and not doubts.about(run.drawn, run.box, run.ink):
            return False
        own = pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(run.drawn)) == 1
        return bool(own or max(filter(str.isalnum, text)) <= _LAST_LATIN)

    def _runs_out(self, box: Box) -> bool:
        left, bottom, right, top = self._bounds
        return bool(box[0] < left or box[1] < bottom or box[2] > right or box[3] > top)

    def _words(self, run: _Run, characters: list[str]) -> Iterator[_Run]:
        """A run divided before each of its words, the boxes without the blanks."""
        text = "".join(character or "\0" for character in characters[run.start : run.end])
        begins = [0, *(match.start() for match in _WORD.finditer(text) if match.start() > 0), len(text)]
        for start, end in pairwise(begins):
            places = range(run.start + start, run.start + end)
            boxes = self._boxes([at for at in places if not characters[at].isspace()])
            if boxes:
                yield replace(run, start=places.start, end=places.stop, box=_around(boxes))

    def _boxes(self, letters: list[int]) -> list[Box]:
        found = (loose_box(self._text_page, at) for at in letters)
        return [(left, bottom, right, top) for left, right, bottom, top in filter(None, found)]

    def _on_page(self, box: Box) -> bool:
        left, bottom, right, top = self._bounds
        return bool(box[2] > left and box[0] < right and box[3] > bottom and box[1] < top)

    def _ink(self, at: int, mode: int) -> Ink | None:
        channels = [ctypes.c_uint() for _ in range(4)]
        ask = pdfium.FPDFText_GetStrokeColor if mode == _STROKED else pdfium.FPDFText_GetFillColor
        if not ask(self._text_page, at, *(ctypes.byref(channel) for channel in channels)):
            return None
        red, green, blue, alpha = (channel.value for channel in channels)
        return red, green, blue, alpha


def _is_pale(ink: Ink | None) -> bool:
    return ink is not None and (ink[3] < _FAINT or min(ink[:3]) >= _PALE)


def _around(boxes: list[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def loose_box(text_page: PdfTextPage, at: int) -> tuple[float, float, float, float] | None:
    """The box of a character as high as its font, in points: left, right, bottom, top."""
    box = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text_page, at, box):
        return None
    return box.left, box.right, box.bottom, box.top


def _is_scan(page: PdfPage, characters: list[str], runs: list[_Run], invisible: list[_Run]) -> bool:
    """Whether nearly all text is not seen and a picture fills the page: the recognised text of a scan."""

    def letters(some: list[_Run]) -> int:
        return sum(characters[at].isalnum() for run in some for at in range(run.start, run.end))

    lost = letters(invisible)
    if not lost or lost < _MOSTLY * letters(runs):
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
    for at in [*(at for at, character in enumerate(characters) if character == "\n"), len(characters)]:
        begin = next((place for place in range(start, at) if characters[place].strip()), None)
        if begin is not None:
            end = next(place for place in reversed(range(begin, at)) if characters[place].strip())
            first, last = loose_box(text_page, begin), loose_box(text_page, end)
            place = (first[0], last[1], first[2], first[3]) if first and last else (0.0, 0.0, 0.0, 0.0)
            lines.append(Line("".join(characters[start:at]), *place))
        start = at + 1
    return lines
