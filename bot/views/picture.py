"""A balance as a picture: claims down, references across, a coloured mark where a reference speaks of a claim.

The colours are those of Okabe and Ito's palette that people with any kind of colour blindness tell apart ("Color
Universal Design", 2008); each side also has a shape and a sign of its own, so that the picture works without colours.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from bot.views import text
from retrieval.curate.types import Balance
from retrieval.types import Claim, Source, Stance

_PAPER, _INK, _LINE, _BAND = "#ffffff", "#1a1a1a", "#d0d0d0", "#f4f4f4"
_AGAINST, _FOR, _RELATED = "#d55e00", "#0072b2", "#8c8c8c"
_CELL = 26
_SIZE = 15
_EDGE = 18
_LEFT = 330
"""Pixels for the claims' words, ..."""
_TOP = 210
"""... and for the references' titles, which are written upwards."""
_FOOT = 92
_LEAST = 900
_LAST_LETTER = "~"
"""The font has the letters of ASCII and few others; what can be written with them is."""
_SPELT = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "ß": "ss", "æ": "ae", "œ": "oe"}
    | {"Æ": "Ae", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "ð": "d", "þ": "th"}
)
_LABEL = 120
"""Characters of a label that are looked at; fewer have room."""
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
MOST = 60
"""Claims, and references, that are drawn; more would be too small to see."""
_LEGEND = (
    (Stance.REFUTES, "speaks against the claim"),
    (Stance.SUPPORTS, "speaks for the claim"),
    (Stance.NEUTRAL, "speaks of it, on no side"),
)


def picture(found: Balance) -> bytes:
    """The PNG file of a balance; nothing in it can be read by a machine as markup."""
    claims, sources = found.claims[:MOST], _telling(found)
    width = max(_LEAST, _EDGE + _LEFT + _CELL * len(sources) + _EDGE)
    height = _TOP + _CELL * len(claims) + _FOOT
    image = Image.new("RGB", (width, height), _PAPER)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(_SIZE)
    draw.text((_EDGE + 4, _TOP - 26), "The article claims:", fill=_INK, font=font)
    for row, claim in enumerate(claims):
        _draw_claim(draw, font, row, claim, width)
    for column, source in enumerate(sources):
        _draw_source(image, font, column, source)
        draw.line((_x(column), _TOP, _x(column), _TOP + _CELL * len(claims)), fill=_LINE)
    for row, claim in enumerate(claims):
        for column, source in enumerate(sources):
            cell = found.cells.get((claim.number, source.id))
            if cell:
                _mark(draw, cell[0], _x(column) + _CELL // 2, _y(row) + _CELL // 2)
    _draw_legend(draw, font, height, len(sources) < len(found.sources) or len(claims) < len(found.claims))
    return _png(image)


def _telling(found: Balance) -> tuple[Source, ...]:
    """The references in their order; if there are too many, those that speak of most claims."""
    if len(found.sources) <= MOST:
        return found.sources
    speaks = [source for _, source in found.cells]
    kept = {source.id for source in sorted(found.sources, key=lambda one: -speaks.count(one.id))[:MOST]}
    return tuple(source for source in found.sources if source.id in kept)


def _x(column: int) -> int:
    return _EDGE + _LEFT + _CELL * column


def _y(row: int) -> int:
    return _TOP + _CELL * row


def _draw_claim(draw: ImageDraw.ImageDraw, font: Font, row: int, claim: Claim, width: int) -> None:
    """A claim's number and first words, on every other row upon a band that leads the eye."""
    if row % 2:
        draw.rectangle((_EDGE, _y(row), width - _EDGE, _y(row) + _CELL), fill=_BAND)
    words = _fitting(draw, font, f"{_written(claim.number, '')}  {_written(claim.text, '')}", _LEFT - 12)
    draw.text((_EDGE + 4, _y(row) + 4), words, fill=_INK, font=font)


def _draw_source(image: Image.Image, font: Font, column: int, source: Source) -> None:
    """A reference's title, written upwards above its column."""
    strip = Image.new("RGB", (_TOP - _EDGE, _CELL), _PAPER)
    draw = ImageDraw.Draw(strip)
    words = _fitting(draw, font, _written(source.title, source.id), strip.width - 8)
    draw.text((4, 4), words, fill=_INK, font=font)
    image.paste(strip.rotate(90, expand=True), (_x(column), _EDGE))


def _draw_legend(draw: ImageDraw.ImageDraw, font: Font, height: int, cut: bool) -> None:
    left, top = _EDGE + 12, height - _FOOT + 26
    for stance, words in _LEGEND:
        _mark(draw, stance, left, top)
        draw.text((left + 18, top - 9), words, fill=_INK, font=font)
        left += 44 + int(draw.textlength(words, font=font))
    about = "As the embedded judge reads the references; it can be wrong. No mark: the reference does not speak of it."
    more = f" Only {MOST} of a kind are drawn." if cut else ""
    draw.text((_EDGE, height - _FOOT + 54), about + more, fill=_INK, font=font)


def _mark(draw: ImageDraw.ImageDraw, stance: Stance, x: int, y: int) -> None:
    """A side's sign around a point: a square with a minus, a disc with a plus, or a small ring."""
    if stance is Stance.REFUTES:
        draw.rectangle((x - 10, y - 10, x + 10, y + 10), fill=_AGAINST)
        draw.rectangle((x - 6, y - 1, x + 6, y + 1), fill=_PAPER)
    elif stance is Stance.SUPPORTS:
        draw.ellipse((x - 11, y - 11, x + 11, y + 11), fill=_FOR)
        draw.rectangle((x - 6, y - 1, x + 6, y + 1), fill=_PAPER)
        draw.rectangle((x - 1, y - 6, x + 1, y + 6), fill=_PAPER)
    else:
        draw.ellipse((x - 5, y - 5, x + 5, y + 5), outline=_RELATED, width=2)


def _written(words: str, instead: str) -> str:
    """Words in letters that the font has; ``instead`` when most of them are of another script."""
    parted = unicodedata.normalize("NFKD", text.clean(words).translate(_SPELT))
    plain = "".join(letter for letter in parted if not unicodedata.combining(letter))
    known = "".join(letter for letter in plain if letter <= _LAST_LETTER)
    return known.strip() if 2 * len(known) > len(plain) else text.clean(instead)


def _fitting(draw: ImageDraw.ImageDraw, font: Font, words: str, room: int) -> str:
    """As many of the words as have room, with three dots where some are left out."""
    words = words[:_LABEL]
    if draw.textlength(words, font=font) <= room:
        return words
    fitting = bisect_right(
        range(len(words)), room, key=lambda length: int(draw.textlength(f"{words[:length]}...", font=font))
    )
    return f"{words[: max(0, fitting - 1)].rstrip()}..."


def _png(image: Image.Image) -> bytes:
    made = BytesIO()
    image.save(made, "PNG")
    return made.getvalue()
