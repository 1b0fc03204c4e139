"""From judged candidates to three lists: against, for, and neither; thinned so that no source floods a side.

Precision first: below the judge's threshold a passage is related at most, its side undetermined. A wrong side costs
trust; an undetermined one does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.rank.judge import Thresholds
from retrieval.rank.score import Weights, side_score
from retrieval.rank.search import Candidate
from retrieval.rank.words import terms
from retrieval.types import Claim, Stance, Verdict

PER_SOURCE = 2
"""Passages of one source on one side; a third says less than another source's first."""
ASKED = 4.0
"""Weight of the similarity to the question within a side: what bears on what was asked comes first
(development questions, opposing hit@5: 0.62 at 0, 0.75 from 2 to 8)."""
MOST = 8
"""Passages a side."""
SAME = 0.8
"""Jaccard overlap of words from which two passages count as copies of each other."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A candidate with its verdict and the side it is shown on; ``score`` orders its side, best first."""

    candidate: Candidate
    verdict: Verdict
    stance: Stance
    score: float
    claim: Claim | None = None
    """The claim that the verdict is about."""

    @property
    def probability(self) -> float:
        """Of the side shown."""
        return self.verdict.probability(self.stance)


@dataclass(frozen=True, slots=True)
class Sides:
    """Three lists that are never blended, each best first."""

    opposing: tuple[Judged, ...] = ()
    supporting: tuple[Judged, ...] = ()
    context: tuple[Judged, ...] = ()


def divide(
    candidates: Sequence[Candidate],
    verdicts: Sequence[Sequence[tuple[Claim | None, Verdict]]],
    thresholds: Thresholds,
    weights: Weights,
) -> Sides:
    """Put every candidate on a side, or among the related ones, or leave it out.

    Args:
        candidates: what was found.
        verdicts: for each candidate, the claims asked about, the most important first, with the verdicts.
        thresholds: below which a verdict is not acted upon.
        weights: of the parts of a side's score.
    """
    judged = [
        _place(candidate, *_telling(found, thresholds), thresholds, weights)
        for candidate, found in zip(candidates, verdicts, strict=True)
    ]
    return Sides(*(thin([item for item in judged if item and item.stance is side]) for side in _ORDER))


def thin(judged: Sequence[Judged]) -> tuple[Judged, ...]:
    """Best first, without near-copies, few from one source, not more than anybody reads."""
    kept: list[Judged] = []
    per_source: Counter[str] = Counter()
    for item in sorted(judged, key=lambda item: -item.score):
        source = item.candidate.source.id
        if per_source[source] < PER_SOURCE and not any(_alike(item, other) for other in kept):
            kept.append(item)
            per_source[source] += 1
    return tuple(kept[:MOST])


_ORDER = (Stance.REFUTES, Stance.SUPPORTS, Stance.NEUTRAL)


def _telling(found: Sequence[tuple[Claim | None, Verdict]], thresholds: Thresholds) -> tuple[Claim | None, Verdict]:
    """The first claim toward which the passage takes a side, or the first claim when it takes none."""
    return next((pair for pair in found if max(pair[1].refutes, pair[1].supports) >= thresholds.side), found[0])


def _place(
    candidate: Candidate, claim: Claim | None, verdict: Verdict, thresholds: Thresholds, weights: Weights
) -> Judged | None:
    side = Stance.REFUTES if verdict.refutes >= verdict.supports else Stance.SUPPORTS
    if verdict.probability(side) >= thresholds.side:
        score = side_score(verdict, side, candidate.fused, weights) + ASKED * candidate.to_question
        return Judged(candidate, verdict, side, score, claim)
    if verdict.relevance < thresholds.relevance:
        return None
    # What is shown as related should bear on what was asked, so the question orders it.
    return Judged(candidate, verdict, Stance.NEUTRAL, candidate.to_question)


def _alike(one: Judged, other: Judged) -> bool:
    left, right = set(terms(one.candidate.passage.text)), set(terms(other.candidate.passage.text))
    return bool(left and right) and len(left & right) / len(left | right) >= SAME
