"""The figures, as pure functions of rankings, labels and probabilities."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
SEED = 20
ROUNDS = 1000
BINS = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions whose probability lies in one range: how sure they were and how often they were right."""

    low: float
    high: float
    count: int
    probability: float
    right: float


def ndcg(ranking: Sequence[str], gains: Mapping[str, float], k: int = 10) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen, TOIS 2002), linear gains as in BEIR.

    0.0 when nothing has a gain.
    """
    best = sorted((gain for gain in gains.values() if gain > 0), reverse=True)[:k]
    ideal = _discounted(best)
    return _discounted([gains.get(item, 0.0) for item in ranking[:k]]) / ideal if ideal else 0.0


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def recall(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """The share of the relevant items among the first ``k``; 0.0 when nothing is relevant."""
    return len(set(ranking[:k]) & set(relevant)) / len(relevant) if relevant else 0.0


def f1_by_class(gold: Indices, predicted: Indices, classes: int) -> NDArray[np.float64]:
    """F1 of each class, shape (classes,); 0 for one that is neither there nor predicted."""
    table = np.bincount(gold * classes + predicted, minlength=classes * classes).reshape(classes, classes)
    right = table.diagonal()
    total = table.sum(axis=0) + table.sum(axis=1)
    result: NDArray[np.float64] = 2.0 * right / np.maximum(total, 1)
    return result


def macro_f1(gold: Indices, predicted: Indices, classes: int) -> float:
    """The mean F1 of the classes that ``gold`` has: a prediction of any other class is still a miss."""
    present = np.unique(gold)
    return float(f1_by_class(gold, predicted, classes)[present].mean()) if len(present) else 0.0


def accuracy(gold: Indices, predicted: Indices) -> float:
    """The share of right predictions; 0.0 of none."""
    return float(np.mean(gold == predicted)) if len(gold) else 0.0


def bootstrap(statistic: Callable[[Indices], float], count: int, rounds: int = ROUNDS, seed: int = SEED) -> Interval:
    """The figure of all ``count`` items, and the middle 95 % of its values on items drawn with replacement.

    Args:
        statistic: The figure of the items at the given positions.
        count: How many items there are.
        rounds: How many samples are drawn.
        seed: Fixed, so that the same data give the same interval (Efron and Tibshirani 1993, percentile method).
    """
    everything = np.arange(count)
    value = statistic(everything)
    if count == 0:
        return Interval(value, value, value)
    draw = np.random.default_rng(seed)
    drawn = [statistic(draw.integers(0, count, count)) for _ in range(rounds)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def bootstrap_mean(values: Sequence[float], rounds: int = ROUNDS, seed: int = SEED) -> Interval:
    """The mean with its interval; 0.0 of none."""
    array = np.asarray(values, dtype=np.float64)
    return bootstrap(lambda where: float(array[where].mean()) if len(where) else 0.0, len(array), rounds, seed)


def reliability(probabilities: Sequence[float], right: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """Predictions in ``bins`` equal ranges of their probability; empty ranges are left out."""
    sure, hit = np.asarray(probabilities, dtype=np.float64), np.asarray(right, dtype=np.float64)
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return [
        Bin(index / bins, (index + 1) / bins, int(here.sum()), float(sure[here].mean()), float(hit[here].mean()))
        for index in range(bins)
        if (here := place == index).any()
    ]


def expected_calibration_error(bins: Sequence[Bin]) -> float:
    """The mean distance between sure and right, weighted by count (Naeini et al., AAAI 2015); 0.0 of none."""
    total = sum(part.count for part in bins)
    return sum(part.count * abs(part.probability - part.right) for part in bins) / total if total else 0.0
