"""Follow-up questions, read against the conversation by plain rules: "and who paid for it?" after a claim.

A question leans on what came before when it begins like an afterthought, points with a pronoun, or is too short to say
what it is about. Then it is searched with the telling words of the claim that the last answer was about, and stays with
that answer's article. A question that stands by itself, or names a claim, is left alone. English only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.rank.counter import key_words
from retrieval.rank.question import claim_number, without_orders
from retrieval.rank.words import terms
from retrieval.types import Answer

LONGEST = 500
"""Characters of an earlier question that are remembered."""
FEW = 1
"""Telling words up to which a question does not say what it is about: "who paid?", "since when?"."""
ENOUGH = 3
"""Telling words before a pronoun from which it points at them."""
_AFTERTHOUGHT = re.compile(
    r"^\W*(?:and|but|so|then|also|or|what about|how about|why(?: not)?\W*$|since when|says who|really\W*$|such as)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\W*(?:(?:and|but|so|then|or|also)\b[\s,]*)+", re.IGNORECASE)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|then|both|either|the same|"
    r"the (?:other|first|second|last) one)\b",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(
    r"\bthat\s+(?!(?:is|was|are|were|right|true|one|still|also|ever|really|the case)\b)(?=\w)", re.IGNORECASE
)
""""that" which opens a clause ("did he say that Turkey helped") points at nothing."""
_DUMMY = re.compile(
    r"\b(?:is|was)\s+(?:it|there)\b|\bthere\s+(?:is|are|was|were)\b"
    r"|\b(?:this|that|these|those)\s+(?:article|author|piece|text|story|claims?)s?\b",
    re.IGNORECASE,
)
"""A subject that stands for nothing ("is there any evidence"), and the article, which every question is about."""
_NAMED = re.compile(r"(?<=[a-z,;] )[A-Z]\w+")


@dataclass(frozen=True, slots=True)
class Turn:
    """A question of a conversation, as it was understood, and the claim and article that its answer was about."""

    question: str
    claim: str | None = None
    article: str | None = None
    """The article's id."""

    @classmethod
    def of(cls, answer: Answer) -> Turn:
        """What a conversation keeps of an answer."""
        claim = answer.claim or next(iter(answer.nearest), None)
        source = answer.article.id if answer.article else None
        return cls(answer.question[:LONGEST], claim.text if claim else None, source)


@dataclass(frozen=True, slots=True)
class Whole:
    """A question that can be understood by itself; ``article`` is the id of the one to stay with, if any."""

    question: str
    article: str | None = None


def whole(question: str, turns: Sequence[Turn]) -> Whole:
    """A follow-up made whole by rules; a question that leans on nothing comes back as it is.

    Args:
        question: as asked.
        turns: the conversation, oldest first.
    """
    if not turns or not leans(question):
        return Whole(question)
    last = turns[-1]
    about = key_words(last.claim or last.question)
    asked = _OPENING.sub("", question.strip()).strip() or question.strip()
    return Whole(f"{asked[:1].upper()}{asked[1:]} (about: {about})" if about else asked, last.article)


def leans(question: str) -> bool:
    """Whether a question cannot be understood without what came before it."""
    core = without_orders(question)
    if claim_number(core) or not core.strip():
        return False
    if _AFTERTHOUGHT.search(core):
        return True
    telling = terms(core)
    if len(telling) <= FEW:
        return True
    for pattern in (_CONJUNCTION, _DUMMY):
        core = pattern.sub(lambda match: " " * len(match[0]), core)
    pointing = _POINTING.search(core)
    if pointing is None:
        return False
    # What stands before a pronoun is what it points at: "Did Turkey know what its officials did?"
    before = core[: pointing.start()]
    return not _NAMED.search(before) and len(terms(before)) < ENOUGH
