"""Whether words stand in a text, character for character, and where.

Before comparing, both sides are normalised, and nothing else is forgiven, neither case nor a missing word:

- every run of quotation marks and apostrophes, of any kind, counts as one ``'``;
- every run of hyphens, dashes and minus signs counts as one ``-``;
- every run of white space counts as one space;
- characters that show nothing (soft hyphens, zero-width and bidirectional ones) do not count;
- at the ends of the words sought, quotation marks, spaces, commas, full stops and ellipses do not count.

What is found is returned as it is stored, and only as whole words.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

Span = tuple[int, int]
"""Half-open character range."""

QUOTES = "\"'`´‘’‚‛“”„‟′″‵‶‹›«»「」『』＂＇｀❛❜❝❞"
DASHES = "-‐‑‒–—―−⁃﹘﹣－⸺⸻"
_ENDS = "' ,.…;:-"
_GONE = {"Cf", "Cc", "Cs", "Co", "Cn"}
_CLASSES = {**dict.fromkeys(QUOTES, "'"), **dict.fromkeys(DASHES, "-")}


@dataclass(frozen=True, slots=True)
class Normal:
    """A normalised text; its character ``i`` stands for ``[starts[i], ends[i])`` of the original."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def normal(text: str) -> Normal:
    """The normalised text with the way back to the original."""
    kept: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for index, character in enumerate(text):
        shown = _shown(character)
        if not shown:
            continue
        if kept and shown == kept[-1] and shown in "'- ":
            ends[-1] = index + 1
            continue
        kept.append(shown)
        starts.append(index)
        ends.append(index + 1)
    return Normal("".join(kept), tuple(starts), tuple(ends))


def sought(words: str) -> str:
    """Words as they are looked for."""
    return normal(words).text.strip(_ENDS)


def find(words: str, text: str) -> Span | None:
    """Where ``words`` stand in ``text``, or None if they do not, or are none."""
    wanted, here = sought(words), normal(text)
    at = here.text.find(wanted) if wanted else -1
    while at >= 0:
        if _whole(here.text, at, at + len(wanted)):
            return here.starts[at], here.ends[at + len(wanted) - 1]
        at = here.text.find(wanted, at + 1)
    return None


def substance(words: str) -> int:
    """Letters and digits in some words: how much a quote says."""
    return sum(character.isalnum() for character in words)


def _shown(character: str) -> str:
    if character.isascii() and character.isalnum():
        return character
    if character.isspace():
        return " "
    return _CLASSES.get(character) or ("" if unicodedata.category(character) in _GONE else character)


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a range begins and ends where words do; scripts without spaces between words have no such places."""
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, place: int) -> bool:
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    return before.isalnum() and after.isalnum() and not (_spaceless(before) or _spaceless(after))


def _spaceless(character: str) -> bool:
    """Thai, Lao, Khmer, Burmese, kana and Han are written without spaces."""
    return "\u0e00" <= character <= "\u109f" or "\u1780" <= character <= "\u17ff" or "\u3040" <= character <= "\u9fff"
