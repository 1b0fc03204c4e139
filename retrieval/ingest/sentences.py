"""Where the sentences of a text begin and end.

Rules instead of a package: the splitters on offer either return strings without offsets, want a language model, or have
had no release for years (pysbd: 2021), and a quote needs exact offsets. The rules know Latin, Cyrillic and Greek
punctuation, scripts without capitals, and the full stops of Chinese, Japanese, Hindi and Arabic.
"""

from __future__ import annotations

import re

Span = tuple[int, int]
"""Half-open character range."""

_CLOSING = r"[\"'”’»)\]]*+"
_END = re.compile(rf"(?<![.!?…])[.!?…]++{_CLOSING}(?=\s|$)|[。！？।؟۔]+[”’」』）]*|\n|(?<=\s)(?=[•‣▪●])")
"""What may end a sentence. Each run of marks is tried once, from its first, so that a megabyte of dots stays fast."""
_LEAD = re.compile(r"[\s•‣▪●]*(?:[-*–]\s+)?")
_AHEAD = re.compile(r"\s*[\"'“‘«(\[¿¡]*(?P<first>[^\W\d_]*)(?P<mark>\S?)")
_LAST_WORD = re.compile(r"([^\s(“\"'‘]+)\.[\"'”’»)\]]*$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_LABEL = re.compile(r"[\W_]*(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})\.")
_FAR = 40
"""Characters; no abbreviation reaches further back."""

_TITLES = frozenset(
    "mr mrs ms mx dr prof gen maj col lt sgt capt cmdr adm brig sen rep gov pres st rev hon fr sr jr "
    "vs cf e.g i.e viz al approx dept est ed eds vol fig figs art sec ch".split()
)
"""Abbreviations that something always follows."""

_BEFORE_NUMBERS = frozenset(
    "no nos nr pp p para jan feb mar apr jun jul aug sep sept oct nov dec c ca".split(),
)
"""Abbreviations only when a number follows; "No." alone is an answer, "mar." may be the end of a verb."""

_STARTERS = frozenset(
    "the a an it this that these those he she they we you i in on at but and so as if when while after before there "
    "however for from with by his her its their our such some many most according".split()
)
"""Words that show, after "U.S." or "Inc.", that a new sentence begins: a name seldom starts so."""

_MAY_END = frozenset("inc ltd co corp bros etc a.m p.m u.s u.k u.n e.u d.c ph.d".split())
"""Abbreviations that may also be the last word of a sentence; the next word decides."""


def sentences(text: str) -> list[Span]:
    """The spans of the sentences, in order, without the space and the list marks between them.

    A line break always ends a sentence: stored text has none inside a paragraph.
    """
    spans: list[Span] = []
    start = _skip(text, 0)
    for match in _END.finditer(text):
        if match.start() < start or not _ends(text, start, match):
            continue
        stop = start + len(text[start : match.end()].rstrip())
        if stop > start:
            spans.append((start, stop))
        start = _skip(text, match.end())
    stop = len(text.rstrip())
    if stop > start:
        spans.append((start, stop))
    return spans


def _skip(text: str, position: int) -> int:
    """The offset of the first character of a sentence at or after ``position``."""
    match = _LEAD.match(text, position)
    return match.end() if match else position


def _ends(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the mark that matched ends the sentence that began at ``start``."""
    mark = match[0]
    if not mark or mark[0] not in ".!?…":
        return True
    ahead = _AHEAD.match(text, match.end())
    if not ahead or not (ahead["first"] or ahead["mark"]):
        return True
    if ahead["first"][:1].islower():
        return False
    if not mark.startswith(".") or mark.startswith(".."):
        return True
    return not _abbreviated(text[max(start, match.end() - _FAR) : match.end()], ahead)


def _abbreviated(tail: str, ahead: re.Match[str]) -> bool:
    """Whether the full stop at the end of ``tail`` belongs to its last word, given what follows."""
    found = _LAST_WORD.search(tail)
    if _LABEL.fullmatch(tail) or not found:
        return found is not None
    word = found[1].casefold()
    if word in _TITLES:
        return True
    if word in _BEFORE_NUMBERS:
        return ahead["mark"].isdigit() and not ahead["first"]
    if word in _MAY_END or _INITIALS.fullmatch(word):
        return ahead["first"].casefold() not in _STARTERS
    return False
