"""What a child of ``worker`` told, made into values; it is believed no more than a file is: an odd shape raises."""

from __future__ import annotations

from typing import Any

from retrieval.ingest.extract import Block, Extract
from retrieval.ingest.unpacking import Sources
from retrieval.store.codec import built
from retrieval.types import Document

Piece = dict[str, Any]
"""One frame of an answer."""


def sources_of(pieces: list[Piece]) -> Sources:
    """The sources that a child read in the seeds' format; their passages' texts are those of the document."""
    told = [piece["document"] for piece in pieces if "document" in piece]
    for document in told:
        text = document["text"]
        for passage in document["passages"]:
            passage["text"] = text[passage["start"] : passage["end"]]
    left_out = tuple(str(phrase) for phrase in pieces[0]["left_out"])
    return Sources(tuple(built(Document, document) for document in told), left_out)


def extract_of(pieces: list[Piece]) -> Extract:
    """The extract that a child read."""
    first = pieces[0]
    blocks = [_block(block) for piece in pieces for block in piece.get("blocks", ())]
    told = dict(first["extract"])
    left_out = tuple(str(phrase) for phrase in told.pop("left_out"))
    facts = {name: None if value is None else str(value) for name, value in told.items()}
    return Extract(**facts, blocks=tuple(blocks), left_out=left_out)


def _block(told: dict[str, Any]) -> Block:
    heading, page = told["heading"], told["page"]
    return Block(str(told["text"]), None if heading is None else str(heading), page if isinstance(page, int) else None)
