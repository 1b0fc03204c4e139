"""Drafts as they are kept between the steps of adding a source; ``retrieval.curate`` says what a body means."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from retrieval.errors import NotFound
from retrieval.store import schema
from retrieval.store.clean import clean
from retrieval.store.database import Database

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


class DraftRows:
    """Verbs on stored drafts. May be called from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, row: DraftRow) -> None:
        """Keeps a new draft."""
        values = {"id": row.id, "space": clean(row.space), "who": clean(row.who), "stage": row.stage}
        values |= {"body": row.body, "created_at": row.created_at}
        with self._database.write() as connection:
            connection.execute(insert(_DRAFTS).values(values | {"data": row.data}))

    def get(self, draft_id: str, space: str) -> DraftRow:
        """A draft of this space; NotFound when there is none."""
        with self._database.read() as connection:
            row = connection.execute(select(_DRAFTS).where(_is(draft_id, space))).first()
        if row is None:
            raise NotFound("That draft is gone: it was cancelled, or is more than a day old; add the source again.")
        return DraftRow(row.id, row.space, row.who, row.stage, row.body, row.created_at, row.data)

    def move(
        self, draft_id: str, space: str, since: Collection[str], stage: str, body: str, data: bytes | None = None
    ) -> bool:
        """Takes a draft to a stage, with what is known then, if it stands at one of ``since``; False when it does not.

        Two presses of a button are two moves, of which only one finds the draft where it was.
        """
        at = and_(_is(draft_id, space), _DRAFTS.c.stage.in_(since))
        with self._database.write() as connection:
            moved = connection.execute(update(_DRAFTS).where(at).values(stage=stage, body=body, data=data))
            return moved.rowcount == 1

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

    def newest(self, space: str, stages: Collection[str], *, first: str, limit: int) -> list[DraftRow]:
        """The newest drafts of a space at these stages, without their data; the person ``first`` has theirs first."""
        here = and_(_DRAFTS.c.space == clean(space), _DRAFTS.c.stage.in_(stages))
        query = select(*_BARE).where(here).limit(limit)
        query = query.order_by((_DRAFTS.c.who == clean(first)).desc(), _DRAFTS.c.created_at.desc())
        with self._database.read() as connection:
            return [_bare(row) for row in connection.execute(query)]

    def count(self, space: str, stages: Collection[str]) -> int:
        """How many drafts of a space stand at these stages."""
        here = and_(_DRAFTS.c.space == clean(space), _DRAFTS.c.stage.in_(stages))
        with self._database.read() as connection:
            return int(connection.execute(select(func.count(_DRAFTS.c.id)).where(here)).scalar_one())

    def expire(self, before: str, spared: Collection[str] = ()) -> int:
        """Deletes the drafts made before a moment (ISO 8601, UTC), but for those at ``spared``; returns how many."""
        old = and_(_DRAFTS.c.created_at < before, _DRAFTS.c.stage.not_in(spared))
        with self._database.write() as connection:
            return connection.execute(delete(_DRAFTS).where(old)).rowcount


def _bare(row: Row[Any]) -> DraftRow:
    return DraftRow(row.id, row.space, row.who, row.stage, row.body, row.created_at)


def _is(draft_id: str, space: str) -> ColumnElement[bool]:
    return and_(_DRAFTS.c.id == clean(draft_id), _DRAFTS.c.space == clean(space))
