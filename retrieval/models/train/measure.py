"""Figures of a judge on labelled pairs, the temperature that calibrates it and the threshold above which it is trusted.

Temperature scaling: Guo et al., "On Calibration of Modern Neural Networks" (ICML 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from retrieval.models.train.export import plain_tokenizer
from retrieval.models.train.judge import collate, encode
from retrieval.models.train.sources import LABELS, Pair

Array = NDArray[np.float64]
NAMES = ("input_ids", "attention_mask", "token_type_ids")


def session(model: Path | bytes, threads: int = 2) -> onnxruntime.InferenceSession:
    """An exported model, ready to run."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(
        model if isinstance(model, bytes) else str(model), options, providers=["CPUExecutionProvider"]
    )


def predict(
    model: Path | bytes, base: Path, pairs: Sequence[Pair], longest: int, threads: int = 2
) -> tuple[Array, Array]:
    """Stance logits and relevance logits of an exported judge, in the order of the pairs."""
    runner = session(model, threads)
    coded = encode(plain_tokenizer(base), pairs, longest)
    order = sorted(range(len(pairs)), key=lambda n: len(coded[n][0]))
    stance, relevance = np.zeros((len(pairs), 3)), np.zeros(len(pairs))
    for start in range(0, len(order), 16):
        group = order[start : start + 16]
        inputs = collate([pairs[n] for n in group], [coded[n] for n in group])[:3]
        stance[group], relevance[group] = runner.run(None, {k: v.numpy() for k, v in zip(NAMES, inputs, strict=True)})
    return stance, relevance


def softmax(logits: Array, temperature: float = 1.0) -> Array:
    """Probabilities of logits at a temperature."""
    scaled = logits / temperature
    powers = np.exp(scaled - scaled.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)


def gold(pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """Label numbers."""
    return np.array([LABELS.index(item.label) for item in pairs])


def scores(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> dict[str, float]:
    """Accuracy, and F1 by class with their mean over the classes that occur in the truth."""
    each = {}
    for index, label in enumerate(LABELS):
        hits = int(((truth == index) & (guess == index)).sum())
        total = int((truth == index).sum() + (guess == index).sum())
        if (truth == index).any():
            each[label] = 2 * hits / total if total else 0.0
    return {"macro": float(np.mean(list(each.values()))), "accuracy": float((truth == guess).mean()), **each}


def temperature(logits: Array, truth: NDArray[np.int64]) -> float:
    """The temperature of least negative log-likelihood, on a fixed grid."""
    grid = np.geomspace(0.4, 4.0, 60)
    costs = [-np.log(softmax(logits, t)[np.arange(len(truth)), truth] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(costs))])


def lean(sets: Sequence[tuple[Array, NDArray[np.int64]]]) -> float:
    """The rise of both sides' logits with the best macro-F1, mean of sets of (logits, truth), on a fixed grid."""
    grid = np.arange(0.0, 1.21, 0.1)
    means = [
        np.mean([scores(truth, (logits + np.array([rise, rise, 0.0])).argmax(-1))["macro"] for logits, truth in sets])
        for rise in grid
    ]
    return round(float(grid[int(np.argmax(means))]), 1)


def calibration_error(chances: Array, truth: NDArray[np.int64], bins: int = 10) -> float:
    """Expected calibration error of the top class."""
    top, right = chances.max(-1), chances.argmax(-1) == truth
    places = np.minimum((top * bins).astype(int), bins - 1)
    gaps = [
        abs(top[places == n].mean() - right[places == n].mean()) * (places == n).mean()
        for n in range(bins)
        if (places == n).any()
    ]
    return float(sum(gaps))


def side_curve(chances: Array, truth: NDArray[np.int64]) -> list[tuple[float, float, float]]:
    """(threshold, precision of the sides shown, share of true sides shown) for thresholds from 0.4 to 0.97."""
    side = chances[:, :2].argmax(-1)
    sure = chances[:, :2].max(-1)
    rows = []
    for threshold in np.arange(0.40, 0.98, 0.01):
        shown = sure >= threshold
        right = shown & (side == truth)
        rows.append(
            (float(threshold), float(right.sum() / max(1, shown.sum())), float(right.sum() / max(1, (truth < 2).sum())))
        )
    return rows


def side_threshold(chances: Array, truth: NDArray[np.int64], precision: float = 0.9, share: float = 0.1) -> float:
    """The lowest threshold above which sides are right at least `precision` of the time.

    Only thresholds that still show `share` of the true sides count; where none is that precise, the most precise one.
    """
    rows = [row for row in side_curve(chances, truth) if row[2] >= share]
    good = [threshold for threshold, right, _ in rows if right >= precision]
    best = max(rows, key=lambda row: row[1], default=(0.97, 0.0, 0.0))[0]
    return round(good[0] if good else best, 2)
