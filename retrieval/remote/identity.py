"""Which vectors a server gave, so that others are noticed: their length, and what it made of one fixed text.

A name says little: behind one address and one model name another model may run tomorrow, and vectors of two models
must not meet in one index.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.chat.budget import Memory
from retrieval.rank.interfaces import Vectors

PROBE = "The ferry to the island leaves at seven, and the last one returns before dark."
"""The fixed text; changing it would make every index look like another model's."""
_KEPT = 64
"""Numbers of the probe's vector that are kept: two models that agree on so many are one."""
ALIKE = 0.98
"""Cosine from which they agree: a model on other hardware stays above 0.999, another model is far below."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is recorded of a model: the length of its vectors, and the beginning of the probe's."""

    dimensions: int
    probe: NDArray[np.float32]


class Identity:
    """The record of one embedder, in the small values that outlive the process."""

    def __init__(self, memory: Memory, embedder: str) -> None:
        self._memory, self._key = memory, f"embedder {embedder}"

    @property
    def known(self) -> Known | None:
        """What was recorded, or None before the first vector."""
        text = self._memory.get(self._key)
        if text is None:
            return None
        kept = json.loads(text)
        return Known(int(kept["dimensions"]), np.asarray(kept["probe"], np.float32))

    def record(self, probe: Vectors) -> None:
        """Keep what the server made of the probe, shape (dimensions,), in place of what was known."""
        kept = [round(float(value), 6) for value in probe[:_KEPT]]
        self._memory.set(self._key, json.dumps({"dimensions": len(probe), "probe": kept}))

    def fits(self, probe: Vectors) -> bool:
        """Whether the server still is what was recorded; true when nothing was."""
        known = self.known
        if known is None:
            return True
        return known.dimensions == len(probe) and _cosine(known.probe, probe[:_KEPT]) >= ALIKE


def _cosine(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    length = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float(np.dot(left, right)) / length if length else 0.0
