"""Versions of a source's text: how a document becomes the one that waits, and then the one that answers.

A new text waits beside the old one (``incoming_document`` beside ``current_document``) until it is searchable, so a
source never falls silent while a new version is made ready, and a kill in between leaves either version whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from retrieval.errors import NotFound, Refused
from retrieval.store import codec, fulltext, journal, likeness, schema
from retrieval.store.clean import clean
from retrieval.store.database import batches
from retrieval.store.schema import State, now
from retrieval.types import Claim, Document, Passage, Role, Source, Wording

_SOURCES, _DOCUMENTS = schema.sources, schema.documents
_RECORD = ("space", "role", "title", "wording", "author", "publisher", "date", "url", "kind", "quality", "date_note")
"""What makes a record another one; who added it does not."""


class ChangeKind(StrEnum):
    """What putting a document did."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Change:
    """What putting one document did, and how many passages it has now."""

    source: Source
    kind: ChangeKind
    passages: int


def ready(spaces: Collection[str]) -> ColumnElement[bool]:
    """The condition under which a source may be seen at all."""
    return and_(_SOURCES.c.state == State.READY.value, _SOURCES.c.space.in_([clean(space) for space in spaces]))


def ready_among(spaces: Collection[str]) -> ColumnElement[bool]:
    """As ``ready``, for rows found by their passages' ids.

    No index fits it, on purpose: else SQLite, which knows nothing of how many rows there are, goes through all the
    sources of these spaces for each passage.
    """
    state, space = func.coalesce(_SOURCES.c.state, ""), func.coalesce(_SOURCES.c.space, "")
    return and_(state == State.READY.value, space.in_([clean(one) for one in spaces]))


def source_of(row: Row[tuple[object, ...]]) -> Source:
    """A source from its row."""
    return Source(
        id=row.id,
        role=Role(row.role),
        title=row.title,
        wording=Wording(row.wording),
        author=row.author,
        publisher=row.publisher,
        date=row.date,
        url=row.url,
        kind=row.kind,
        space=row.space,
        added_by=row.added_by,
        quality=row.quality,
        date_note=row.date_note,
    )


def check(document: Document) -> None:
    """Refuses a document whose passages or claims do not belong to it; a mistake of the caller, hence ValueError."""
    text, source = document.text, document.source
    for passage in document.passages:
        if passage.source != source.id or text[passage.start : passage.end] != passage.text:
            raise ValueError(f"passage {passage.id!r} is not the text of {source.id!r} at its place")
    ids = {passage.id for passage in document.passages}
    ordinals = {passage.ordinal for passage in document.passages}
    if not len(ids) == len(ordinals) == len(document.passages):
        raise ValueError(f"two passages of {source.id!r} share an id or an ordinal")
    if any(claim.source != source.id for claim in document.claims):
        raise ValueError(f"a claim of {source.id!r} names another source")


def document_id(document: Document) -> str:
    """The id of a version of a source's text: of its content alone, so the same content is the same version."""
    content = [document.source.id, document.text, *map(_flat, document.passages), *map(asdict, document.claims)]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()[:32]


def row_of(connection: Connection, condition: ColumnElement[bool]) -> Row[tuple[object, ...]]:
    """The one row of a source under a condition; NotFound when there is none."""
    row = connection.execute(select(_SOURCES).where(condition)).first()
    if row is None:
        raise NotFound("There is no such source here.")
    return row


def put(connection: Connection, document: Document, actor: str) -> Change:
    """Makes a document the one that waits, unless it is what answers already."""
    source, version = document.source, document_id(document)
    row = connection.execute(select(_SOURCES).where(_SOURCES.c.id == source.id)).first()
    if row is not None and row.space != source.space:
        raise Refused(f"The name {source.id} is taken: give the source another id.")
    record = {name: getattr(source, name) for name in _RECORD}
    live = row is not None and row.state == State.READY.value
    if row is not None and live and _same(row, record, version):
        return Change(source_of(row), ChangeKind.UNCHANGED, len(document.passages))
    if row is None:  # nothing of it can be found, or be left over, yet
        _put_record(connection, row, record, source, version)
        _put_version(connection, document, version)
    else:
        with fulltext.rewritten(connection, source.id):
            _put_record(connection, row, record, source, version)
        _put_version(connection, document, version)
        _drop_unused(connection, source.id)
    kind = ChangeKind.CHANGED if live else ChangeKind.ADDED
    journal.note(connection, actor, kind.value, source.space, source.id)
    return Change(source, kind, len(document.passages))


