"""When not to answer, and which kind of "no" it is.

The bounds were chosen on the four unanswerable and sixteen answerable development questions, with room on both sides
(base embedder: off-topic questions reach a similarity of 0.36 at most, answerable ones 0.46 at least).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.rank.match import Match
from retrieval.rank.question import Question
from retrieval.rank.search import Candidate
from retrieval.rank.words import overlap, rarity, terms
from retrieval.types import Abstention, Verdict

OFF_TOPIC_BELOW = 0.45
"""Best similarity of the question to anything stored under which it is about something else."""
CLAIM_FROM = 0.45
"""Score of the best claim from which the question is taken to be about it, ..."""
SURE_CLAIM_FROM = 0.85
"""... and from which a figure question is, whatever its words."""
COVERED_FROM = 0.65
"""Share of a figure question's own words that one passage must hold to be able to answer it, or else ..."""
CLOSE_FROM = 0.72
"""... the similarity that something stored must have to it."""
STRANGER_BELOW = 0.57
"""Similarity under which a name that no passage mentions shows that the question is about something else."""
CLEARLY_CLAIMED_FROM = 0.98
"""Score of the best claim from which the article surely says what a question says that it says; below it ..."""
WORDS_FROM = 0.85
"""... one passage must hold this share of the statement's words and not speak against it, or ..."""
AGREES_FROM = 0.72
"""... the judge must find one that supports it, by this share of what it gives to either side."""
HEARD_FROM = 0.1
"""Probability of support under which that share says nothing."""

_NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w’'-]+ )*([A-Z][\w’'-]+)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Said:
    """How one text of the article stands to a statement: the share of its words there, and the judge's verdict."""

    words: float
    verdict: Verdict

    @property
    def agreement(self) -> float:
        """Share of support in what the judge gives to either side; 0 when it gives nothing."""
        sides = self.verdict.supports + self.verdict.refutes
        return self.verdict.supports / sides if sides else 0.0


@dataclass(frozen=True, slots=True)
class Grounds:
    """What the decision rests on. ``stated``: the nearest texts of the article, if the question says what it says."""

    question: Question
    match: Match | None
    similarity: float
    candidates: Sequence[Candidate]
    stated: Sequence[Said] | None


def abstention(grounds: Grounds) -> Abstention | None:
    """The kind of "no", or None when there is something to answer with."""
    question, match = grounds.question, grounds.match
    if question.private:
        return Abstention.OFF_TOPIC
    if question.whole or (match and match.claims and match.claims[0][0].number == question.number):
        return None
    if grounds.stated is not None and (strangers(question, grounds) or not claimed(grounds.stated, match)):
        return Abstention.NOT_CLAIMED
    if grounds.similarity < OFF_TOPIC_BELOW and (match is None or match.score < CLAIM_FROM):
        return Abstention.OFF_TOPIC
    if not covered(question, grounds):
        return Abstention.NOT_COVERED
    return None if match and match.score >= CLAIM_FROM else Abstention.NOT_CLAIMED


def covered(question: Question, grounds: Grounds) -> bool:
    """Whether anything searched can speak of it: of the figure asked for, and of the names mentioned."""
    if question.quantity and not figure_covered(question, grounds):
        return False
    return grounds.similarity >= STRANGER_BELOW or not strangers(question, grounds)


def claimed(said: Sequence[Said], match: Match | None) -> bool:
    """Whether the article says what the question says that it says."""
    if match is not None and match.score >= CLEARLY_CLAIMED_FROM:
        return True
    return any(
        (item.words >= WORDS_FROM and item.agreement > 0.5)  # noqa: PLR2004  # more for than against
        or (item.agreement >= AGREES_FROM and item.verdict.supports >= HEARD_FROM)
        for item in said
    )


def figure_covered(question: Question, grounds: Grounds) -> bool:
    """Whether a passage may hold the figure asked for: every year named, and close enough in words or meaning."""
    texts = searched(grounds)
    years = set(_YEAR.findall(question.core))
    able = [text for text in texts if years <= set(_YEAR.findall(text))]
    if not able:
        return False
    weights, wanted = rarity(texts), terms(question.core)
    near = grounds.similarity >= CLOSE_FROM or (grounds.match is not None and grounds.match.score >= SURE_CLAIM_FROM)
    return near or any(overlap(wanted, terms(text), weights) >= COVERED_FROM for text in able)


def strangers(question: Question, grounds: Grounds) -> set[str]:
    """Names in the question, by their last word, that nothing searched mentions."""
    known = {term for text in searched(grounds) for term in terms(text)}
    return {name for name in _NAME.findall(question.core) if not set(terms(name)) <= known}


def searched(grounds: Grounds) -> list[str]:
    """The texts that could answer: the article's, its claims, and the candidates with their titles and dates."""
    article = [passage.text for passage, _ in grounds.match.passages] if grounds.match else []
    claims = [claim.text for claim, _ in grounds.match.claims] if grounds.match else []
    references = [f"{item.source.title} {item.source.date or ''} {item.passage.text}" for item in grounds.candidates]
    return [*article, *claims, *references]
