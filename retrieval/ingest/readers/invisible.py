"""Characters that show nothing: taken out of every text, since they hide words or turn their order around.

Kept: joiners between letters of scripts that need them and inside emoji, and variation selectors after what they
vary. Everything else that Unicode calls default-ignorable, bidirectional or control goes (UAX 9, UAX 31, UTR 36).
"""

from __future__ import annotations

import re
import unicodedata

_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters, line breaks apart
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\U000110bd\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff\ue000-\uf8ff\U000f0000-\U0010ffff\ud800-\udfff]"
)
_BEARING = re.compile("[\u200b\u202a-\u202e\u2060-\u206f\U000e0000-\U000e0fff]")
"""Those that carry or reorder words; the others are typesetting, removed without a word."""
_JOINERS = re.compile("[\u200c\u200d]+")
_VARIATIONS = re.compile("[\ufe00-\ufe0f]+")
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")


def clean(text: str) -> tuple[str, int]:
    """Take invisible characters out, and make every kind of line break a newline.

    Returns:
        The text, and how many of the characters taken out can hide or reorder words.
    """
    text = _BREAKS.sub("\n", text)
    bearing = len(_BEARING.findall(text))
    text = _DROPPED.sub("", text)
    text = _JOINERS.sub(_keep_joiner, text)
    return _VARIATIONS.sub(_keep_variation, text), bearing


def one_line(text: str | None) -> str | None:
    """A title, name or date from metadata: cleaned, on one line, and None when nothing is left."""
    cleaned = " ".join(clean(text or "")[0].split())
    return cleaned or None


def spaced(text: str) -> str:
    """A paragraph with each run of blanks made one space, its line breaks kept."""
    return "\n".join(line.strip() for line in _SPACES.sub(" ", text).split("\n")).strip("\n")


def _keep_joiner(match: re.Match[str]) -> str:
    before, after = match.string[max(0, match.start() - 1) : match.start()], match.string[match.end() : match.end() + 1]
    joined = bool(before) and bool(after) and _joins(before) and _joins(after)
    return match[0][0] if joined else ""


def _joins(character: str) -> bool:
    """Arabic, Indic and other letters shaped by joiners, and pictures that combine with others."""
    return unicodedata.category(character) in {"So", "Sk", "Mn", "Mc"} or (
        "\u0600" <= character <= "\u1aff" and character.isalpha()
    )


def _keep_variation(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 1) : match.start()]
    return match[0][0] if before and not before.isspace() and not before.isascii() else ""
