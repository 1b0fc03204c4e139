"""Whether a sentence's own words come from what it cites: a guard against prose that says more than its quote.

Words only, so a twisted meaning can pass; what cannot are figures, names and topics that the sources do not have,
which is what made-up facts, planted orders and leaks bring along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from retrieval.answer.voice import HOLE, topic
from retrieval.rank.words import WORD, fold, stem, terms

LEAST_SHARED = 0.5
"""Share of the telling words that must stand in what is cited; drafts that hold are well above, inventions below."""
_SAME = 5
"""First letters by which two forms of a word are known as one: "announced", "announcement"."""
_NAME = re.compile(r"(?<=[^.!?:“”\s])\s+[(]?(?P<name>[A-Z][\w’']*)")
_FIGURE = re.compile(r"\d[\d,.]*")
_KNOWN = frozenset(
    "january february march april may june july august september october november december "
    "u.s us usa united states american americans america uk un eu nations".split()
)
"""Names that one source spells out and another shortens, and months, which records hold as numbers."""


def strange(own: str, cited: Iterable[str], around: Iterable[str]) -> str | None:
    """What is in a sentence that its sources do not have, or None.

    Args:
        own: the sentence with holes for its quotes.
        cited: the texts it cites, with their records and the claim.
        around: everything the model was shown; a name may come from anywhere there.
    """
    cited, around = list(cited), list(around)
    bare = topic(own.replace(HOLE, " "))
    figures = {_digits(figure) for text in cited for figure in _FIGURE.findall(text)}
    figures |= {part for text in cited for part in re.findall(r"\d+", text)}
    if any(_digits(figure) not in figures for figure in _FIGURE.findall(bare)):
        return "a figure"
    known = {stem(word) for text in (*cited, *around) for word in WORD.findall(fold(text))}
    names = (stem(word) for match in _NAME.finditer(bare) for word in WORD.findall(fold(match["name"])))
    if any(name not in known | _KNOWN for name in names if len(name) > 1):
        return "a name"
    return None if shared(bare, cited) >= LEAST_SHARED else "a topic"


def shared(words: str, texts: Iterable[str]) -> float:
    """The share (0..1) of the telling words that stand in the texts, in any form; 1 when there are none."""
    wanted = set(terms(words)) - _KNOWN
    present = {term[:_SAME] for text in texts for term in terms(text)}
    return sum(term[:_SAME] in present for term in wanted) / len(wanted) if wanted else 1.0


def _digits(figure: str) -> str:
    return figure.strip(",.").replace(",", "")
