"""Words as the matcher sees them: lower case, without accents, without the small words, cut to a stem."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
"""Only these can have accents to take off; most of a text has none, and is spared a look at every character."""

SMALL_WORDS = frozenset(
    """a about above after again all also am an and any anybody anyone anything are aren't as at be because been before
    being below between both but by can can't could couldn't did didn't do does doesn't doing don't down during
    each either else ever every few for from further get gets give given go goes got had hadn't has hasn't have
    haven't having he her here hers him his how i i'm if in into is isn't it it's its itself just let like made
    make makes many may me might mine more most much must my no nor not now of off on once one only or other our
    ours out over own please put quite rather really said same say saying says she should shouldn't simply so
    some such tell than that that's the their theirs them then there these they thing things this those through
    to too true truth under until up upon us very was wasn't we were weren't what what's when where whether
    which while who whom whose why will with won't would wouldn't yes yet you your yours article author text
    piece claim claims claimed paragraph source sources evidence confirm actually straight answer question""".split()
)
"""Words that tell nothing about the topic, among them the ways in which people speak *about* an article."""


def fold(text: str) -> str:
    """Lower case, without accents, curly apostrophes made straight."""
    return _FOREIGN.sub(_plain, text).casefold().replace("’", "'")


def _plain(found: re.Match[str]) -> str:
    decomposed = unicodedata.normalize("NFKD", found.group())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def stem(word: str) -> str:
    """A light stem: plurals, possessives and the commonest verb endings off, at least four letters kept."""
    word = word.removesuffix("'s").removesuffix("'")
    for ending, instead in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= 4 and not word.endswith("ss"):  # noqa: PLR2004  # four letters still tell a word
            return word.removesuffix(ending) + instead
    return word


def tokens(text: str) -> list[str]:
    """All words of a text, folded, in order."""
    return WORD.findall(fold(text))


def terms(text: str) -> list[str]:
    """The stems of the words that carry the topic, in order, repeats kept."""
    return [stem(word) for word in tokens(text) if word not in SMALL_WORDS and (len(word) > 1 or word.isdigit())]


def overlap(wanted: Iterable[str], present: Iterable[str], weight: dict[str, float]) -> float:
    """The weighted share (0..1) of ``wanted`` terms that are ``present``; 0 when nothing is wanted."""
    wanted, present = set(wanted), set(present)
    total = sum(weight.get(term, 1.0) for term in wanted)
    return sum(weight.get(term, 1.0) for term in wanted & present) / total if total else 0.0


def rarity(texts: Sequence[str]) -> dict[str, float]:
    """Inverse document frequency of every term: rare words tell more."""
    seen = Counter(term for text in texts for term in set(terms(text)))
    return {term: math.log(1 + len(texts) / (1 + count)) for term, count in seen.items()}
