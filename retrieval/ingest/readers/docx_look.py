"""How a run of a Word document looks, as far as it decides whether a reader sees it (ECMA-376, part 1, 17.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
BODY = 9
"""The outline level of what is no heading, whatever its style says."""
_SMALLEST = 4
"""Half-points: letters of two points and less are dots."""
_NARROWEST = 10
"""Percent of their width that letters are squeezed into."""
_CLEAREST = 95_000
"""Thousandths of a percent of transparency."""
_PALE = re.compile(r"[ef][0-9a-f][ef][0-9a-f][ef][0-9a-f]\Z")
_PALE_THEME = {"background1", "light1"}
_NO_FILL = {"", "auto", "ffffff"}
_OFF = {"0", "false", "off", "none"}


@dataclass(frozen=True, slots=True)
class Look:
    """What decides whether a run is seen; None: not said here, so inherited. ``level`` below `BODY` marks headings.

    ``pale`` is white or nearly so, on no ground of its own; ``lost`` is in its own ground's colour, or in none.
    """

    vanish: bool | None = None
    pale: bool | None = None
    lost: bool | None = None
    tiny: bool | None = None
    level: int | None = None

    def over(self, base: Look) -> Look:
        """This look where it says something, else the one below it."""
        return Look(*(b if a is None else a for a, b in zip(self._all(), base._all(), strict=True)))

    def _all(self) -> tuple[Any, ...]:
        return (self.vanish, self.pale, self.lost, self.tiny, self.level)

    def hidden(self, *, ground: bool) -> bool:
        """Whether a run that looks so is not seen; ``ground``: its paragraph or cell is filled with a colour."""
        return bool(self.vanish or (self.pale and not ground) or self.lost or self.tiny)


def look(properties: Any, styles: dict[str, Look], reference: str) -> Look:
    """How paragraph or run properties look, over the style that they name."""
    named = properties.find(W + reference)
    base = styles.get(named.get(W + "val", ""), Look()) if named is not None else Look()
    outline = properties.find(W + "outlineLvl")
    level = int(outline.get(W + "val", str(BODY))) if outline is not None else None
    own = Look(_switch(properties), _is_pale(properties), _is_lost(properties), _is_tiny(properties), level)
    return own.over(base)


def is_hidden_row(row: Any) -> bool:
    """Whether a row of a table is hidden."""
    found = row.find(f"{W}trPr/{W}hidden")
    return found is not None and _is_on(found)


def is_filled(holder: Any) -> bool:
    """Whether a paragraph or a cell has a ground of some colour."""
    grounds = (holder.find(f"{W}{kind}/{W}shd") for kind in ("pPr", "tcPr"))
    return any(ground is not None and _fill(ground) not in _NO_FILL for ground in grounds)


def _is_on(switch: Any) -> bool:
    return switch.get(W + "val", "1").lower() not in _OFF


def _fill(ground: Any) -> str:
    return str(ground.get(W + "fill", "")).lower()


def _switch(properties: Any) -> bool | None:
    found = [properties.find(W + name) for name in ("vanish", "webHidden", "specVanish")]
    said = [_is_on(switch) for switch in found if switch is not None]
    return any(said) if said else None


def _is_pale(properties: Any) -> bool | None:
    colour, ground = properties.find(W + "color"), properties.find(W + "shd")
    if colour is None:
        return None
    shade = colour.get(W + "themeShade", "ff").lower()
    themed = colour.get(W + "themeColor") in _PALE_THEME and shade >= "e0"
    filled = ground is not None and _fill(ground) not in _NO_FILL
    marked = properties.find(W + "highlight") is not None
    return (themed or bool(_PALE.match(colour.get(W + "val", "").lower()))) and not filled and not marked


def _is_lost(properties: Any) -> bool | None:
    colour, ground, fill = (properties.find(name) for name in (W + "color", W + "shd", _W14 + "textFill"))
    if colour is None and ground is None and fill is None:
        return None
    same = colour is not None and ground is not None and colour.get(W + "val", "").lower() == _fill(ground) != "auto"
    alpha = [one.get(_W14 + "val", "") for one in fill.iter(_W14 + "alpha")] if fill is not None else []
    clear = any(one.isdigit() and int(one) >= _CLEAREST for one in alpha)
    return same or clear or (fill is not None and fill.find(_W14 + "noFill") is not None)


def _is_tiny(properties: Any) -> bool | None:
    least = {"sz": _SMALLEST, "w": _NARROWEST}
    found = {name: properties.find(W + name) for name in least}
    values = {name: one.get(W + "val", "").rstrip("%") for name, one in found.items() if one is not None}
    said = [int(value) <= least[name] for name, value in values.items() if value.isdigit()]
    return any(said) if said else None
