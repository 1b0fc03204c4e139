"""CSS values as numbers: lengths in pixels, colours with their contrast. None stands for what is not understood."""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass

_LENGTH = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*([a-z%]*)")
_PIXELS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 37.8, "mm": 3.78, "q": 0.945}
_VIEWPORT = {"vw": 12.8, "vh": 8.0, "vmin": 8.0, "vmax": 12.8}
_SIZES = {"xx-small": 9, "x-small": 10, "small": 13, "medium": 16, "large": 18, "x-large": 24, "xx-large": 32}

# Light names hide text on a white ground; the rest tell grounds on which light text shows.
_LIGHT = (
    "white ffffff snow fffafa ivory fffff0 azure f0ffff mintcream f5fffa ghostwhite f8f8ff whitesmoke f5f5f5"
    " floralwhite fffaf0 seashell fff5ee honeydew f0fff0 aliceblue f0f8ff lightyellow ffffe0 lightcyan e0ffff"
    " lavenderblush fff0f5 oldlace fdf5e6 linen faf0e6 cornsilk fff8dc beige f5f5dc lemonchiffon fffacd lavender e6e6fa"
    " papayawhip ffefd5 antiquewhite faebd7 gainsboro dcdcdc"
).split()
_OTHER = (
    "black 000000 silver c0c0c0 gray 808080 grey 808080 lightgray d3d3d3 lightgrey d3d3d3 darkgray a9a9a9"
    " dimgray 696969 maroon 800000 red ff0000 purple 800080 fuchsia ff00ff green 008000 lime 00ff00 olive 808000"
    " yellow ffff00 navy 000080 blue 0000ff teal 008080 aqua 00ffff cyan 00ffff orange ffa500 brown a52a2a"
    " darkblue 00008b darkgreen 006400 darkred 8b0000 midnightblue 191970 crimson dc143c indigo 4b0082"
).split()
_NAMES = dict(zip(_LIGHT[::2] + _OTHER[::2], _LIGHT[1::2] + _OTHER[1::2], strict=True))
_FUNCTION = re.compile(r"(rgb|hsl)a?\(([^)]*)\)")
_HEX = re.compile(r"#[0-9a-f]{3,8}\b")
_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green and blue from 0 to 255; alpha from 0 (nothing is seen) to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def contrast(self, other: Colour) -> float:
        """The contrast ratio of WCAG 2, from 1 (the same) to 21 (black on white)."""
        lighter, darker = sorted((self._luminance(), other._luminance()), reverse=True)
        return (lighter + 0.05) / (darker + 0.05)

    def _luminance(self) -> float:
        def linear(channel: float) -> float:
            part = channel / 255
            return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB

        return 0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)


WHITE = Colour(255, 255, 255)


def length(text: str | None, parent: float = 16.0) -> float | None:
    """The first length in a value, in pixels on a screen of 1280 by 800.

    Args:
        text: The value; inside ``calc()`` the number furthest from zero counts.
        parent: What em and percent are of, in pixels.
    """
    if text is None:
        return None
    if text in _SIZES:
        return float(_SIZES[text])
    found = [_pixels(float(number), unit, parent) for number, unit in _LENGTH.findall(text)]
    known = [pixels for pixels in found if pixels is not None]
    if not known:
        return None
    return max(known, key=abs) if text.startswith("calc") else known[0]


def _pixels(number: float, unit: str, parent: float) -> float | None:
    if unit in _PIXELS:
        return number * _PIXELS[unit]
    if unit in _VIEWPORT:
        return number * _VIEWPORT[unit]
    if unit == "rem":
        return number * 16
    if unit == "%":
        return number * parent / 100
    return number * parent if unit in {"em", "ex", "ch"} else None


def number(text: str | None, otherwise: float) -> float:
    """A plain number or a percentage of one."""
    match = _LENGTH.match(text or "")
    if not match:
        return otherwise
    return float(match[1]) / (100 if match[2] == "%" else 1)


def colour(text: str | None) -> Colour | None:
    """The first colour in a value ("background" shorthand has other things beside it)."""
    if not text:
        return None
    function, digits = _FUNCTION.search(text), _HEX.search(text)
    if function:
        return _from_function(function[1], re.findall(r"[\d.]+%?", function[2]))
    if digits:
        return _from_hex(digits[0][1:])
    for word in _WORD.findall(text):
        if word == "transparent":
            return Colour(0, 0, 0, 0)
        if word in _NAMES:
            return _from_hex(_NAMES[word])
    return None


def _from_hex(digits: str) -> Colour | None:
    if len(digits) in {3, 4}:
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in {6, 8}:
        return None
    red, green, blue, alpha = (int(digits[at : at + 2] or "ff", 16) for at in range(0, 8, 2))
    return Colour(red, green, blue, alpha / 255)


def _from_function(kind: str, parts: list[str]) -> Colour | None:
    if len(parts) < 3:  # noqa: PLR2004 - three channels
        return None
    alpha = number(parts[3], 1.0) if len(parts) > 3 else 1.0  # noqa: PLR2004
    if kind == "hsl":
        hue, saturation, light = float(parts[0].rstrip("%")) / 360, number(parts[1], 0), number(parts[2], 0)
        red, green, blue = colorsys.hls_to_rgb(hue % 1, min(light, 1), min(saturation, 1))
        return Colour(255 * red, 255 * green, 255 * blue, alpha)
    red, green, blue = (number(part, 0) * (255 if part.endswith("%") else 1) for part in parts[:3])
    return Colour(min(red, 255), min(green, 255), min(blue, 255), alpha)
