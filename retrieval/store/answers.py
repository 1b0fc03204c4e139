"""Answers as they were given, for the buttons under them: a button reads, it never runs a model."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, func, insert, select, update

from retrieval.errors import NotFound
from retrieval.store import codec, schema
from retrieval.store.clean import clean
from retrieval.store.database import Database
from retrieval.store.schema import now
from retrieval.types import Answer

_ANSWERS, _CITATIONS = schema.answers, schema.citations


class Answers:
    """Verbs on kept answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, answer: Answer, space: str) -> None:
        """Keeps an answer for the space it was given in; the same id again replaces it, and its feedback stays."""
        values = {
            "id": clean(answer.id),
            "space": clean(space),
            "article": clean(answer.article.id) if answer.article else None,
            "body": codec.write(answer),
            "created_at": now(),
        }
        cited = [
            {"answer": values["id"], "label": clean(citation.label), "source": clean(citation.source.id)}
            | {"passage": clean(citation.passage)}
            for citation in answer.citations
        ]
        with self._database.write() as connection:
            changed = connection.execute(update(_ANSWERS).where(_ANSWERS.c.id == values["id"]).values(values))
            if not changed.rowcount:
                connection.execute(insert(_ANSWERS).values(values))
            connection.execute(delete(_CITATIONS).where(_CITATIONS.c.answer == values["id"]))
            if cited:
                connection.execute(insert(_CITATIONS), cited)

    def get(self, answer_id: str, spaces: Collection[str]) -> Answer:
        """The answer, exactly as kept; NotFound when there is none in these spaces."""
        query = select(_ANSWERS.c.body).where(
            _ANSWERS.c.id == clean(answer_id), _ANSWERS.c.space.in_([*map(clean, spaces)])
        )
        with self._database.read() as connection:
            body = connection.execute(query).scalar_one_or_none()
        if body is None:
            raise NotFound("That answer is not kept any more: ask again.")
        return codec.read(Answer, body)

    def cited(self, source_id: str, spaces: Collection[str]) -> int:
        """How many kept answers of these spaces quote a source."""
        query = (
            select(func.count(_CITATIONS.c.answer.distinct()))
            .join(_ANSWERS, _ANSWERS.c.id == _CITATIONS.c.answer)
            .where(_CITATIONS.c.source == clean(source_id), _ANSWERS.c.space.in_([*map(clean, spaces)]))
        )
        with self._database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def forget(self, before: str) -> int:
        """Deletes answers kept before a moment (ISO 8601, UTC); returns how many."""
        with self._database.write() as connection:
            return connection.execute(delete(_ANSWERS).where(_ANSWERS.c.created_at < before)).rowcount
