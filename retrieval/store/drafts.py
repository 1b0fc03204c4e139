"""Drafts as they are kept between the steps of adding a source; ``retrieval.curate`` says what a body means."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from retrieval.errors import NotFound
from retrieval.store import schema
from retrieval.store.clean import clean
from retrieval.store.database import Database

GONE = "That draft is gone: it was cancelled, or is more than a day old; add the source again."
_DRAFTS = schema.drafts
_BARE = [column for column in _DRAFTS.c if column.name != "data"]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as stored; ``data`` is only read by those who go on with it."""

    id: str
    space: str
    who: str
    stage: str
    body: str
    created_at: str
    data: bytes | None = None
    untold: bool = False
    """Whether the place it came from has yet to hear how it stands."""


Refuse = Callable[[DraftRow], DraftRow]
"""What is kept of a draft for which there is no room; may raise, and then nothing is kept."""


class DraftRows:
    """Verbs on stored drafts. May be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, rows: Sequence[DraftRow], counted: Collection[str], most: int, refuse: Refuse) -> list[DraftRow]:
        """Keeps new drafts of one space, all in one transaction; returns them as they are kept.

        Args:
            rows: at least one.
            counted: stages at which a draft takes room.
            most: how many drafts of the space may stand at these.
            refuse: makes, of each that is one too many, what is kept instead.
        """
        kept: list[DraftRow] = []
        with self._database.write() as connection:
            room = most - _count(connection, rows[0].space, counted)
            for row in rows:
                takes = row.stage in counted
                kept.append(refuse(row) if takes and room <= 0 else row)
                room -= takes
            connection.execute(insert(_DRAFTS), [_values(row) for row in kept])
        return kept

    def get(self, draft_id: str, space: str) -> DraftRow:
        """A draft of this space; NotFound when there is none."""
        with self._database.read() as connection:
            row = connection.execute(select(_DRAFTS).where(_is(draft_id, space))).first()
        if row is None:
            raise NotFound(GONE)
        return replace(_bare(row), data=row.data)

    def move(
        self,
        draft_id: str,
        space: str,
        since: Collection[str],
        stage: str,
        body: str,
        data: bytes | None = None,
        untold: bool | None = None,
    ) -> bool:
        """Takes a draft to a stage, with what is known then, if it stands at one of ``since``; False when it does not.

        Two presses of a button are two moves, of which only one finds the draft where it was. ``untold`` stays as it
        is unless it is given.
        """
        at = and_(_is(draft_id, space), _DRAFTS.c.stage.in_(since))
        values = {"stage": stage, "body": body, "data": data} | ({} if untold is None else {"untold": untold})
        with self._database.write() as connection:
            return connection.execute(update(_DRAFTS).where(at).values(values)).rowcount == 1

    def told(self, ids: Collection[str], done: Collection[str]) -> None:
        """Takes note that of these drafts the places they came from know; those at ``done`` have no more to say."""
        these = _DRAFTS.c.id.in_(ids)
        with self._database.write() as connection:
            connection.execute(delete(_DRAFTS).where(these, _DRAFTS.c.stage.in_(done)))
            connection.execute(update(_DRAFTS).where(these).values(untold=False))

    def drop(self, draft_id: str, space: str, since: Collection[str]) -> bool:
        """Deletes a draft if it stands at one of these stages; returns whether it did."""
        at = and_(_is(draft_id, space), _DRAFTS.c.stage.in_(since))
        with self._database.write() as connection:
            return connection.execute(delete(_DRAFTS).where(at)).rowcount == 1

    def at(self, stages: Collection[str]) -> list[DraftRow]:
        """The drafts at these stages, in every space, oldest first, without their data."""
        query = select(*_BARE).where(_DRAFTS.c.stage.in_(stages)).order_by(_DRAFTS.c.created_at)
        with self._database.read() as connection:
            return [_bare(row) for row in connection.execute(query)]

    def untold(self, stages: Collection[str], besides: Collection[str] = ()) -> list[DraftRow]:
        """The drafts at these stages that are untold or among ``besides``, as ``at`` gives them."""
        some = or_(_DRAFTS.c.untold, _DRAFTS.c.id.in_(besides))
        query = select(*_BARE).where(_DRAFTS.c.stage.in_(stages), some).order_by(_DRAFTS.c.created_at)
        with self._database.read() as connection:
            return [_bare(row) for row in connection.execute(query)]

    def newest(self, space: str, stages: Collection[str], *, first: str, limit: int) -> list[DraftRow]:
        """The newest drafts of a space at these stages, without their data; the person ``first`` has theirs first."""
        here = and_(_DRAFTS.c.space == clean(space), _DRAFTS.c.stage.in_(stages))
        query = select(*_BARE).where(here).limit(limit)
        query = query.order_by((_DRAFTS.c.who == clean(first)).desc(), _DRAFTS.c.created_at.desc())
        with self._database.read() as connection:
            return [_bare(row) for row in connection.execute(query)]

    def count(self, space: str, stages: Collection[str]) -> int:
        """How many drafts of a space stand at these stages."""
        with self._database.read() as connection:
            return _count(connection, space, stages)

    def expire(self, before: str, spared: Collection[str], epitaph: Callable[[DraftRow], DraftRow | None]) -> int:
        """Deletes the drafts made before a moment (ISO 8601, UTC), but for those at ``spared``; returns how many.

        ``epitaph`` says what is kept in a draft's place, if anything is.
        """
        old = and_(_DRAFTS.c.created_at < before, _DRAFTS.c.stage.not_in(spared))
        with self._database.write() as connection:
            gone = connection.execute(select(_DRAFTS.c.id).where(old)).scalars().all()
            for draft_id in gone:  # one by one, since a body can be large
                this = _DRAFTS.c.id == draft_id
                left = epitaph(_bare(connection.execute(select(*_BARE).where(this)).one()))
                connection.execute(delete(_DRAFTS).where(this))
                if left:
                    connection.execute(insert(_DRAFTS).values(_values(left)))
        return len(gone)


def _values(row: DraftRow) -> dict[str, Any]:
    return asdict(row) | {"space": clean(row.space), "who": clean(row.who)}


def _count(connection: Connection, space: str, stages: Collection[str]) -> int:
    here = and_(_DRAFTS.c.space == clean(space), _DRAFTS.c.stage.in_(stages))
    return int(connection.execute(select(func.count(_DRAFTS.c.id)).where(here)).scalar_one())


def _bare(row: Row[Any]) -> DraftRow:
    return DraftRow(row.id, row.space, row.who, row.stage, row.body, row.created_at, untold=row.untold)


def _is(draft_id: str, space: str) -> ColumnElement[bool]:
    return and_(_DRAFTS.c.id == clean(draft_id), _DRAFTS.c.space == clean(space))
