"""What is kept beside the sources: who did what, people's feedback, and small settings."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, func, insert, select

from retrieval.errors import NotFound
from retrieval.store import schema
from retrieval.store.clean import clean, cleaned
from retrieval.store.database import Database
from retrieval.store.schema import now

PURGE_DUE = "purge due"
"""Setting: deleted content may still be in the files."""

_SALT = "salt of persons"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to which source, when (ISO 8601, UTC)."""

    at: str
    who: str
    what: str
    source: str | None
    space: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Feedback on one answer."""

    helpful: int
    unhelpful: int


class Audit:
    """The trail of changes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, who: str, what: str, space: str, source: str | None = None) -> None:
        """Adds an entry of its own; changes of sources note themselves in their own transaction."""
        with self._database.write() as connection:
            note(connection, who, what, space, source)

    def entries(self, spaces: Collection[str], limit: int = 50) -> list[AuditEntry]:
        """The latest entries of these spaces, newest first."""
        table = schema.audit
        query = select(table).where(table.c.space.in_([clean(space) for space in spaces]))
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(table.c.key.desc()).limit(limit)).all()
        return [AuditEntry(row.at, row.who, row.what, row.source, row.space) for row in rows]

    def page(self, space: str, before: int | None, limit: int) -> list[tuple[int, AuditEntry]]:
        """Entries of one space with their keys, newest first, from the one before a key on."""
        table = schema.audit
        query = select(table).where(table.c.space == clean(space))
        if before is not None:
            query = query.where(table.c.key < before)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(table.c.key.desc()).limit(limit)).all()
        return [(row.key, AuditEntry(row.at, row.who, row.what, row.source, row.space)) for row in rows]

    def expire(self, before: str) -> int:
        """Deletes the entries made before a moment (ISO 8601, UTC), but for each space's newest; returns how many.

        SQLite gives a new entry the highest key that there is and one more. So were the newest deleted, its key would
        be given again, and whoever remembers up to which key a log was told would take a new entry for a told one.
        """
        table = schema.audit
        newest = select(func.max(table.c.key)).group_by(table.c.space)
        old = and_(table.c.at < before, table.c.key.not_in(newest))
        with self._database.write() as connection:
            return connection.execute(delete(table).where(old)).rowcount


class Feedback:
    """Whether answers helped: one voice per person and answer, and no way to list who spoke."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, answer_id: str, spaces: Collection[str], person: str, helpful: bool, reason: str | None) -> None:
        """Keeps one person's word on an answer, in place of what the same person said before.

        Raises:
            NotFound: there is no such answer in these spaces.
        """
        table = schema.feedback
        with self._database.write() as connection:
            _require_answer(connection, answer_id, spaces)
            voice = _hashed(connection, person)
            connection.execute(delete(table).where(table.c.answer == answer_id, table.c.person == voice))
            values = {"answer": answer_id, "person": voice, "helpful": helpful, "reason": cleaned(reason)}
            connection.execute(insert(table).values(values | {"created_at": now()}))

    def tally(self, answer_id: str) -> Tally:
        """How many found an answer helpful, and how many not."""
        table = schema.feedback
        with self._database.read() as connection:
            voices = list(connection.execute(select(table.c.helpful).where(table.c.answer == answer_id)).scalars())
        return Tally(helpful=sum(voices), unhelpful=len(voices) - sum(voices))

    def forget(self, person: str) -> int:
        """Deletes everything one person said about answers; returns how much it was."""
        table = schema.feedback
        with self._database.write() as connection:
            return connection.execute(delete(table).where(table.c.person == _hashed(connection, person))).rowcount


class Settings:
    """Small values that outlive a process, such as the fingerprint of the published commands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """A value, or None."""
        with self._database.read() as connection:
            return kept(connection, key)

    def set(self, key: str, value: str | None) -> None:
        """Keeps a value; None forgets it."""
        self.set_all({key: value})

    def set_all(self, values: Mapping[str, str | None]) -> None:
        """Keeps or forgets several values, all or none."""
        with self._database.write() as connection:
            for key, value in values.items():
                keep(connection, key, value)

    def decide(self, space: str, who: str, values: Mapping[str, tuple[str, str | None]]) -> None:
        """Keeps what a space decided, with an audit entry for each value that is another now: all of it or none.

        Args:
            space: Whose log tells.
            who: Who decided.
            values: By name, what the entry calls it, and the value; None forgets that.
        """
        with self._database.write() as connection:
            for key, (called, value) in values.items():
                if kept(connection, key) == cleaned(value):
                    continue
                keep(connection, key, value)
                note(connection, who, f"{'cleared' if value is None else 'set'} the {called}", space)


def note(connection: Connection, who: str, what: str, space: str, source: str | None = None) -> None:
    """Adds an audit entry in the transaction of the change itself."""
    values = {"at": now(), "who": clean(who), "what": clean(what), "source": cleaned(source), "space": clean(space)}
    connection.execute(insert(schema.audit), values)


def said(connection: Connection, person: str) -> int:
    """On how many answers one person's word is kept; without a salt nobody has said anything yet."""
    salt, table = kept(connection, _SALT), schema.feedback
    if salt is None:
        return 0
    query = select(func.count()).select_from(table).where(table.c.person == _voice(salt, person))
    return int(connection.execute(query).scalar_one())


def kept(connection: Connection, key: str) -> str | None:
    """The value of a setting, or None."""
    value: str | None = connection.execute(
        select(schema.settings.c.value).where(schema.settings.c.key == clean(key))
    ).scalar_one_or_none()
    return value


def keep(connection: Connection, key: str, value: str | None) -> None:
    """Keeps a setting; None forgets it."""
    connection.execute(delete(schema.settings).where(schema.settings.c.key == clean(key)))
    if value is not None:
        connection.execute(insert(schema.settings).values(key=clean(key), value=clean(value)))


def _require_answer(connection: Connection, answer_id: str, spaces: Collection[str]) -> None:
    table = schema.answers
    query = select(table.c.id).where(table.c.id == clean(answer_id), table.c.space.in_([*map(clean, spaces)]))
    if connection.execute(query).first() is None:
        raise NotFound("There is no such answer here.")


def _hashed(connection: Connection, person: str) -> str:
    """A person under the salt of these records: equal within them, meaningless outside."""
    salt = kept(connection, _SALT)
    if salt is None:
        salt = secrets.token_hex(32)
        keep(connection, _SALT, salt)
    return _voice(salt, person)


def _voice(salt: str, person: str) -> str:
    return hmac.new(salt.encode(), clean(person).encode(), hashlib.sha256).hexdigest()
