"""Gives passages the vectors they lack."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence

import numpy as np

from retrieval.errors import RejoinderError, Unavailable
from retrieval.rank.interfaces import Embedder, Vectors
from retrieval.store.ahead import Ahead
from retrieval.store.database import batches
from retrieval.store.embeddings import Embeddings, Vector
from retrieval.types import Document, Passage, Source

BATCH = 64
"""Texts per call of the embedder; what ``fill`` embeds is kept after each call."""

_LOOKED_UP = 512
"""Passages whose vectors are looked up together."""

EmbedText = Callable[[Source, Passage], str]
"""The text that stands for a passage when it is embedded."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""


def in_context(source: Source, passage: Passage) -> str:
    """A passage's text after the source's title and the passage's heading, so that it can be understood alone."""
    return "\n".join(part for part in (source.title, passage.heading, passage.text) if part)


class Embedding:
    """An embedder together with where its vectors are kept."""

    def __init__(self, embeddings: Embeddings, embedder: Embedder, embed_text: EmbedText) -> None:
        self._embeddings, self._embedder, self._text = embeddings, embedder, embed_text
        self._ahead = Ahead()

    @property
    def complete(self) -> bool:
        """Whether every searchable passage has a vector of this embedder."""
        return self._embeddings.complete(self._embedder.id)

    def lacking(self, sources: Collection[str] | None = None) -> Iterator[list[tuple[Passage, str, str]]]:
        """(passage, text to embed, its digest) of what has no fitting vector, in lists of a bounded size."""
        for looked_up in batches(self._embeddings.wanted(sources), _LOOKED_UP):
            yield self._lacking(looked_up)

    def fill(self, sources: Collection[str] | None = None, progress: Progress | None = None, *, total: int = 0) -> int:
        """Embeds what has no vector, or one of another text, in some sources or in all.

        Args:
            sources: ids; all when None.
            progress: told after each batch.
            total: how many passages lack a vector, for ``progress``, if that is known.

        Returns:
            How many passages were embedded.

        Raises:
            Unavailable: the embedder failed; what was embedded before is kept.
        """
        done = 0
        for lacking in self.lacking(sources):
            for batch in batches(lacking, BATCH):
                self._embed(batch)
                done += len(batch)
                if progress:
                    progress("Embedding passages", done, total)
        return done

    def ahead(self, documents: Sequence[Document]) -> None:
        """Embeds documents that are about to be kept, so that ``fill`` has only to keep their vectors.

        Nothing is written: it can be done on one thread while another stores other documents.

        Raises:
            Unavailable: the embedder failed.
        """
        pairs = [(document.source, passage) for document in documents for passage in document.passages]
        self._ahead.make({digest: text for _, text, digest in self._lacking(pairs)}, self._vectors)

    def _lacking(self, passages: Sequence[tuple[Source, Passage]]) -> list[tuple[Passage, str, str]]:
        """(passage, text to embed, its digest) of those without a fitting vector."""
        held = self._embeddings.digests(self._embedder.id, {passage.id for _, passage in passages})
        lacking: dict[str, tuple[Passage, str, str]] = {}
        for source, passage in passages:
            text = self._text(source, passage)
            digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
            if held.get(passage.id) != digest:
                lacking[passage.id] = (passage, text, digest)
        return list(lacking.values())

    def _embed(self, batch: Sequence[tuple[Passage, str, str]]) -> None:
        made = self._ahead.take([digest for _, _, digest in batch])
        if rest := {digest: text for _, text, digest in batch if digest not in made}:
            made |= zip(rest, self._vectors(list(rest.values())), strict=True)
        vectors = [Vector(passage.id, passage.source, digest, made[digest]) for passage, _, digest in batch]
        self._embeddings.put(self._embedder.id, vectors)

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        try:
            vectors = np.asarray(self._embedder.embed_passages(texts), np.float32)
        except RejoinderError:
            raise
        except Exception as error:
            raise Unavailable(f"The embedding model {self._embedder.id} failed ({type(error).__name__}).") from error
        if vectors.shape != (len(texts), self._embedder.dimensions) or not np.isfinite(vectors).all():
            raise Unavailable(f"The embedding model {self._embedder.id} gave no usable vectors.")
        return vectors
