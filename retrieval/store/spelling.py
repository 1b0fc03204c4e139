"""Which known terms a misspelt word was probably meant to be.

The distance is Damerau's in its restricted form: insertions, deletions, substitutions and swaps of neighbours, each 1
(F. J. Damerau, "A technique for computer detection and correction of spelling errors", 1964). Known terms are stems,
so a word is compared with a stem both whole and cut to where the stem would end.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST = 3
"""Terms offered for one word."""

SHORT = 5
"""Words of at most so many letters may differ by one edit, longer ones by two."""

SUFFIX = 5
"""A word may be so many letters longer than the stem it is meant to be."""


def nearest(word: str, terms: Iterable[str]) -> list[str]:
    """The terms closest to a word, closest first; none when all are too far."""
    allowed = 1 if len(word) <= SHORT else 2
    letters = set(word)
    found: list[tuple[int, int, str]] = []
    for term in terms:
        # Each edit brings in at most one strange letter: a cheap test that spares most comparisons.
        if term.isalpha() and len(term) >= len(word) - SUFFIX and len(set(term) - letters) <= allowed:
            edits = _to_stem(word, term, allowed)
            if edits <= allowed:
                found.append((edits, abs(len(word) - len(term)), term))
    best = min((edits for edits, _, _ in found), default=0)
    return [term for edits, _, term in sorted(found) if edits == best][:MOST]


def _to_stem(word: str, term: str, allowed: int) -> int:
    edits = distance(word, term, allowed)
    if edits <= allowed or len(term) <= SHORT or len(word) <= len(term):
        return edits
    return min(distance(word[:length], term, allowed) for length in (len(term) - 1, len(term), len(term) + 1))


def distance(left: str, right: str, allowed: int) -> int:
    """Edits between two words, counted up to ``allowed`` (anything more is ``allowed + 1``)."""
    if abs(len(left) - len(right)) > allowed:
        return allowed + 1
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, here in enumerate(left, start=1):
        line = [row]
        for column, there in enumerate(right, start=1):
            edits = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (here != there))
            if row > 1 and column > 1 and here == right[column - 2] and left[row - 2] == there:
                edits = min(edits, before[column - 2] + 1)
            line.append(edits)
        if min(line) > allowed:
            return allowed + 1
        before, last = last, line
    return min(last[-1], allowed + 1)
