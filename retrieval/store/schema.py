"""The tables of the records, as SQLAlchemy Core sees them.

The tables are *made* by ``migrations.py``; a test holds the two together. Times are ISO 8601 text in UTC: sortable,
readable and the same in every database.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()


class State(StrEnum):
    """Where a source stands. Only ``ready`` sources are searched, listed and counted."""

    PENDING = "pending"
    """Kept, but not yet searchable."""
    READY = "ready"
    FAILED = "failed"
    """Could not be made searchable; tried again at the next start."""
    REMOVED = "removed"
    """Out of sight, restorable until erased."""


schema_version = Table("schema_version", metadata, Column("version", Integer, nullable=False))

sources = Table(
    "sources",
    metadata,
    Column("id", Text, primary_key=True),
    Column("space", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("wording", Text, nullable=False),
    Column("author", Text),
    Column("publisher", Text),
    Column("date", Text),
    Column("url", Text),
    Column("kind", Text),
    Column("quality", Text),
    Column("date_note", Text),
    Column("added_by", Text),
    Column("state", Text, nullable=False),
    Column("why", Text),
    Column("current_document", Text),
    Column("incoming_document", Text),
    Column("added_at", Text, nullable=False),
    Column("changed_at", Text, nullable=False),
    Column("removed_at", Text),
    Index("sources_by_space", "space", "state"),
    Index("sources_by_current_document", "current_document", unique=True),
)
"""``current_document`` answers questions; ``incoming_document`` takes its place once it is searchable."""

documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("source", Text, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("superseded_at", Text),
    Index("documents_by_source", "source"),
)

passages = Table(
    "passages",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("document", Text, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("starts", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("heading", Text),
    Column("paragraph", Integer),
    Column("body_paragraph", Integer),
    Column("page", Integer),
    UniqueConstraint("document", "id"),
    UniqueConstraint("document", "ordinal"),
    Index("passages_by_id", "id"),
)
"""A passage that two versions of a text share has the same id in both, so the id alone is not unique here."""

shingles = Table(
    "shingles",
    metadata,
    Column("hash", Integer, primary_key=True),
    Column("passage", Integer, ForeignKey("passages.key", ondelete="CASCADE"), primary_key=True),
    Index("shingles_by_passage", "passage"),
)
"""Runs of words by which a copy of a text is found, see ``likeness.py``."""

claims = Table(
    "claims",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("document", Text, ForeignKey("documents.id", ondelete="CASCADE"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("document", "ordinal"),
    Index("claims_by_id", "id"),
)
"""``body`` is the claim as JSON, its locators and the ids of its passages included."""

embeddings = Table(
    "embeddings",
    metadata,
    Column("passage", Text, primary_key=True),
    Column("embedder", Text, primary_key=True),
    Column("source", Text, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("digest", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Index("embeddings_by_source", "source"),
)
"""``digest`` is of the text that was embedded: a changed title or embedder makes the row stale, not wrong."""

answers = Table(
    "answers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("space", Text, nullable=False),
    Column("article", Text),
    Column("body", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Index("answers_by_time", "created_at"),
)

reuse = Table(
    "reuse",
    metadata,
    Column("key", Text, primary_key=True),
    Column("answer", Text, ForeignKey("answers.id", ondelete="CASCADE"), nullable=False),
    Index("reuse_by_answer", "answer"),
)
"""Answers that may be given again; ``key`` is a digest of the question and of all that the answer rests on."""

citations = Table(
    "citations",
    metadata,
    Column("answer", Text, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("label", Text, primary_key=True),
    Column("source", Text, nullable=False),
    Column("passage", Text, nullable=False),
    Index("citations_by_source", "source"),
)
"""Which answer stands on which source: counted for people, and followed when a source is erased."""

feedback = Table(
    "feedback",
    metadata,
    Column("answer", Text, ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True),
    Column("person", Text, primary_key=True),
    Column("helpful", Boolean(create_constraint=False), nullable=False),
    Column("reason", Text),
    Column("created_at", Text, nullable=False),
)
"""``person`` is a salted hash, never a name or an id."""

audit = Table(
    "audit",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("source", Text),
    Column("space", Text, nullable=False),
    Index("audit_by_space", "space", "key"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("space", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("data", LargeBinary),
    Column("created_at", Text, nullable=False),
    Column("untold", Boolean(create_constraint=False), nullable=False),
    Index("drafts_by_time", "created_at"),
)
"""Sources on their way in: ``body`` is what is known by now, as JSON; ``data`` the bytes that are still to be read;
``untold`` is whether the place that they came from has yet to hear how they stand.
"""

verdicts = Table(
    "verdicts",
    metadata,
    Column("claim", Text, primary_key=True),
    Column("passage", Text, primary_key=True),
    Column("judge", Text, primary_key=True),
    Column("source", Text, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("refutes", Double, nullable=False),
    Column("supports", Double, nullable=False),
    Column("neutral", Double, nullable=False),
    Column("relevance", Double, nullable=False),
    Index("verdicts_by_source", "source"),
)
"""What a judge said once. ``claim`` is a digest of the claim's words; passage ids change with their text."""

settings = Table(
    "settings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)


def now() -> str:
    """This moment as it is stored: ISO 8601, UTC, microseconds."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    """A moment as it is stored; naive moments are refused because they would sort wrongly."""
    if moment.tzinfo is None:
        raise ValueError("a stored moment needs its time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
