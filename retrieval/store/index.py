"""The vector index: one embedded Chroma collection, made from the records and never needed to restore them.

Facts it is built on (chromadb 1.5.9, measured): with the default ``sync_threshold`` the collection stops opening after
7 to 18 kills, with 1,000,000 it survived all; but each write reads the log of whatever was written since the last
sync, 10 to 15 ms for each 1,000 passages, so an index of many is synced while it is made, in a folder that nobody uses
yet, and never again (a new threshold counts from the next opening on); a ``where`` filter costs time that grows with
the collection (10,000 passages: 28 ms, 100,000: 240 ms, unfiltered 1 ms), so queries fetch more than asked and filter
afterwards; deleted vectors stay in the files, so erasing means a new folder.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from retrieval.store import probe
from retrieval.store.database import batches
from retrieval.store.embeddings import Entry
from retrieval.types import Role

BATCH = 5_000
"""Records per call; Chroma takes 5,461 at most."""

WRITTEN = 1_000
"""Passages per write while an index is made: nothing else of the process runs meanwhile, for 0.8 ms a passage."""
SYNC_THRESHOLD = 1_000_000
MANY = 2_000
"""Passages from which an index is synced while it is made."""
SYNCS = 10
"""How often, at most: each writes all of it."""
OVERFETCH = (4, 32)
"""So many times the wanted number is fetched without a filter, before the slow filter is asked."""

Place = tuple[str, str, str, str]
"""Source, space, role, digest of the embedded text: what the index says of a passage."""


class IndexFailed(Exception):
    """The index cannot do it; the records can replace it."""


def written_out(total: int) -> bool:
    """Whether an index of so many passages is synced while it is made; else it stands on its log alone."""
    return total >= MANY


@dataclass(frozen=True, slots=True)
class Making:
    """How an index is made: passages per write, and after how many Chroma syncs it."""

    batch: int
    sync_threshold: int

    @classmethod
    def of(cls, total: int) -> Making:
        """For so many passages: nearly all of many are synced at the end, so few are left to the log."""
        if not written_out(total):
            return cls(WRITTEN, SYNC_THRESHOLD)
        syncs = min(SYNCS, total // MANY)
        writes = -(-total // (syncs * WRITTEN))
        batch = total // (syncs * writes)
        return cls(batch, batch * writes)


class _Hit(NamedTuple):
    passage: str
    score: float
    about: dict[str, str]


class Index:
    """An open collection. Calls may come from any thread; a failure of any kind is ``IndexFailed``."""

    def __init__(self, client: Any, collection: Any) -> None:
        self._client, self._collection = client, collection
        self._held: int | None = None
        """How many passages it held when that was last asked; a write makes it unknown."""

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Opens what ``create`` made. Probe it first: a damaged folder can take the process with it."""
        with _guarded():
            client = probe.client(folder)
            return cls(client, client.get_collection(probe.COLLECTION, embedding_function=None))

    @classmethod
    def create(
        cls, folder: Path, entries: Iterable[Entry] = (), total: int = 0, done: Callable[[int], None] | None = None
    ) -> Index:
        """Makes an index in a new folder.

        Args:
            folder: where; it must not be there yet.
            entries: what it is to hold.
            total: how many these are, about.
            done: told how many are in it.
        """
        making = Making.of(total)
        with _guarded():
            folder.mkdir(parents=True)
            client = probe.client(folder)
            settings = {"hnsw": {"space": "cosine", "sync_threshold": making.sync_threshold}}
            collection = client.create_collection(probe.COLLECTION, embedding_function=None, configuration=settings)
        index, count = cls(client, collection), 0
        for batch in batches(entries, making.batch):
            index.upsert(batch)
            count += len(batch)
            if done:
                done(count)
        if not written_out(total):
            return index
        with _guarded(), warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # that it has no embedding function, on purpose
            collection.modify(configuration={"hnsw": {"sync_threshold": SYNC_THRESHOLD}})
        index.close()
        return cls.open(folder)

    def upsert(self, entries: Sequence[Entry]) -> None:
        """Adds passages, or replaces them."""
        with self._changed():
            for batch in batches(entries, BATCH):
                self._collection.upsert(
                    ids=[entry.passage for entry in batch],
                    embeddings=np.stack([entry.values for entry in batch]),
                    metadatas=[_metadata(entry) for entry in batch],
                )

    def delete(self, passages: Collection[str]) -> None:
        """Takes passages out."""
        with self._changed():
            for batch in batches(passages, BATCH):
                self._collection.delete(ids=batch)

    def places(self, sources: Collection[str] | None = None) -> dict[str, Place]:
        """What the index holds (of some sources, or of all): passage id to its place."""
        held: dict[str, Place] = {}
        with _guarded():
            if sources is None:
                return self._places(None)
            for batch in batches(sources):
                held |= self._places({"source": {"$in": batch}})
        return held

    def _places(self, where: dict[str, Any] | None) -> dict[str, Place]:
        held: dict[str, Place] = {}
        # By pages: Chroma names every passage it gives in one SQL statement, and 100,000 are too many for that.
        while True:
            found = self._collection.get(where=where, limit=BATCH, offset=len(held), include=["metadatas"])
            for passage, about in zip(found["ids"], found["metadatas"], strict=True):
                held[passage] = (about["source"], about["space"], about["role"], about["digest"])
            if len(found["ids"]) < BATCH:
                return held

    def count(self) -> int:
        """How many passages it holds; while it is written to, or was just then, before or after."""
        with _guarded():
            if (held := self._held) is None:
                self._held = held = int(self._collection.count())
            return held

    def query(
        self,
        vector: NDArray[np.float32],
        spaces: Collection[str],
        role: Role | None,
        limit: int,
        without: Collection[str] = (),
    ) -> list[tuple[str, float]]:
        """The nearest passages of these spaces, without some sources: (passage id, cosine similarity), best first."""
        with _guarded():
            for factor in OVERFETCH:
                hits = self._fetch(vector, limit * factor, None)
                seen = [hit for hit in hits if _visible(hit.about, spaces, role) and hit.about["source"] not in without]
                if len(seen) >= limit or len(hits) < limit * factor:
                    break
            else:
                seen = self._fetch(vector, limit, _where(spaces, role, without))
            return [(hit.passage, hit.score) for hit in seen[:limit]]

    def close(self) -> None:
        """Lets go of files and memory."""
        with _guarded():
            self._client.close()

    @contextmanager
    def _changed(self) -> Iterator[None]:
        try:
            with _guarded():
                yield
        finally:
            self._held = None

    def _fetch(self, vector: NDArray[np.float32], number: int, where: dict[str, Any] | None) -> list[_Hit]:
        found = self._collection.query(
            query_embeddings=[vector], n_results=number, where=where, include=["distances", "metadatas"]
        )
        lists = zip(found["ids"][0], found["distances"][0], found["metadatas"][0], strict=True)
        return [_Hit(passage, 1.0 - distance, about) for passage, distance, about in lists]


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic in Chroma's Rust is not an Exception
        raise IndexFailed(f"{type(error).__name__}: {error}") from error


def _metadata(entry: Entry) -> dict[str, str]:
    return {"source": entry.source, "space": entry.space, "role": entry.role.value, "digest": entry.digest}


def _visible(about: dict[str, str], spaces: Collection[str], role: Role | None) -> bool:
    return about["space"] in spaces and (role is None or about["role"] == role.value)


def _where(spaces: Collection[str], role: Role | None, without: Collection[str]) -> dict[str, Any]:
    seen: list[dict[str, Any]] = [{"space": {"$in": list(spaces)}}]
    seen += [{"role": role.value}] if role else []
    seen += [{"source": {"$nin": list(without)}}] if without else []
    return seen[0] if len(seen) == 1 else {"$and": seen}
