"""Source text made harmless for Discord: shown as it reads, unable to ping, link, format or break the layout.

Discord's Markdown lets a backslash switch off any ASCII punctuation mark, so that is all the escaping there is. What no
backslash switches off (invisible and direction-changing characters, floods of combining marks) is left out.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from urllib.parse import quote, urlsplit

_GONE = {"Cc", "Cf", "Cs", "Co", "Cn"}
"""Categories that show nothing or change how others show: controls, formats (bidi, zero-width, tags), unassigned."""
_BLANK = dict.fromkeys((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810)))
"""Invisible characters of other categories: fillers, joiners, Mongolian selectors; FE00-FE0F and E0100-E01EF follow."""
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SPACES = re.compile(r"\s+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_MARKS = 3
"""Combining marks kept on one character; no living script needs more."""
_PUNCTUATION = re.compile(r"([\\`*_~|<>\[\]@]|:(?=\S)|#(?=\S)|(?<=\d)\.(?=\s))")
_LEADING = re.compile(r"^([-+#>])")
_SENTENCE = re.compile(r"(?<=[.!?…])(?<![ .][A-Z]\.)(?<!Mr\.)(?<!Dr\.)(?<!Ms\.)(?<!St\.)(?<!No\.)[\"'”’)\]]*\s+")
_LONGEST_URL = 400
MORE = "[…]"
"""Stands outside the quotation marks where a quote goes on."""


def clean(text: str) -> str:
    """One line of visible characters: what shows nothing is removed, any run of white space is one space."""
    line = _SPACES.sub(" ", text)
    seen = _CONTROLS.sub("", line) if line.isascii() else _visible(line)
    return _SPACES.sub(" ", seen).strip()


def _visible(line: str) -> str:
    """Without what shows nothing, and with at most ``_MARKS`` combining marks on a character."""
    line = _SELECTORS.sub("", line.translate(_BLANK))
    categories = {character: unicodedata.category(character) for character in set(line)}
    line = line.translate({ord(character): None for character, kind in categories.items() if kind in _GONE})
    marks = re.escape("".join(character for character, kind in categories.items() if kind in {"Mn", "Me"}))
    return re.sub(f"([{marks}]{{{_MARKS}}})[{marks}]+", r"\1", line) if marks else line


def escape(text: str) -> str:
    """Cleaned text that Discord shows literally, wherever in a line it stands."""
    return _mark(clean(text))


def _mark(tidy: str) -> str:
    """Escape text that is clean already."""
    return _LEADING.sub(r"\\\1", _PUNCTUATION.sub(r"\\\1", tidy))


def clip(text: str, limit: int) -> str:
    """Cleaned, at most ``limit`` characters, ended by "…" at a word's end when shortened (for labels and names)."""
    tidy = clean(text)
    if len(tidy) <= limit:
        return tidy
    head = tidy[: limit - 1]
    at_word = head if tidy[limit - 1].isspace() else head.rpartition(" ")[0] or head
    return at_word.rstrip(" ,;:–-") + "…"  # an en dash before a cut looks unfinished


def shorten(text: str, limit: int) -> tuple[str, bool]:
    """Escaped text of at most ``limit`` characters and whether something was left out at the end.

    Whole sentences are kept as long as one fits; else whole words; a first word longer than ``limit`` is left out too.
    """
    tidy = clean(text)
    if _fits(tidy, limit):
        return _mark(tidy), False
    for pieces in (_SENTENCE, _SPACES):
        ends = [gap.start() for gap in pieces.finditer(tidy, 0, limit + 2)]
        fitting = bisect_right(ends, limit, key=lambda end: len(_mark(tidy[:end])))
        if fitting:
            return _mark(tidy[: ends[fitting - 1]]), True
    return "", True


def last(text: str, limit: int) -> tuple[str, bool]:
    """As ``shorten``, but what is left out is the beginning."""
    tidy = clean(text)
    if _fits(tidy, limit):
        return _mark(tidy), False
    for pieces in (_SENTENCE, _SPACES):
        starts = [gap.end() for gap in pieces.finditer(tidy, max(0, len(tidy) - limit - 2))]
        longer = bisect_left(starts, -limit, key=lambda start: -len(_mark(tidy[start:])))
        if longer < len(starts):
            return _mark(tidy[starts[longer] :]), True
    return "", True


def _fits(tidy: str, limit: int) -> bool:
    return len(tidy) <= limit and len(_mark(tidy)) <= limit


def quoted(text: str, limit: int) -> str:
    """A quote between quotation marks; what does not fit is left out by whole sentences, with […] outside the marks."""
    shown, cut = shorten(text, limit - len(MORE) - 3)
    if not shown:
        return f"{MORE} (an unbroken run of {len(text)} characters)"
    return f"“{shown}” {MORE}" if cut else f"“{shown}”"


def address(url: str | None) -> tuple[str, str] | None:
    """The safe form of a record's web address and its host, or None when it should not be a link.

    Only http and https, with a host and without a user name (``https://known.example@evil.example``). Every character
    that could end or restyle a Markdown link is percent-encoded.
    """
    if not url or clean(url) != url or len(url) > _LONGEST_URL:
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in {"http", "https"} or not re.fullmatch(r"[a-z0-9.-]+", host) or "@" in parts.netloc:
        return None
    path = quote(parts.path, safe="/%:=&,;+!$-.")
    query = "?" + quote(parts.query, safe="/%:=&,;+!$-.?") if parts.query else ""
    fragment = "#" + quote(parts.fragment, safe="/%:=&,;+!$-.?") if parts.fragment else ""
    safe = f"{parts.scheme.lower()}://{host}{port}{path}{query}{fragment}"
    return (safe, host.removeprefix("www.")) if len(safe) <= _LONGEST_URL else None


def link(title: str, url: str | None, limit: int = 160) -> str:
    """A source's title, linked to its record's address when that is safe; brackets become round (they end a label)."""
    label = escape(clip(title, limit).replace("[", "(").replace("]", ")")) or "untitled"
    place = address(url)
    return f"[{label}]({place[0]})" if place else label
