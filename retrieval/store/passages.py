"""Reading what sources hold: passages, their neighbours, claims, whole texts. Nothing here sees another space."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, Row, Select, func, or_, select

from retrieval.errors import NotFound
from retrieval.store import codec, fulltext, likeness, schema
from retrieval.store.clean import clean
from retrieval.store.database import Database, batches
from retrieval.store.versions import ready, ready_among, source_of
from retrieval.types import Claim, Document, Passage, Role, Source

_SOURCES, _DOCUMENTS, _PASSAGES, _CLAIMS = schema.sources, schema.documents, schema.passages, schema.claims
_CURRENT = _SOURCES.c.current_document == _DOCUMENTS.c.id


class Passages:
    """Verbs on passages, claims and texts. ``spaces`` are always those that the reader may see."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_ids(self, ids: Iterable[str], spaces: Collection[str]) -> list[Passage]:
        """Searchable passages in the order of ``ids``; those that are gone or not visible are left out."""
        wanted = list(dict.fromkeys(map(clean, ids)))
        found: dict[str, Passage] = {}
        with self._database.read() as connection:
            for batch in batches(wanted):
                query = _all().where(ready_among(spaces), _CURRENT, _PASSAGES.c.id.in_(batch))
                found |= {row.id: passage_of(row) for row in connection.execute(query)}
        return [found[passage] for passage in wanted if passage in found]

    def with_sources(self, ids: Iterable[str], spaces: Collection[str]) -> list[tuple[Passage, Source]]:
        """As ``by_ids``, each passage with the record of its source."""
        passages = self.by_ids(ids, spaces)
        owners: dict[str, Source] = {}
        with self._database.read() as connection:
            for batch in batches({passage.source for passage in passages}):
                query = select(_SOURCES).where(_SOURCES.c.id.in_(batch), ready_among(spaces))
                owners |= {row.id: source_of(row) for row in connection.execute(query)}
        return [(passage, owners[passage.source]) for passage in passages if passage.source in owners]

    def of_source(self, source_id: str, spaces: Collection[str]) -> list[Passage]:
        """The passages of a source in reading order; NotFound when it is not visible."""
        with self._database.read() as connection:
            _require(connection, source_id, spaces)
            query = _visible(spaces).where(_CURRENT, _SOURCES.c.id == clean(source_id))
            return [passage_of(row) for row in connection.execute(query.order_by(_PASSAGES.c.ordinal))]

    def around(
        self, passage_id: str, spaces: Collection[str], *, before: int = 1, after: int = 1, quote: str | None = None
    ) -> tuple[list[Passage], Passage, list[Passage]]:
        """A passage between its neighbours, in reading order.

        Args:
            passage_id: The passage.
            spaces: The spaces seen.
            before: So many passages before it.
            after: So many after it.
            quote: Text that it must hold. A source that has changed keeps earlier versions; this finds the version
                that was quoted, the current one first.

        Raises:
            NotFound: no version that is visible holds it.
        """
        with self._database.read() as connection:
            row = _version(connection, passage_id, spaces, quote)
            near = _all().where(
                ready_among(spaces),
                _DOCUMENTS.c.id == row.document,
                _PASSAGES.c.ordinal.between(row.ordinal - before, row.ordinal + after),
            )
            found = [passage_of(line) for line in connection.execute(near.order_by(_PASSAGES.c.ordinal))]
        middle = next(passage for passage in found if passage.ordinal == row.ordinal)
        place = found.index(middle)
        return found[:place], middle, found[place + 1 :]

    def text(self, source_id: str, spaces: Collection[str]) -> str:
        """The current text of a source; NotFound when it is not visible."""
        with self._database.read() as connection:
            return _text(connection, _require(connection, source_id, spaces).current_document)

    def document(self, source_id: str, spaces: Collection[str]) -> Document:
        """A source with its current text, passages and claims, as it was put; NotFound when it is not visible."""
        with self._database.read() as connection:
            row = _require(connection, source_id, spaces)
            return _document(connection, row, row.current_document)

    def incoming(self, source_id: str) -> Document | None:
        """The document that waits to become current, or None. For the store's own use: no space is asked for."""
        with self._database.read() as connection:
            row = connection.execute(select(_SOURCES).where(_SOURCES.c.id == source_id)).first()
            if row is None or row.incoming_document is None:
                return None
            return _document(connection, row, row.incoming_document)

    def claims(self, spaces: Collection[str], source_id: str | None = None) -> list[Claim]:
        """The claims of the visible articles (or of one), in the order of the articles' titles and their own."""
        query = (
            select(_CLAIMS.c.body)
            .join(_SOURCES, _SOURCES.c.current_document == _CLAIMS.c.document)
            .where(ready(spaces))
            .order_by(_SOURCES.c.title, _SOURCES.c.id, _CLAIMS.c.ordinal)
        )
        if source_id is not None:
            query = query.where(_SOURCES.c.id == clean(source_id))
        with self._database.read() as connection:
            return [codec.read(Claim, body) for body in connection.execute(query).scalars()]

    def lexical(
        self,
        query: str,
        spaces: Collection[str],
        role: Role | None = None,
        limit: int = 30,
    ) -> list[tuple[str, float]]:
        """Full-text search: (passage id, BM25 score, higher is better), best first. Any string is a fine query.

        A word that stands nowhere also finds what it was probably meant to be.
        """
        with self._database.read() as connection:
            return fulltext.search(connection, query, [clean(space) for space in spaces], role, limit)

    def alike(self, texts: Iterable[str], spaces: Collection[str], limit: int) -> list[tuple[str, float]]:
        """The visible sources that share most runs of words with some passages: (id, about what share), most first."""
        wanted = likeness.looked_up(texts)
        shingles = schema.shingles
        query = (
            select(_SOURCES.c.id, func.count(shingles.c.hash.distinct()).label("shared"))
            .select_from(shingles)
            .join(_PASSAGES, _PASSAGES.c.key == shingles.c.passage)
            .join(_SOURCES, _SOURCES.c.current_document == _PASSAGES.c.document)
            .where(ready_among(spaces))
            .group_by(_SOURCES.c.id)
        )
        found = Counter[str]()
        with self._database.read() as connection:
            for batch in batches(wanted):
                rows = connection.execute(query.where(shingles.c.hash.in_(batch)))
                found.update({row.id: row.shared for row in rows})
        return [(source, count / len(wanted)) for source, count in found.most_common(limit)]

    def full_text_consistent(self) -> bool:
        """Whether the full text holds exactly what is searchable."""
        with self._database.write() as connection:
            return fulltext.consistent(connection)


