"""From a question to the claim it is about and the article passages that make it.

A claim's score is its similarity to the question plus the share of the question's words that it holds; a passage's is
its own likeness mixed with the best score among the claims it makes, so that a paraphrase that misses the paragraph
finds it through the claim. Weights chosen on the 16 answerable development questions (article bound): 15 hit within
three passages for every mixture tried with ``LEXICAL`` >= 0.2, 14 of 16 first claims right at 0.4; without the lexical
part 13.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.rank.interfaces import Vectors
from retrieval.rank.question import Question
from retrieval.rank.words import overlap, rarity, terms
from retrieval.types import Claim, Passage, Source

LEXICAL = 0.4
"""Weight of shared words beside cosine similarity."""
THROUGH_CLAIM = 0.6
"""Share of a passage's score that comes from the claims it makes."""
FAR_BEHIND = 0.65
"""Share of the best passage's score under which a passage is not quoted beside it."""
TWO = 2
"""Claims that one question can be about: "Did American weapons end up with them, and would that prove sponsorship?"."""
AS_NEAR = 0.95
"""Share of the best claim's score from which the next one is meant as well."""
PROVENANCE = "P"
"""Claims with this letter are about the piece as a whole: who wrote it, where it ran."""
SURE_OF_CLAIM = 0.75
"""A question about the piece as a whole goes to provenance unless a claim of the text scores above this."""


@dataclass(frozen=True, slots=True)
class ArticleView:
    """An article as the matcher needs it. ``claim_vectors`` and ``passage_vectors`` have a row for each item."""

    source: Source
    claims: tuple[Claim, ...]
    claim_vectors: Vectors
    passages: tuple[Passage, ...]
    passage_vectors: Vectors

    @property
    def vectors(self) -> tuple[Vectors, Vectors]:
        """Of the claims and of the passages."""
        return self.claim_vectors, self.passage_vectors


@dataclass(frozen=True, slots=True)
class Match:
    """How a question meets one article, best first."""

    article: ArticleView
    claims: tuple[tuple[Claim, float], ...]
    passages: tuple[tuple[Passage, float], ...]

    @property
    def about(self) -> tuple[Claim, ...]:
        """The claims that the question is about: the best one, and the next when it comes as near."""
        best = self.claims[0][1] if self.claims else 0.0
        return tuple(claim for claim, score in self.claims[:TWO] if score >= AS_NEAR * best)

    def said(self, most: int) -> tuple[tuple[Passage, float], ...]:
        """The passages worth quoting: the best, and those that do not fall far behind it."""
        best = self.passages[0][1] if self.passages else 0.0
        return tuple(pair for pair in self.passages[:most] if pair[1] >= FAR_BEHIND * best)

    @property
    def score(self) -> float:
        """Of the best claim, or of the best passage where an article has no claims."""
        return self.claims[0][1] if self.claims else self.passages[0][1] if self.passages else 0.0


def match(question: Question, vector: Vectors, articles: Sequence[ArticleView]) -> Match | None:
    """The article and claim that a question is about; None without any article.

    Args:
        question: as read.
        vector: the question's, shape (dimensions,).
        articles: the visible ones.
    """
    matches = [_match(question, vector, article) for article in articles]
    return max(matches, key=lambda found: found.score, default=None)


def _match(question: Question, vector: Vectors, article: ArticleView) -> Match:
    weights = rarity([*(claim.text for claim in article.claims), *(passage.text for passage in article.passages)])
    wanted = terms(question.core)
    scored = [
        (claim, similarity + LEXICAL * overlap(wanted, terms(claim.text), weights))
        for claim, similarity in zip(article.claims, _similarities(article.claim_vectors, vector), strict=True)
    ]
    claims = tuple(sorted(scored, key=lambda pair: -_preference(question, pair)))
    preferred = {claim: _preference(question, (claim, score)) for claim, score in scored}
    return Match(article, claims, _passages(article, preferred, wanted, weights, vector, claims[:1]))


def _preference(question: Question, scored: tuple[Claim, float]) -> float:
    """A claim's score, raised above all others when the question names it or is about the piece as a whole."""
    claim, score = scored
    if question.number == claim.number:
        return score + 10
    if question.whole and claim.number.startswith(PROVENANCE):
        return score + SURE_OF_CLAIM
    return score


def _passages(
    article: ArticleView,
    claim_scores: Mapping[Claim, float],
    wanted: Sequence[str],
    weights: dict[str, float],
    vector: Vectors,
    best: Sequence[tuple[Claim, float]],
) -> tuple[tuple[Passage, float], ...]:
    through: dict[str, float] = {}
    for claim, score in claim_scores.items():
        for passage_id in claim.passages:
            through[passage_id] = max(through.get(passage_id, 0.0), score)
    named = {passage for claim, _ in best for passage in claim.passages}
    scored = []
    for passage, similarity in zip(article.passages, _similarities(article.passage_vectors, vector), strict=True):
        own = similarity + LEXICAL * overlap(wanted, terms(passage.text), weights)
        mixed = THROUGH_CLAIM * through.get(passage.id, 0.0) + (1 - THROUGH_CLAIM) * own
        scored.append((passage, mixed))
    # Among equals the places of the best claim come first: it is what the answer is about.
    return tuple(sorted(scored, key=lambda pair: (-round(pair[1], 3), pair[0].id not in named)))


def _similarities(vectors: Vectors, vector: Vectors) -> list[float]:
    return [float(value) for value in np.asarray(vectors) @ vector] if len(vectors) else []
