"""Exact nearest neighbours over the vectors in the records: what answers while the index cannot, or where it is slow.

The index ranks all passages and finds few of a space that sees few; its own filter takes time that grows with the whole
(see ``index.py``). Comparing with all that such a space sees takes 0.4 ms for 10,000 passages of 384 dimensions, once
their vectors are in memory.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.rank.interfaces import Vectors
from retrieval.store.embeddings import Embeddings
from retrieval.types import Role

FEW = 20_000
"""Passages up to which comparing with all of them is a matter of a millisecond; 30 MB at 384 dimensions."""

KEPT = 50_000
"""Vectors that stay in memory between questions, at most (but for those of one question, however many)."""

Block = tuple[str, Role]
"""A space and a role: what is loaded, and forgotten, as one."""


@dataclass(frozen=True, slots=True)
class _Loaded:
    passages: list[str]
    """Row by row."""
    vectors: Vectors


class Exact:
    """Copies in memory of the searchable vectors of one embedder, loaded when first asked for."""

    def __init__(self, embeddings: Embeddings, embedder: str, dimensions: int) -> None:
        self._embeddings, self._embedder, self._dimensions = embeddings, embedder, dimensions
        self._blocks: OrderedDict[Block, _Loaded] = OrderedDict()
        """The least recently used first."""
        self._counts: dict[Block, int] = {}
        self._loading = threading.Lock()

    def forget(self, spaces: Collection[str] | None = None) -> None:
        """Drops the copies of some spaces, or all: the records have changed."""
        with self._loading:
            for kept in (self._blocks, self._counts):
                for block in [block for block in kept if spaces is None or block[0] in spaces]:
                    del kept[block]

    def seen(self, spaces: Collection[str], role: Role | None) -> int:
        """How many passages these spaces see; of more than ``FEW``, any number above it."""
        with self._loading:
            for block in (wanted := _blocks(spaces, role)):
                if block not in self._counts:
                    self._counts[block] = self._embeddings.seen(self._embedder, *block, most=FEW + 1)
            return sum(self._counts[block] for block in wanted)

    def query(
        self, vector: NDArray[np.float32], spaces: Collection[str], role: Role | None, limit: int
    ) -> list[tuple[str, float]]:
        """The nearest passages of these spaces: (passage id, cosine similarity), best first."""
        best: list[tuple[float, str]] = []
        for loaded in self._load(_blocks(spaces, role)):
            scores = loaded.vectors @ vector
            rows = np.argsort(-scores, kind="stable")[:limit]
            best += [(float(scores[row]), loaded.passages[row]) for row in rows]
        best.sort(key=lambda pair: -pair[0])
        return [(passage, score) for score, passage in best[:limit]]

    def _load(self, wanted: list[Block]) -> list[_Loaded]:
        """These blocks; of the others the least recently used go while there is too much."""
        with self._loading:
            for block in wanted:
                if block not in self._blocks:
                    passages, vectors = self._embeddings.block(self._embedder, *block, dimensions=self._dimensions)
                    self._blocks[block] = _Loaded(passages, vectors)
                self._blocks.move_to_end(block)
            held = sum(len(one.passages) for one in self._blocks.values())
            for block in list(self._blocks)[: -len(wanted) or None]:
                if held <= KEPT:
                    break
                held -= len(self._blocks.pop(block).passages)
            return [self._blocks[block] for block in wanted]


def _blocks(spaces: Collection[str], role: Role | None) -> list[Block]:
    return [(space, kind) for space in dict.fromkeys(spaces) for kind in ((role,) if role else Role)]
