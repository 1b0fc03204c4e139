"""Which kept answer belongs to which question, as long as everything that it rests on stays the same."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from sqlalchemy import delete, insert, select

from retrieval.store import codec, schema
from retrieval.store.clean import clean
from retrieval.store.database import Database
from retrieval.store.versions import ready
from retrieval.types import Answer

_ANSWERS, _REUSE, _SOURCES = schema.answers, schema.reuse, schema.sources


class Reusable:
    """Verbs on answers that may be given again; they go when the answer goes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, key: str, space: str) -> Answer | None:
        """The answer kept under a key in this very space, or None."""
        query = (
            select(_ANSWERS.c.body)
            .join(_REUSE, _REUSE.c.answer == _ANSWERS.c.id)
            .where(_REUSE.c.key == key, _ANSWERS.c.space == clean(space))
        )
        with self._database.read() as connection:
            body = connection.execute(query).scalar_one_or_none()
        return None if body is None else codec.read(Answer, body)

    def keep(self, key: str, answer_id: str) -> None:
        """Lets a kept answer be found under a key, in place of an earlier one."""
        with self._database.write() as connection:
            connection.execute(delete(_REUSE).where(_REUSE.c.key == key))
            connection.execute(insert(_REUSE).values(key=key, answer=clean(answer_id)))

    def revision(self, spaces: Collection[str]) -> str:
        """A digest of everything that these spaces see: another one as soon as any text, claim or record changes."""
        columns = (_SOURCES.c.id, _SOURCES.c.current_document, _SOURCES.c.changed_at)
        query = select(*columns).where(ready(spaces)).order_by(_SOURCES.c.id)
        digest = hashlib.sha256()
        with self._database.read() as connection:
            for row in connection.execute(query):
                digest.update(repr(tuple(row)).encode("utf-8", "replace"))
        return digest.hexdigest()
