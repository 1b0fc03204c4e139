"""What the index has not been told of yet: changes gather here, are compared one by one, and go into it together.

Each write to the index reads the log of all earlier ones (see ``index.py``), so many small writes cost far more than
a few large ones, and more with every source; comparing a vector with a thousand others costs half a millisecond.
A kill loses nothing: the records have it all, and the next start brings the index in step with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.store.embeddings import Entry
from retrieval.store.exact import FEW
from retrieval.store.index import Index
from retrieval.types import Role

ROOM = FEW
"""Passages that may wait: as many as are compared one by one in any case, which takes 7 ms. Writing one to the index
takes half a millisecond, in which nothing else of the process runs; a library that grows by less than this between
two starts never pays it while it serves."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The searchable passages of a source, and their vectors row by row; neither of a source that was removed."""

    entries: tuple[Entry, ...]
    vectors: NDArray[np.float32]

    def seen(self, spaces: Collection[str], role: Role | None) -> bool:
        """Whether a question from these spaces sees any of it."""
        return bool(self.entries) and self.entries[0].space in spaces and role in {None, self.entries[0].role}


class Waiting:
    """Sources that changed since the index was last written, each with its searchable passages.

    Never altered itself, so that a question that comes while sources change sees one state of it throughout.
    """

    def __init__(self, held: Mapping[str, _Source] | None = None) -> None:
        self._held = dict(held or {})

    @property
    def sources(self) -> frozenset[str]:
        """What the index says of these is outdated."""
        return frozenset(self._held)

    def __len__(self) -> int:
        """How many changes the index has to hear of: passages, and sources that have none any more."""
        return sum(max(1, len(one.entries)) for one in self._held.values())

    def joined(self, sources: Collection[str], entries: Iterable[Entry]) -> Waiting:
        """These and some more sources, with all the passages that they have now."""
        found: dict[str, list[Entry]] = {source: [] for source in sources}
        for entry in entries:
            found[entry.source].append(entry)
        return Waiting(self._held | {source: _source(held) for source, held in found.items()})

    def query(
        self, index: Index, vector: NDArray[np.float32], spaces: Collection[str], role: Role | None, limit: int
    ) -> list[tuple[str, float]]:
        """The nearest passages of these spaces, here and in the index: (passage id, cosine similarity), best first."""
        hits = index.query(vector, spaces, role, limit, self.sources)
        if seen := [one for one in self._held.values() if one.seen(spaces, role)]:
            scores = np.concatenate([one.vectors @ vector for one in seen])
            entries = [entry for one in seen for entry in one.entries]
            hits += [(entries[row].passage, float(scores[row])) for row in np.argsort(-scores)[:limit]]
        return sorted(hits, key=lambda hit: -hit[1])[:limit]


def _source(entries: Sequence[Entry]) -> _Source:
    return _Source(tuple(entries), np.array([entry.values for entry in entries], np.float32))
