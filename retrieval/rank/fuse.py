"""Reciprocal rank fusion: one ranking out of several.

Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion Outperforms Condorcet and Individual Rank Learning Methods"
(SIGIR 2009). The paper's k = 60 is for long lists of many systems; for two lists a smaller one is better. Opposing
nDCG@10 / recall@40 of BM25 and the embedder fused, development splits only:

====  ===================  ======================  =======================
k     check_covid dev, 70  healthver_pool dev, 104  scifact train, 120
====  ===================  ======================  =======================
10    0.612 / 0.929        0.290 / 0.599           0.889 / 1.000
20    0.603 / 0.929        0.275 / 0.605           0.885 / 1.000
60    0.592 / 0.900        0.275 / 0.591           0.879 / 1.000
====  ===================  ======================  =======================

At k = 10 weighting either list doubly was worse on at least two of the three sets.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)

K = 10.0


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[Item]], k: float = K, weights: Sequence[float] | None = None
) -> list[tuple[Item, float]]:
    """Every ranked item with its fused score, best first.

    Args:
        rankings: Lists of distinct items, best first.
        k: How slowly rank loses worth; above 0.
        weights: One for each ranking; all 1 when None.

    Returns:
        (item, score) with score = sum of weight / (k + rank), ranks from 1. Equal scores keep the order of first
        appearance, so the result is deterministic.
    """
    scores: dict[Item, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
