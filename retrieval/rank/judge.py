"""The embedded judge, and the honest stand-in for when no judge is installed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.rank.manifest import JudgeEntry
from retrieval.rank.onnx import Array, OnnxModel
from retrieval.rank.words import overlap, terms
from retrieval.types import Stance, Verdict

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Below these a verdict is not acted upon."""

    side: float
    """Least probability at which a passage is shown as refuting or supporting."""
    relevance: float
    """Least relevance at which a passage is shown at all."""


class OnnxJudge:
    """A `Judge` on onnxruntime; safe to share between threads.

    Args:
        entry: The manifest's judge.
        threads: How many pairs are run at once; as many as there are cores when None.
    """

    def __init__(self, entry: JudgeEntry, threads: int | None = None) -> None:
        self._entry = entry
        outputs = [name for name in (entry.stance_output, entry.relevance_output) if name]
        self._model = OnnxModel(entry, outputs, threads)

    @property
    def id(self) -> str:
        """Names model and version."""
        return self._entry.id

    @property
    def thresholds(self) -> Thresholds:
        """Those that the manifest gives with the model, chosen on development data."""
        return Thresholds(self._entry.side_threshold, self._entry.relevance_threshold)

    def warm(self) -> None:
        """Load the model now instead of at the first pair; raises Misconfigured."""
        self._model.warm()

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        """One verdict for each (claim, passage), in order."""
        ordered = pairs if self._entry.claim_first else [(passage, claim) for claim, passage in pairs]
        return [self._verdict(*arrays) for arrays in self._model.run(ordered)]

    def _verdict(self, stance: Array, relevance: Array | None = None) -> Verdict:
        chances = softmax(stance / self._entry.temperature)
        of = dict(zip(self._entry.labels, chances.tolist(), strict=True))
        related = 1.0 - of[Stance.NEUTRAL] if relevance is None else float(sigmoid(relevance).reshape(()))
        return Verdict(of[Stance.REFUTES], of[Stance.SUPPORTS], of[Stance.NEUTRAL], related)


class LexicalJudge:
    """A `Judge` that needs no model and takes no side.

    Relevance is the share of the claim's content words that the passage has; of the stance it knows nothing, so each
    has probability 1/3, which `Verdict.stance` reads as neutral and no threshold lets through as a side.
    """

    id = "lexical-overlap-1"
    thresholds = Thresholds(side=1.0, relevance=0.3)

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        """One verdict for each (claim, passage), in order."""
        return [Verdict(1 / 3, 1 / 3, 1 / 3, overlap(terms(claim), terms(passage), {})) for claim, passage in pairs]


def softmax(logits: Array) -> Doubles:
    """Probabilities along the last axis, in float64 so that they add up to 1."""
    shifted = np.exp(logits.astype(np.float64) - logits.max(axis=-1, keepdims=True))
    result: Doubles = shifted / shifted.sum(axis=-1, keepdims=True)
    return result


def sigmoid(logits: Array) -> Doubles:
    """1 / (1 + exp(-x)) without overflow."""
    result: Doubles = 0.5 * (1.0 + np.tanh(0.5 * logits.astype(np.float64)))
    return result
