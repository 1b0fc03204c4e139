"""The vector index: one embedded Chroma collection, made from the records and never needed to restore them.

Facts it is built on (chromadb 1.5.9, measured): with the default ``sync_threshold`` the collection stops opening after
7 to 18 kills, with 1,000,000 it survived all; but each write reads the log of whatever was written since the last
sync, 10 to 15 ms for each 1,000 passages, so an index of many is synced while it is made, in a folder that nobody uses
yet, and never again (a new threshold counts from the next opening on); a ``where`` filter costs time that grows with
the collection (10,000 passages: 28 ms, 100,000: 240 ms, unfiltered 1 ms), so queries fetch more than asked and filter
afterwards; deleted vectors stay in the files, so erasing means a new folder.
"""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.store import probe
from retrieval.store.database import batches
from retrieval.store.embeddings import Entry
from retrieval.types import Role

BATCH = 5_000
"""Records per call; Chroma takes 5,461 at most."""

SYNC_THRESHOLD = 1_000_000
MANY = 2_000
"""Passages from which an index is synced while it is made."""
SYNCS = 10
"""How often, at most: each writes all of it."""
VECTORS = "data_level0.bin"
_PIECE = 1 << 20
_HEADER = struct.Struct("<IQQQQ")
"""Version, offset, room, count, size."""

OVERFETCH = (4, 32)
"""So many times the wanted number is fetched without a filter, before the slow filter is asked."""

PROBE_SECONDS = 60
PROBE_SECONDS_PER_PASSAGE = 0.002
"""Start-up replay was measured at 0.15 ms a passage; a slow disk may take ten times that."""

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
            return cls(BATCH, SYNC_THRESHOLD)
        syncs = min(SYNCS, total // MANY)
        writes = -(-total // (syncs * BATCH))
        batch = total // (syncs * writes)
        return cls(batch, batch * writes)


class Index:
    """An open collection. Calls may come from any thread; a failure of any kind is ``IndexFailed``."""

    def __init__(self, client: Any, collection: Any) -> None:
        self._client, self._collection = client, collection

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
        with _guarded():
            for batch in batches(entries, BATCH):
                self._collection.upsert(
                    ids=[entry.passage for entry in batch],
                    embeddings=np.stack([entry.values for entry in batch]),
                    metadatas=[_metadata(entry) for entry in batch],
                )

    def delete(self, passages: Collection[str]) -> None:
        """Takes passages out."""
        with _guarded():
            for batch in batches(passages, BATCH):
                self._collection.delete(ids=batch)

    def places(self, sources: Collection[str] | None = None) -> dict[str, Place]:
        """What the index holds (of some sources, or of all): passage id to its place."""
        where = {"source": {"$in": list(sources)}} if sources is not None else None
        held: dict[str, Place] = {}
        with _guarded():
            # By pages: Chroma names every passage it gives in one SQL statement, and 100,000 are too many for that.
            while True:
                found = self._collection.get(where=where, limit=BATCH, offset=len(held), include=["metadatas"])
                for passage, about in zip(found["ids"], found["metadatas"], strict=True):
                    held[passage] = (about["source"], about["space"], about["role"], about["digest"])
                if len(found["ids"]) < BATCH:
                    return held

    def count(self) -> int:
        """How many passages it holds."""
        with _guarded():
            return int(self._collection.count())

    def query(
        self, vector: NDArray[np.float32], spaces: Collection[str], role: Role | None, limit: int
    ) -> list[tuple[str, float]]:
        """The nearest passages of these spaces: (passage id, cosine similarity), best first."""
        with _guarded():
            for factor in OVERFETCH:
                hits = self._fetch(vector, limit * factor, None)
                seen = [(passage, score) for passage, score, about in hits if _visible(about, spaces, role)]
                if len(seen) >= limit or len(hits) < limit * factor:
                    return seen[:limit]
            found = self._fetch(vector, limit, _where(spaces, role))
            return [(passage, score) for passage, score, _ in found]

    def close(self) -> None:
        """Lets go of files and memory."""
        with _guarded():
            self._client.close()

    def _fetch(
        self, vector: NDArray[np.float32], number: int, where: dict[str, Any] | None
    ) -> list[tuple[str, float, dict[str, str]]]:
        found = self._collection.query(
            query_embeddings=[vector], n_results=number, where=where, include=["distances", "metadatas"]
        )
        lists = zip(found["ids"][0], found["distances"][0], found["metadatas"][0], strict=True)
        return [(passage, 1.0 - distance, about) for passage, distance, about in lists]


def examine(folder: Path, sample: Sequence[Entry], passages: int) -> str | None:
    """Tries a folder in a child process.

    Args:
        folder: The index's folder.
        sample: Passages to be found by their own vectors.
        passages: How many the index holds about; more take longer to open.

    Returns:
        What is wrong with it, or None.
    """
    looked_for = {entry.passage: [entry.digest, entry.values.tolist()] for entry in sample}
    request = json.dumps({"folder": str(folder), "sample": looked_for})
    try:
        child = subprocess.run(  # noqa: S603 - this interpreter, our own script
            [sys.executable, "-P", probe.__file__],
            input=request,
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS + PROBE_SECONDS_PER_PASSAGE * passages,
            check=False,
            start_new_session=True,  # Ctrl-C at the terminal is for us: it must not look like a damaged index
        )
    except subprocess.TimeoutExpired:
        return "it does not open in time"
    if child.returncode < 0:
        return f"opening it ends the process (signal {-child.returncode})"
    if child.returncode > 0:
        return "it does not open"
    missed = json.loads(child.stdout)["missed"]
    return f"{missed} of {len(sample)} passages are not found by their own vector" if missed else None


def blank(root: Path) -> None:
    """Fill with zeros what the vector files of a new index have room for and do not use.

    Chroma lays them out with room, in memory that it does not clear, so a new index can hold vectors of an erased one;
    what is beyond the count in their header (none before the first sync) it does not read, and an index that this
    spoiled would fail the check of the next start and be made anew.
    """
    for path in root.rglob(VECTORS):
        count, size = _written(path.with_name("header.bin"))
        _zero(path, count * size)
        if (lengths := path.with_name("length.bin")).is_file():
            _zero(lengths, count * 4)


def _zero(path: Path, start: int) -> None:
    """Overwrite a file from a byte on; of a large index these are hundreds of megabytes, so piece by piece."""
    end = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(start)
        for at in range(start, end, _PIECE):
            file.write(bytes(min(_PIECE, end - at)))


def _written(header: Path) -> tuple[int, int]:
    """How many vectors were synced, and the bytes of each with its links, by hnswlib's header."""
    try:
        _, _, _, count, size = _HEADER.unpack(header.read_bytes()[: _HEADER.size])
    except (OSError, struct.error):
        return 0, 0
    return count, size


def sweep(root: Path, keep: str | None) -> None:
    """Deletes every index folder but one: what rebuilds, crashes and erasures left behind."""
    if not root.is_dir():
        return
    for path in root.iterdir():
        if path.name != keep:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


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


def _where(spaces: Collection[str], role: Role | None) -> dict[str, Any]:
    seen: dict[str, Any] = {"space": {"$in": list(spaces)}}
    return seen if role is None else {"$and": [seen, {"role": role.value}]}
