"""Claims of an article that nobody has digested: the sentences most worth checking, word for word.

The scorer adds up the points of ``claim_signs.SIGNS``, so that anybody can see why a sentence was taken. It finds
candidates; moderators edit the result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from retrieval.ingest.claim_signs import SIGNS
from retrieval.ingest.ids import claim_id
from retrieval.ingest.sentences import sentences
from retrieval.types import Claim, Locator, Passage

MOST = 40
"""Claims kept of one article; more would not fit a list that people read."""

ENOUGH = 2.5
"""Points that make a sentence worth listing: a cause and a name, say, or two names and an initialism."""

_FEWEST_WORDS, _MOST_WORDS = 6, 90


_STATED = re.compile(r"[.!…。।۔][\"'”’»)\]]*$")
_OF_THE_SITE = re.compile(
    r"©|copyright|all rights reserved|subscribe|newsletter|click here|follow us|terms of use|cookie|https?://|www\.",
    re.IGNORECASE,
)


def find_claims(source: str, passages: Iterable[Passage], most: int = MOST) -> tuple[Claim, ...]:
    """Find the sentences of an article most worth checking, numbered C01, C02, … in reading order.

    Args:
        source: Id of the article.
        passages: Its passages; those outside the body (header, footer) may be among them and are not searched if
            others carry body numbers.
        most: How many claims at most; the best are kept.
    """
    found = list(_candidates(list(passages)))
    best = sorted(range(len(found)), key=lambda at: (-found[at][0], at))[:most]
    return tuple(_claim(source, number, *found[at][1:]) for number, at in enumerate(sorted(best), 1))


def score(sentence: str) -> float:
    """The points of one sentence; below nothing for what states nothing: a question, a title, a site's own line."""
    words = len(sentence.split())
    if not _FEWEST_WORDS <= words <= _MOST_WORDS or not _STATED.search(sentence) or _OF_THE_SITE.search(sentence):
        return -1.0
    return sum(sign.score(sentence) for sign in SIGNS)


def _candidates(passages: Sequence[Passage]) -> Iterator[tuple[float, str, Passage]]:
    """Every sentence with enough points, once, with its score and its passage."""
    numbered = any(passage.body_paragraph for passage in passages)
    seen: set[str] = set()
    for passage in passages:
        if numbered and passage.body_paragraph is None:
            continue
        for start, end in sentences(passage.text):
            sentence = passage.text[start:end]
            points = score(sentence)
            if points >= ENOUGH and sentence.casefold() not in seen:
                seen.add(sentence.casefold())
                yield points, sentence, passage


def _claim(source: str, number: int, text: str, passage: Passage) -> Claim:
    label = f"C{number:02}"
    place = Locator(passage.heading, passage.paragraph, passage.body_paragraph, passage.page)
    return Claim(claim_id(source, label), source, label, text, locators=(place,), passages=(passage.id,))
