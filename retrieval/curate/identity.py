"""Ids of sources that come from outside. An id is taken over only where it cannot meet another space's."""

from __future__ import annotations

from dataclasses import replace

from retrieval.ingest.ids import claim_id, digest, passage_id
from retrieval.ingest.ids import source_id as made_id
from retrieval.store.records import Records
from retrieval.types import SHARED, Claim, Document


def in_space(records: Records, document: Document, space: str) -> Document:
    """The document as a source of a space, under an id that is this space's own.

    An id that the space has already stays, so what was exported here comes back to its place. Any other is replaced by
    one made of the space and the old id: the same each time, and never telling whether the id is taken elsewhere. In
    the shared space, which its operator keeps, an id that is free is kept as well.
    """
    wanted = document.source.id
    owner = records.sources.space_of(wanted)
    own = owner == space or (owner is None and space == SHARED)
    return renamed(document, wanted if own else made_id(space, wanted), space)


def renamed(document: Document, source_id: str, space: str) -> Document:
    """The same document under another id, with the ids of its passages and claims that follow from it."""
    if (document.source.id, document.source.space) == (source_id, space):
        return document
    text_hash = digest(document.text)
    ids = {
        passage.id: passage_id(source_id, text_hash, passage.ordinal, passage.start) for passage in document.passages
    }
    passages = tuple(replace(passage, id=ids[passage.id], source=source_id) for passage in document.passages)
    claims = tuple(_renamed(claim, source_id, ids) for claim in document.claims)
    return Document(replace(document.source, id=source_id, space=space), document.text, passages, claims)


def _renamed(claim: Claim, source_id: str, ids: dict[str, str]) -> Claim:
    passages = tuple(ids[passage] for passage in claim.passages if passage in ids)
    return replace(claim, id=claim_id(source_id, claim.number), source=source_id, passages=passages)
