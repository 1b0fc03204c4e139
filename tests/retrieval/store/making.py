"""Small sources and a tiny embedder for the tests of the store: the same words give the same vector, always."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from itertools import chain

import numpy as np

from retrieval.rank.interfaces import Vectors
from retrieval.store.drafts import DraftRow
from retrieval.store.index import Index, Place
from retrieval.store.records import Records
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED, Claim, Document, Locator, Passage, Role, Source

DIMENSIONS = 16


class WordEmbedder:
    """Adds up a fixed direction for each word: texts that share words are near each other."""

    def __init__(self, name: str = "words-1", dimensions: int = DIMENSIONS) -> None:
        self.id, self.dimensions = name, dimensions
        self.texts: list[str] = []
        """Every text embedded so far."""
        self.failing: Exception | None = None
        """Raised instead of embedding, when set."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if self.failing:
            raise self.failing
        self.texts += texts
        return self._all(texts)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._all(texts)

    def _all(self, texts: Sequence[str]) -> Vectors:
        none = np.zeros((0, self.dimensions), dtype=np.float32)
        return np.stack([self._vector(text) for text in texts]) if texts else none

    def _vector(self, text: str) -> Vectors:
        words = re.findall(r"\w+", text.lower()) or [""]
        total = np.sum([self._direction(word) for word in words], axis=0)
        length = float(np.linalg.norm(total))
        return (total / length if length else self._direction("")).astype(np.float32)

    def _direction(self, word: str) -> Vectors:
        seed = int.from_bytes(hashlib.sha256(f"{self.id} {word}".encode("utf-8", "replace")).digest()[:8])
        return np.random.default_rng(seed).standard_normal(self.dimensions).astype(np.float32)


def searched(shelf: Shelf) -> dict[str, Place]:
    """What search by meaning knows: the index, and the sources that it has not been told of yet in its stead."""
    index, waiting = shelf._dense._index, shelf._dense._waiting
    assert isinstance(index, Index)
    known = {passage: place for passage, place in index.places().items() if place[0] not in waiting.sources}
    for entry in chain.from_iterable(one.entries for one in waiting._held.values()):
        known[entry.passage] = (entry.source, entry.space, entry.role.value, entry.digest)
    return known


def document(
    name: str,
    *paragraphs: str,
    space: str = SHARED,
    role: Role = Role.REFERENCE,
    title: str | None = None,
    claims: int = 0,
    heading: str | None = None,
) -> Document:
    """A source whose paragraphs are its passages; the first ``claims`` of them are also its claims."""
    text, passages = "", []
    for place, paragraph in enumerate(paragraphs):
        start = len(text)
        text += paragraph + "\n\n"
        digest = hashlib.sha256(paragraph.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        passages.append(
            Passage(
                id=f"{name}:{place}:{digest}",
                source=name,
                ordinal=place,
                start=start,
                end=start + len(paragraph),
                text=paragraph,
                heading=heading,
                paragraph=place + 1,
            )
        )
    stated = tuple(
        Claim(
            id=f"{name}:C{place + 1:02}",
            source=name,
            number=f"C{place + 1:02}",
            text=paragraphs[place],
            locators=(Locator(heading, place + 1),),
            passages=(passages[place].id,),
        )
        for place in range(claims)
    )
    source = Source(id=name, role=role, title=title or f"Title of {name}", space=space)
    return Document(source, text, tuple(passages), stated)


def hand_in(records: Records, *rows: DraftRow) -> None:
    """Keeps drafts, with room for all of them."""
    records.drafts.begin(rows, (), 0, lambda row: row)
