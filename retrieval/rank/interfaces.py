"""The two seams behind which the models sit: anything that answers these can serve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.types import Verdict

Vectors = NDArray[np.float32]
"""Shape (n, dimensions), each row of length 1."""


class Embedder(Protocol):
    """Turns texts into unit vectors whose dot product is their similarity."""

    @property
    def id(self) -> str:
        """Names model and version: an index made by another id is rebuilt."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of stored texts."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions and claims."""


class Judge(Protocol):
    """Reads a claim and a passage and says how they stand to each other."""

    @property
    def id(self) -> str:
        """Names model and version."""

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        """One verdict for each (claim, passage), in order."""
