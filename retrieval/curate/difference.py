"""What changed between two versions of a text, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from retrieval.curate.types import Difference
from retrieval.ingest.chunk import GAP

MOST = 600
"""Paragraphs that are put in line with each other, which can take time with the third power of their number: a second
where every other one is the same."""


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """The paragraphs that are not the same, in reading order; neighbours that changed together are paired in order.

    Of longer texts, first the paragraphs that are gone, then those that are new, wherever they stand.
    """
    old, new = before.split(GAP), after.split(GAP)
    if max(len(old), len(new)) > MOST:
        return _apart(old, new)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return tuple(
        Difference(*pair)
        for kind, first, last, start, end in matcher.get_opcodes()
        if kind != "equal"
        for pair in zip_longest(old[first:last], new[start:end])
    )


def _apart(old: Sequence[str], new: Sequence[str]) -> tuple[Difference, ...]:
    kept = set(old) & set(new)
    gone = [Difference(text, None) for text in old if text not in kept]
    return (*gone, *(Difference(None, text) for text in new if text not in kept))