def passage_of(row: Row[tuple[object, ...]]) -> Passage:
    """A passage from its row (with the column ``source`` beside its own)."""
    return Passage(
        id=row.id,
        source=row.source,
        ordinal=row.ordinal,
        start=row.starts,
        end=row.ends,
        text=row.text,
        heading=row.heading,
        paragraph=row.paragraph,
        body_paragraph=row.body_paragraph,
        page=row.page,
    )


def _all() -> Select[tuple[object, ...]]:
    return (
        select(_PASSAGES, _DOCUMENTS.c.source)
        .join(_DOCUMENTS, _DOCUMENTS.c.id == _PASSAGES.c.document)
        .join(_SOURCES, _SOURCES.c.id == _DOCUMENTS.c.source)
    )


def _visible(spaces: Collection[str]) -> Select[tuple[object, ...]]:
    return _all().where(ready(spaces))


def _require(connection: Connection, source_id: str, spaces: Collection[str]) -> Row[tuple[object, ...]]:
    row = connection.execute(select(_SOURCES).where(_SOURCES.c.id == clean(source_id), ready(spaces))).first()
    if row is None:
        raise NotFound("There is no such source here.")
    return row


def _version(
    connection: Connection, passage_id: str, spaces: Collection[str], quote: str | None
) -> Row[tuple[object, ...]]:
    answered = or_(_CURRENT, _DOCUMENTS.c.superseded_at.is_not(None))
    query = _all().where(ready_among(spaces), _PASSAGES.c.id == clean(passage_id), answered)
    newest_first = query.order_by(_CURRENT.desc(), _DOCUMENTS.c.superseded_at.desc())
    for row in connection.execute(newest_first):
        if quote is None or clean(quote) in row.text:
            return row
    raise NotFound("That passage is not here any more.")


def _document(connection: Connection, row: Row[tuple[object, ...]], version: str) -> Document:
    passages = _all().where(_DOCUMENTS.c.id == version).order_by(_PASSAGES.c.ordinal)
    claims = select(_CLAIMS.c.body).where(_CLAIMS.c.document == version).order_by(_CLAIMS.c.ordinal)
    bodies: Sequence[str] = connection.execute(claims).scalars().all()
    return Document(
        source=source_of(row),
        text=_text(connection, version),
        passages=tuple(passage_of(line) for line in connection.execute(passages)),
        claims=tuple(codec.read(Claim, body) for body in bodies),
    )


def _text(connection: Connection, version: str) -> str:
    return str(connection.execute(select(_DOCUMENTS.c.text).where(_DOCUMENTS.c.id == version)).scalar_one())
