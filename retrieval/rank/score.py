"""One score a side, out of what the judge says and how high the search put the passage.

The form and the weights were chosen on development splits only (check_covid dev, 40 queries; healthver_pool dev, 60
queries; fused top 40; judge rejoinder-judge-88f8399cca66). Share of the way from BM25 to perfect stance, opposing
nDCG@10:

=============================================  ===========  ==============  =====
weights (side, other, relevance, fused)        check_covid  healthver_pool   mean
=============================================  ===========  ==============  =====
none: the fused order                                0.262           0.139  0.201
0.5, 0.5, 1, 2 (the defaults)                        0.362           0.180  0.271
0.5, 1, 2, 3 (best of 320 mixtures)                  0.367           0.183  0.275
best without the other side: 1, 0, 0.5, 3            0.345           0.163  0.254
best without relevance: 1, 0.25, 0, 2                0.352           0.175  0.263
=============================================  ===========  ==============  =====

The defaults are the plainest mixture within 0.005 of the best; so few queries cannot tell it from its neighbours. The
similarity of the vectors, standardised among the candidates, got no weight in the best of 384 mixtures that had it
(0.250, an earlier judge); in place of the fused score it gave 0.172.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from retrieval.types import Stance, Verdict

FLOOR = 1e-4
"""Probabilities below it are no news: keeps one extreme logit from deciding alone."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each part counts in `side_score`."""

    side: float = 0.5
    """Of log P(side)."""
    other: float = 0.5
    """Of -log P(other side): for the worth of a passage, telling the sides apart matters more than being no neutral."""
    relevance: float = 1.0
    """Of log relevance."""
    fused: float = 2.0
    """Of the logarithm of the reciprocal rank score that the search gave the passage."""


DEFAULT_WEIGHTS = Weights()


def side_score(verdict: Verdict, side: Stance, fused: float, weights: Weights = DEFAULT_WEIGHTS) -> float:
    """How good a piece of evidence for one side a passage is; higher is better, comparable within one claim.

    A weighted sum of logarithms: that the passage takes the side and not the other, that it is about the claim, and
    that the search ranked it high.

    Args:
        verdict: The judge's, for the claim and the passage.
        side: Refutes or supports.
        fused: The passage's reciprocal rank score, above 0; only ratios between candidates matter.
        weights: The defaults were chosen on development data, see the module's text.
    """
    other = Stance.SUPPORTS if side is Stance.REFUTES else Stance.REFUTES
    return (
        weights.side * math.log(max(verdict.probability(side), FLOOR))
        - weights.other * math.log(max(verdict.probability(other), FLOOR))
        + weights.relevance * math.log(max(verdict.relevance, FLOOR))
        + weights.fused * math.log(fused)
    )
