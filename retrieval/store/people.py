"""What is kept about a person beside the sources, and its removal from every table."""

from __future__ import annotations

import json

from sqlalchemy import Table, delete, func, or_, update
from sqlalchemy.sql import ColumnElement, Update

from retrieval.store import journal, schema
from retrieval.store.clean import clean
from retrieval.store.database import Database

FORGOTTEN = "somebody who asked to be forgotten"
"""What the log says in place of a person's id."""
_NAMED = {"added_by": None, "actor": FORGOTTEN}
"""The fields of kept JSON that hold a person, and what they hold instead; see ``_unnamed``."""


class People:
    """Forgets. Feedback is under a hash of its own (``journal.Feedback``) and not among what is deleted here."""

    def __init__(self, database: Database) -> None:
        self._database = database

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


def _unnamed(table: Table, name: str) -> Update:
    """Takes a person out of a table's bodies: JSON (see ``codec``), in which a source's record says who added it.

    Somebody else's draft may be a new version of the person's source, be much like it, or have been confirmed by the
    person. Who confirmed is replaced by a word, not by nothing: then whoever handed it in would be taken for them. The
    same letters in a text are left alone, since quotation marks are escaped there.
    """
    body = table.c.body
    said = {f'"{field}":{json.dumps(name)}': f'"{field}":{json.dumps(word)}' for field, word in _NAMED.items()}
    bare: ColumnElement[str] = body
    for words, instead in said.items():
        bare = func.replace(bare, words, instead)
    return update(table).where(or_(*(body.contains(words, autoescape=True) for words in said))).values(body=bare)
