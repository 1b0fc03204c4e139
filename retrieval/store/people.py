"""What is kept about a person beside the sources, and its removal from every table."""

from __future__ import annotations

import json

from sqlalchemy import delete, func, update

from retrieval.store import journal, schema
from retrieval.store.clean import clean
from retrieval.store.database import Database

FORGOTTEN = "somebody who asked to be forgotten"
"""What the log says in place of a person's id."""


class People:
    """Forgets. Feedback is under a hash of its own (``journal.Feedback``) and not among what is deleted here."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self, person: str) -> int:
        """Deletes a person's drafts and takes their id out of the log, the sources and the answers that quote these.

        What they did stays in the log, without who it was. ``Records.purge`` then empties the files.

        Returns:
            How many entries that were.
        """
        name, answers = clean(person), schema.answers
        # Answers are kept as JSON (see codec), in which a source's record says who added it.
        said, unsaid = f'"added_by":{json.dumps(name)}', '"added_by":null'
        statements = (
            delete(schema.drafts).where(schema.drafts.c.who == name),
            update(schema.audit).where(schema.audit.c.who == name).values(who=FORGOTTEN),
            update(schema.sources).where(schema.sources.c.added_by == name).values(added_by=None),
            update(answers)
            .where(answers.c.body.contains(said, autoescape=True))
            .values(body=func.replace(answers.c.body, said, unsaid)),
        )
        with self._database.write() as connection:
            count = sum(connection.execute(statement).rowcount for statement in statements)
            if count:
                journal.keep(connection, journal.PURGE_DUE, "1")
        return count
