"""What is kept about a person beside the sources: how much that is, and its removal from every table."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, Table, delete, func, or_, select, update
from sqlalchemy.sql import ColumnElement, Update

from retrieval.store import journal, schema
from retrieval.store.clean import clean
from retrieval.store.database import Database

FORGOTTEN = "somebody who asked to be forgotten"
"""What the log says in place of a person's id."""
_NAMED = {"added_by": None, "actor": FORGOTTEN}
"""The fields of kept JSON that hold a person, and what they hold instead; see ``_unnamed``."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How much is kept about one person, in all spaces together."""

    drafts: int
    """What they handed in and has not expired yet."""
    log: int
    sources: int
    """Sources that they added, removed ones included."""
    answers: int
    """Kept answers in which the record of a source says that they added it."""
    previews: int
    """Drafts of others that say so, or that they confirmed."""
    feedback: int
    """Answers of which they said whether they helped."""


class People:
    """Counts and forgets. Feedback is under a hash of its own (``journal.Feedback``): counted here, deleted there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def kept(self, person: str) -> Kept:
        """How much is kept about a person. Reads only, and makes no new mark of them."""
        name, drafts = clean(person), schema.drafts
        with self._database.read() as connection:
            return Kept(
                drafts=_count(connection, drafts, drafts.c.who == name),
                log=_count(connection, schema.audit, schema.audit.c.who == name),
                sources=_count(connection, schema.sources, schema.sources.c.added_by == name),
                answers=_count(connection, schema.answers, _names(schema.answers, name)),
                previews=_count(connection, drafts, drafts.c.who != name, _names(drafts, name)),
                feedback=journal.said(connection, person),
            )

    def forget(self, person: str) -> int:
        """Deletes a person's drafts and takes their id out of the log, the sources, and others' answers and drafts.

        What they did stays in the log, without who it was. ``Records.purge`` then empties the files.

        Returns:
            How many entries that were.
        """
        name = clean(person)
        statements = (
            delete(schema.drafts).where(schema.drafts.c.who == name),
            update(schema.audit).where(schema.audit.c.who == name).values(who=FORGOTTEN),
            update(schema.sources).where(schema.sources.c.added_by == name).values(added_by=None),
            _unnamed(schema.answers, name),
            _unnamed(schema.drafts, name),
        )
        with self._database.write() as connection:
            count = sum(connection.execute(statement).rowcount for statement in statements)
            if count:
                journal.keep(connection, journal.PURGE_DUE, "1")
        return count


def unnamed(body: str, person: str) -> str:
    """A draft's body as ``People.forget`` leaves it, for one that was in hand while the person was forgotten."""
    for field, word in _NAMED.items():
        body = body.replace(_said(field, clean(person)), _said(field, word))
    return body


def _count(connection: Connection, table: Table, *where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one())


def _unnamed(table: Table, name: str) -> Update:
    """Takes a person out of a table's bodies: JSON (see ``codec``), in which a source's record says who added it.

    Somebody else's draft may be a new version of the person's source, be much like it, or have been confirmed by the
    person. Who confirmed is replaced by a word, not by nothing: then whoever handed it in would be taken for them. The
    same letters in a text are left alone, since quotation marks are escaped there.
    """
    bare: ColumnElement[str] = table.c.body
    for field, word in _NAMED.items():
        bare = func.replace(bare, _said(field, name), _said(field, word))
    return update(table).where(_names(table, name)).values(body=bare)


def _names(table: Table, name: str) -> ColumnElement[bool]:
    """That a table's body holds a person."""
    return or_(*(table.c.body.contains(_said(field, name), autoescape=True) for field in _NAMED))


def _said(field: str, value: str | None) -> str:
    return f'"{field}":{json.dumps(value)}'
