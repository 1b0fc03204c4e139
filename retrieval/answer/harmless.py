"""Whether words could ping, link, embed or restyle, and the same words without the marks that restyle.

Nothing is repaired that could be meant to do harm: such a sentence is refused whole. Only emphasis, headings and list
marks, which models add out of habit, are taken off.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_WORD = 40
"""Characters; longer runs without a space are addresses or ciphers, not words."""
_MARKS = 3
"""Combining marks on one character; no living script needs more."""
_HARMFUL = {
    "a mention": re.compile(r"@|<[@#:!/&a-z]", re.IGNORECASE),
    "a link": re.compile(
        r"://|\bwww\.|\b(?:mailto|javascript|data|tel|steam|discord):\S|\]\(|discord\.gg|"
        r"(?<![\w.])[\w-]{2,}\.(?:[a-z]{2,24}|xn--[\w-]+)(?![\w’'])(?<!\.\.)",
        re.IGNORECASE,
    ),
    "an address": re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b"),
    "code or markup": re.compile(r"[`<>|\\{}]|~~|\$\$|&[a-z#]\w*;", re.IGNORECASE),
    "no words": re.compile(rf"\S{{{LONGEST_WORD},}}"),
    "a label of its own": re.compile(r"\[\s*[A-Z]\d+\s*\]"),
}
_GONE = {"Cf", "Cc", "Cs", "Co", "Cn"}
_HIDDEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_STYLE = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|^\s*(?:#{1,6}|[-+•>]|\d{1,2}[.)])\s+|^-#\s+")


def harm(text: str) -> str | None:
    """What is wrong with some words, or None. Look-alike characters count as what they look like (NFKC)."""
    if any(unicodedata.category(character) in _GONE for character in text if character != "\n"):
        return "hidden characters"
    if _HIDDEN.search(text) or _piled(text):
        return "hidden characters"
    for what in (text, unicodedata.normalize("NFKC", text)):
        for name, pattern in _HARMFUL.items():
            if pattern.search(what):
                return name
    return None


def unstyled(text: str) -> str:
    """The words without marks of emphasis, headings and lists."""
    return _STYLE.sub("", text)


def _piled(text: str) -> bool:
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks > _MARKS:
            return True
    return False
