"""Vectors of passages, kept in SQL as little-endian float32, so that the index can be rebuilt from them at any time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, and_, delete, func, insert, or_, select, text

from retrieval.store import schema
from retrieval.store.clean import clean
from retrieval.store.database import Database, batches
from retrieval.store.passages import passage_of
from retrieval.store.schema import State
from retrieval.store.versions import ready_among, source_of
from retrieval.types import Passage, Role, Source

_SOURCES, _PASSAGES, _EMBEDDINGS = schema.sources, schema.passages, schema.embeddings
_STORED = np.dtype("<f4")
_TOGETHER = 16
"""Sources whose passages are in memory at once."""


@dataclass(frozen=True, slots=True)
class Vector:
    """A kept vector. ``digest`` names the text that was embedded."""

    passage: str
    source: str
    digest: str
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Entry:
    """A searchable passage as the index needs it."""

    passage: str
    source: str
    space: str
    role: Role
    digest: str
    values: NDArray[np.float32]


class Embeddings:
    """Verbs on vectors; each belongs to one embedder, and two embedders' vectors are never mixed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, embedder: str, vectors: Iterable[Vector]) -> None:
        """Keeps vectors, in place of those the same passages had from the same embedder.

        Those of a source that was erased while its passages were embedded are left out.
        """
        with self._database.write() as connection:
            for batch in batches(vectors):
                ids = [vector.passage for vector in batch]
                old = and_(_EMBEDDINGS.c.embedder == embedder, _EMBEDDINGS.c.passage.in_(ids))
                connection.execute(delete(_EMBEDDINGS).where(old))
                there = select(_SOURCES.c.id).where(_SOURCES.c.id.in_({vector.source for vector in batch}))
                known = set(connection.execute(there).scalars())
                if kept := [_values(embedder, vector) for vector in batch if vector.source in known]:
                    connection.execute(insert(_EMBEDDINGS), kept)

    def forget(self, embedder: str) -> None:
        """Deletes every vector of an embedder."""
        with self._database.write() as connection:
            connection.execute(delete(_EMBEDDINGS).where(_EMBEDDINGS.c.embedder == embedder))

    def vectors(self, embedder: str, passages: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of those passages that have one from this embedder; whoever asks may see the passages."""
        found: dict[str, NDArray[np.float32]] = {}
        with self._database.read() as connection:
            for batch in batches(passages):
                query = select(_EMBEDDINGS.c.passage, _EMBEDDINGS.c.vector).where(
                    _EMBEDDINGS.c.embedder == embedder, _EMBEDDINGS.c.passage.in_(batch)
                )
                found |= {row.passage: _array(row.vector) for row in connection.execute(query)}
        return found

    def digests(self, embedder: str, passages: Iterable[str]) -> dict[str, str]:
        """For each of these passages that has a vector: the digest of the text it was made from."""
        found: dict[str, str] = {}
        with self._database.read() as connection:
            for batch in batches(passages):
                query = select(_EMBEDDINGS.c.passage, _EMBEDDINGS.c.digest).where(
                    _EMBEDDINGS.c.embedder == embedder, _EMBEDDINGS.c.passage.in_(batch)
                )
                found |= {row.passage: row.digest for row in connection.execute(query)}
        return found

    def wanted(self, sources: Collection[str] | None = None) -> Iterator[tuple[Source, Passage]]:
        """Every passage that ought to have a vector: of the current and incoming texts of what is not removed."""
        held = or_(
            _PASSAGES.c.document == _SOURCES.c.current_document, _PASSAGES.c.document == _SOURCES.c.incoming_document
        )
        query = select(_PASSAGES, _SOURCES.c.id.label("source")).join(_SOURCES, held).order_by(_PASSAGES.c.key)
        for batch in batches(sources if sources is not None else self._sources(), _TOGETHER):
            some = _SOURCES.c.id.in_(batch)
            with self._database.read() as connection:
                records = {row.id: source_of(row) for row in connection.execute(select(_SOURCES).where(some))}
                rows = connection.execute(query.where(some)).all()
            yield from ((records[row.source], passage_of(row)) for row in rows)

    def entries(self, embedder: str, passages: Collection[str] | None = None) -> Iterator[list[Entry]]:
        """Searchable passages that have a vector (all, or some), in lists of a bounded size."""
        chosen = list(passages) if passages is not None else self._searchable(embedder)
        for batch in batches(chosen):
            with self._database.read() as connection:
                rows = connection.execute(_searchable(embedder).where(_EMBEDDINGS.c.passage.in_(batch))).all()
            yield [
                Entry(
                    row.passage,
                    row.source,
                    row.space,
                    Role(row.role),
                    row.digest,
                    _array(row.vector),
                )
                for row in rows
            ]

    def places(self, embedder: str, sources: Collection[str] | None = None) -> dict[str, tuple[str, str, str, str]]:
        """What the index has to hold (of some sources, or of all): passage id to source, space, role and digest."""
        columns = (_EMBEDDINGS.c.passage, _SOURCES.c.id, _SOURCES.c.space, _SOURCES.c.role, _EMBEDDINGS.c.digest)
        query = _searchable(embedder).with_only_columns(*columns)
        some = [query] if sources is None else [query.where(_SOURCES.c.id.in_(batch)) for batch in batches(sources)]
        with self._database.read() as connection:
            rows = [row for query in some for row in connection.execute(query)]
        return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}

    def block(self, embedder: str, space: str, role: Role, *, dimensions: int) -> tuple[list[str], NDArray[np.float32]]:
        """All searchable vectors of one space and role: the passages' ids, and their vectors, shape (n, dimensions)."""
        columns = (_EMBEDDINGS.c.passage, _EMBEDDINGS.c.vector)
        query = _of_block(embedder, space, role).with_only_columns(*columns)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        stored = np.frombuffer(b"".join(row.vector for row in rows), _STORED)
        return [row.passage for row in rows], stored.astype(np.float32, copy=False).reshape(-1, dimensions)

    def seen(self, embedder: str, space: str, role: Role, *, most: int) -> int:
        """How many searchable vectors one space and role have; no more than ``most`` are counted."""
        some = _of_block(embedder, space, role).with_only_columns(_EMBEDDINGS.c.passage).limit(most)
        with self._database.read() as connection:
            return int(connection.execute(select(func.count()).select_from(some.subquery())).scalar_one())

    def visible(self, passages: Collection[str], spaces: Collection[str], role: Role | None) -> set[str]:
        """Which of these passages may be seen."""
        found: set[str] = set()
        held = _SOURCES.c.current_document == _PASSAGES.c.document
        with self._database.read() as connection:
            for batch in batches(passages):
                query = (
                    select(_PASSAGES.c.id).join(_SOURCES, held).where(ready_among(spaces), _PASSAGES.c.id.in_(batch))
                )
                if role:
                    query = query.where(_SOURCES.c.role == role.value)
                found |= set(connection.execute(query).scalars())
        return found

    def count(self, embedder: str) -> int:
        """How many vectors an embedder has here."""
        query = select(func.count()).where(_EMBEDDINGS.c.embedder == embedder)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def complete(self, embedder: str) -> bool:
        """Whether every searchable passage has a vector of this embedder."""
        passages = text("SELECT count(*) FROM searchable")
        vectors = select(func.count()).select_from(_searchable(embedder).subquery())
        with self._database.read() as connection:
            return bool(connection.execute(passages).scalar_one() == connection.execute(vectors).scalar_one())

    def _searchable(self, embedder: str) -> list[str]:
        with self._database.read() as connection:
            return list(connection.execute(_searchable(embedder).with_only_columns(_EMBEDDINGS.c.passage)).scalars())

    def _sources(self) -> list[str]:
        query = select(_SOURCES.c.id).where(_SOURCES.c.state != State.REMOVED.value).order_by(_SOURCES.c.id)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())


def _searchable(embedder: str) -> Select[tuple[object, ...]]:
    return (
        select(_EMBEDDINGS, _SOURCES.c.space, _SOURCES.c.role)
        .join(_PASSAGES, _PASSAGES.c.id == _EMBEDDINGS.c.passage)
        .join(
            _SOURCES, and_(_SOURCES.c.current_document == _PASSAGES.c.document, _SOURCES.c.id == _EMBEDDINGS.c.source)
        )
        .where(_SOURCES.c.state == State.READY.value, _EMBEDDINGS.c.embedder == embedder)
    )


def _of_block(embedder: str, space: str, role: Role) -> Select[tuple[object, ...]]:
    return _searchable(embedder).where(_SOURCES.c.space == clean(space), _SOURCES.c.role == role.value)


def _array(stored: bytes) -> NDArray[np.float32]:
    return np.frombuffer(stored, _STORED).astype(np.float32, copy=False)


def _values(embedder: str, vector: Vector) -> dict[str, object]:
    return {
        "passage": vector.passage,
        "embedder": embedder,
        "source": vector.source,
        "digest": vector.digest,
        "vector": np.ascontiguousarray(vector.values, _STORED).tobytes(),
    }