def _same(row: Row[tuple[object, ...]], record: dict[str, object], version: str) -> bool:
    settled = row.current_document == version and row.incoming_document is None
    return settled and all(getattr(row, name) == value for name, value in record.items())


def _put_record(
    connection: Connection,
    row: Row[tuple[object, ...]] | None,
    record: dict[str, object],
    source: Source,
    version: str,
) -> None:
    values = record | {"incoming_document": version, "changed_at": now(), "removed_at": None, "why": None}
    if row is None:
        values |= {"id": source.id, "added_by": source.added_by, "added_at": now(), "state": State.PENDING.value}
        connection.execute(insert(_SOURCES), values)
        return
    if row.state != State.READY.value:
        values |= {"state": State.PENDING.value}
    connection.execute(update(_SOURCES).where(_SOURCES.c.id == source.id), values)


def _put_version(connection: Connection, document: Document, version: str) -> None:
    if connection.execute(select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.id == version)).first():
        return
    values = {"id": version, "source": document.source.id, "text": document.text, "created_at": now()}
    connection.execute(insert(_DOCUMENTS), values)
    for passages in batches(_passage_values(passage, version) for passage in document.passages):
        connection.execute(insert(schema.passages), passages)
    keys = select(schema.passages.c.key, schema.passages.c.text).where(schema.passages.c.document == version)
    likeness.keep(connection, {row.key: row.text for row in connection.execute(keys)})
    for claims in batches(_claim_values(claim, version, place) for place, claim in enumerate(document.claims)):
        connection.execute(insert(schema.claims), claims)


def _flat(passage: Passage) -> dict[str, object]:
    """As ``asdict``, which looks into each value for more to take apart; a passage's are plain."""
    return {field.name: getattr(passage, field.name) for field in fields(passage)}


def _passage_values(passage: Passage, version: str) -> dict[str, object]:
    values = _flat(passage)
    del values["source"]
    return values | {"document": version, "starts": values.pop("start"), "ends": values.pop("end")}


def _claim_values(claim: Claim, version: str, place: int) -> dict[str, object]:
    return {"id": claim.id, "document": version, "ordinal": place, "body": codec.write(claim)}


def _drop_unused(connection: Connection, source_id: str) -> None:
    """Deletes versions that wait no longer and never answered anything."""
    row = row_of(connection, _SOURCES.c.id == source_id)
    used = [version for version in (row.current_document, row.incoming_document) if version]
    connection.execute(
        delete(_DOCUMENTS).where(
            _DOCUMENTS.c.source == source_id, _DOCUMENTS.c.id.not_in(used), _DOCUMENTS.c.superseded_at.is_(None)
        )
    )


def settle(connection: Connection, source_id: str) -> None:
    """Makes the waiting document the one that answers; nothing when none waits."""
    row = row_of(connection, _SOURCES.c.id == source_id)
    if row.incoming_document is None or row.state == State.REMOVED.value:
        return
    if row.current_document and row.current_document != row.incoming_document:
        old = update(_DOCUMENTS).where(_DOCUMENTS.c.id == row.current_document)
        connection.execute(old.values(superseded_at=now()))
    connection.execute(update(_DOCUMENTS).where(_DOCUMENTS.c.id == row.incoming_document).values(superseded_at=None))
    values = {
        "state": State.READY.value,
        "why": None,
        "current_document": row.incoming_document,
        "incoming_document": None,
    }
    connection.execute(update(_SOURCES).where(_SOURCES.c.id == source_id), values)
