"""The records of sources: what was put, what answers questions, what was removed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, func, or_, select, update
from sqlalchemy.sql import ColumnElement

from retrieval.store import fulltext, journal, schema, versions
from retrieval.store.clean import clean, clean_document
from retrieval.store.database import Database, batches
from retrieval.store.schema import State, now
from retrieval.store.versions import Change, check, ready, row_of, source_of
from retrieval.types import Document, Role, Source

_SOURCES, _PASSAGES = schema.sources, schema.passages


@dataclass(frozen=True, slots=True)
class Removed:
    """A source that is out of sight and can still be restored. ``removed_at`` is ISO 8601 in UTC."""

    source: Source
    removed_at: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How much can be searched."""

    sources: int
    passages: int


class Sources:
    """Verbs on the records of sources. All of them may be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changes = 0
        self._counted: dict[tuple[frozenset[str], Role | None], tuple[int, Counts]] = {}
        """What was counted, and after how many changes: each question counts, and counting takes long among many."""

    def put(self, documents: Sequence[Document], actor: str) -> list[Change]:
        """Keeps documents, all or none: pending until ``settle``, untouched where nothing is new.

        Raises:
            ValueError: a document contradicts itself (a passage that is not the text at its place).
            Refused: a source of another space has this id.
        """
        cleaned = [clean_document(document) for document in documents]
        for document in cleaned:
            check(document)
        with self._change() as connection:
            return [versions.put(connection, document, clean(actor)) for document in cleaned]

    def settle(self, source_ids: Sequence[str]) -> None:
        """Makes incoming documents current: from here on they answer questions."""
        with self._change() as connection:
            for source_id in source_ids:
                with fulltext.rewritten(connection, source_id):
                    versions.settle(connection, source_id)

    def fail(self, source_id: str, why: str) -> None:
        """Notes that an incoming document could not be made searchable; an earlier version goes on answering."""
        with self._change() as connection:
            row = row_of(connection, _SOURCES.c.id == source_id)
            if row.incoming_document is None:
                return
            state = State.READY if row.state == State.READY.value else State.FAILED
            values = {"state": state.value, "why": clean(why)}
            connection.execute(update(_SOURCES).where(_SOURCES.c.id == source_id).values(values))

    def unfinished(self) -> list[str]:
        """Ids of sources with a document that is kept but not yet searchable, oldest change first."""
        waiting = and_(_SOURCES.c.incoming_document.is_not(None), _SOURCES.c.state != State.REMOVED.value)
        query = select(_SOURCES.c.id).where(waiting).order_by(_SOURCES.c.changed_at)
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def state(self, source_id: str) -> tuple[State, str | None]:
        """The state of a source and, when it failed, why; NotFound when there is no such source."""
        with self._database.read() as connection:
            row = row_of(connection, _SOURCES.c.id == source_id)
        return State(row.state), row.why

    def get(self, source_id: str, spaces: Collection[str]) -> Source:
        """A ready source, if it is visible in these spaces; else NotFound."""
        with self._database.read() as connection:
            return source_of(row_of(connection, and_(_SOURCES.c.id == clean(source_id), ready(spaces))))

    def space_of(self, source_id: str) -> str | None:
        """The space that an id belongs to, in whatever state; None when it is free. Not to be told to anybody."""
        query = select(_SOURCES.c.space).where(_SOURCES.c.id == clean(source_id))
        with self._database.read() as connection:
            space: str | None = connection.execute(query).scalar_one_or_none()
        return space

    def spaces(self, source_ids: Collection[str]) -> set[str]:
        """The spaces that sources belong to, in whatever state they are. For the store's own use."""
        found: set[str] = set()
        with self._database.read() as connection:
            for batch in batches(source_ids):
                query = select(_SOURCES.c.space).where(_SOURCES.c.id.in_([clean(one) for one in batch])).distinct()
                found |= set(connection.execute(query).scalars())
        return found

    def titles(self, source_ids: Collection[str], space: str) -> dict[str, str]:
        """The titles of a space's own sources, in whatever state, by id; ids of others are left out."""
        query = select(_SOURCES.c.id, _SOURCES.c.title).where(
            _SOURCES.c.id.in_([clean(source_id) for source_id in source_ids]), _SOURCES.c.space == clean(space)
        )
        with self._database.read() as connection:
            return {row.id: row.title for row in connection.execute(query)}

    def visible(self, spaces: Collection[str], role: Role | None = None) -> list[Source]:
        """The ready sources of these spaces, in the order of their titles."""
        query = select(_SOURCES).where(ready(spaces)).order_by(_SOURCES.c.title, _SOURCES.c.id)
        if role:
            query = query.where(_SOURCES.c.role == role.value)
        with self._database.read() as connection:
            return [source_of(row) for row in connection.execute(query)]

    def counts(self, spaces: Collection[str], role: Role | None = None) -> Counts:
        """How many ready sources and passages these spaces see."""
        changes, asked = self._changes, (frozenset(spaces), role)
        known = self._counted.get(asked)
        if known is None or known[0] != changes:
            known = self._counted[asked] = (changes, self._count(spaces, role))
        return known[1]

    def removed(self, space: str, before: str | None = None) -> list[Removed]:
        """What was removed from a space (before a moment, if given) and is not erased yet, latest first."""
        query = select(_SOURCES).where(_SOURCES.c.state == State.REMOVED.value, _SOURCES.c.space == clean(space))
        if before:
            query = query.where(_SOURCES.c.removed_at < before)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(_SOURCES.c.removed_at.desc())).all()
        return [Removed(source_of(row), row.removed_at) for row in rows]

    def expired(self, before: str) -> list[tuple[str, str]]:
        """(source, space) of everything removed before a moment and not erased yet."""
        query = select(_SOURCES.c.id, _SOURCES.c.space).where(
            _SOURCES.c.state == State.REMOVED.value, _SOURCES.c.removed_at < before
        )
        with self._database.read() as connection:
            return [(row.id, row.space) for row in connection.execute(query)]

    def remove(self, source_id: str, space: str, actor: str) -> Source:
        """Takes a source of this very space out of sight; ``restore`` brings it back. NotFound when there is none."""
        states = (State.READY.value, State.PENDING.value, State.FAILED.value)
        with self._change() as connection:
            row = row_of(connection, _own(source_id, space, states))
            with fulltext.rewritten(connection, row.id):
                values = {"state": State.REMOVED.value, "removed_at": now(), "changed_at": now()}
                connection.execute(update(_SOURCES).where(_SOURCES.c.id == row.id).values(values))
            journal.note(connection, actor, "removed", row.space, row.id)
        return source_of(row)

    def restore(self, source_id: str, space: str, actor: str) -> Source:
        """Brings a removed source back, pending until ``settle``; NotFound when none was removed."""
        with self._change() as connection:
            row = row_of(connection, _own(source_id, space, (State.REMOVED.value,)))
            values = {
                "state": State.PENDING.value,
                "removed_at": None,
                "changed_at": now(),
                "incoming_document": row.incoming_document or row.current_document,
            }
            connection.execute(update(_SOURCES).where(_SOURCES.c.id == row.id).values(values))
            journal.note(connection, actor, "restored", row.space, row.id)
        return source_of(row)

    def erase(self, source_id: str, space: str, actor: str) -> None:
        """Deletes a source, all its versions, and every answer that holds anything of it, a record or a claim included.

        ``Records.purge`` then empties the files.
        """
        with self._change() as connection:
            row = row_of(connection, _own(source_id, space, tuple(State)))
            with fulltext.rewritten(connection, row.id):
                connection.execute(delete(schema.answers).where(_holds(row.id)))
                connection.execute(delete(_SOURCES).where(_SOURCES.c.id == row.id))
            journal.note(connection, actor, "erased", row.space, row.id)
            journal.keep(connection, journal.PURGE_DUE, "1")

    @contextmanager
    def _change(self) -> Iterator[Connection]:
        """A transaction after which what was counted no longer counts."""
        try:
            with self._database.write() as connection:
                yield connection
        finally:
            self._changes += 1

    def _count(self, spaces: Collection[str], role: Role | None) -> Counts:
        query = (
            select(func.count(_SOURCES.c.id.distinct()), func.count(_PASSAGES.c.key))
            .select_from(_SOURCES)
            .outerjoin(_PASSAGES, _PASSAGES.c.document == _SOURCES.c.current_document)
            .where(ready(spaces))
        )
        if role:
            query = query.where(_SOURCES.c.role == role.value)
        with self._database.read() as connection:
            found = connection.execute(query).one()
        return Counts(sources=found[0], passages=found[1])


def _own(source_id: str, space: str, states: Collection[str]) -> ColumnElement[bool]:
    return and_(_SOURCES.c.id == clean(source_id), _SOURCES.c.space == clean(space), _SOURCES.c.state.in_(states))


def _holds(source_id: str) -> ColumnElement[bool]:
    """The condition under which a kept answer holds anything of a source: a quote, its record, one of its claims."""
    table = schema.answers
    cited = select(schema.citations.c.answer).where(schema.citations.c.source == source_id)
    claim = f'"source":{json.dumps(source_id)}'  # answers are kept as JSON, see codec
    return or_(table.c.id.in_(cited), table.c.article == source_id, table.c.body.contains(claim, autoescape=True))
