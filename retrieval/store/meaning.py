"""What search by meaning stands on: our own embedder, or another beside it, with that one's vectors and index.

Our own embedder's vectors are always kept: questions are matched and declined by them, whatever serves the search, so
another embedder can be taken up, be exchanged or fail without anything else changing.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import RejoinderError, Unavailable
from retrieval.rank.interfaces import Embedder, Vectors
from retrieval.store.dense import Dense, Examine, IndexState
from retrieval.store.embedding import Embedding, EmbedText, Progress
from retrieval.store.index_note import IndexNote
from retrieval.store.records import Records
from retrieval.types import Document, Role

Hits = list[tuple[str, float]]
"""(passage id, cosine similarity), best first."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Serving:
    """An embedder, its vectors and their index, kept together: one is never asked with the vectors of another."""

    embedder: Embedder
    embedding: Embedding
    dense: Dense


@dataclass(frozen=True, slots=True)
class Near:
    """What search by meaning found: one list for each text. With ``trouble``, a sentence, the lists are empty."""

    lists: tuple[Hits, ...]
    embedder: str
    own: bool
    """Whether the similarities are those of our own embedder."""
    trouble: str | None = None


class Meaning:
    """The embedder that serves, beside our own. Changes are the caller's to serialize; queries come from any thread."""

    def __init__(
        self, records: Records, root: Path, embedder: Embedder, embed_text: EmbedText, examine: Examine
    ) -> None:
        self._records, self._root, self._text, self._examine = records, root, embed_text, examine
        self.own = self.served(embedder)
        self.now = self.own

    @property
    def recorded(self) -> str | None:
        """The id of the embedder that the index on disk belongs to."""
        return IndexNote(self._records.settings).embedder

    def served(self, embedder: Embedder) -> Serving:
        """What would serve with an embedder; nothing is opened yet."""
        embedding = Embedding(self._records.embeddings, embedder, self._text)
        dense = Dense(self._records, self._root, embedder.id, embedder.dimensions, self._examine)
        return Serving(embedder, embedding, dense)

    def near(
        self, asked: Sequence[tuple[str, Vectors]], spaces: Collection[str], role: Role | None, limit: int
    ) -> Near:
        """The nearest passages to some texts, each given with its vector by our own embedder."""
        now = self.now
        try:
            vectors: Sequence[Vectors] = [vector for _, vector in asked]
            if now is not self.own:
                vectors = list(now.embedder.embed_queries([text for text, _ in asked]))
        except RejoinderError as error:
            log.info("searching by words alone: %s", error)
            return Near(tuple([] for _ in asked), now.embedder.id, own=False, trouble=str(error))
        found = tuple(now.dense.query(vector, spaces, role, limit) for vector in vectors)
        return Near(found, now.embedder.id, own=now is self.own)

    def similar(self, passages: Collection[str], vector: NDArray[np.float32]) -> dict[str, float]:
        """Cosine similarities of passages to a vector of our own embedder."""
        held = self._records.embeddings.vectors(self.own.embedder.id, passages)
        return {passage: float(np.dot(values, vector)) for passage, values in held.items()}

    def ahead(self, documents: Sequence[Document]) -> None:
        """Embeds documents that are about to be kept, with our own embedder; raises as ``Embedding.ahead``."""
        self.own.embedding.ahead(documents)

    def fill(self, sources: Collection[str] | None = None, progress: Progress | None = None) -> int:
        """Gives passages the vectors that they lack, of our own embedder and then of the one that serves.

        Returns:
            How many passages our own embedder embedded.

        Raises:
            Unavailable: our own embedder failed. When the other one fails the passages are found by their words, and
                it is tried again by ``catch_up``.
        """
        done = self.own.embedding.fill(sources, progress)
        self.catch_up(sources, progress)
        return done

    def catch_up(self, sources: Collection[str] | None = None, progress: Progress | None = None) -> int:
        """Gives passages the vectors of the embedder that serves, if it is not our own; returns how many got one."""
        if (now := self.now) is self.own:
            return 0
        try:
            return now.embedding.fill(sources, progress)
        except RejoinderError as error:
            log.warning("some passages are found by their words only, for now: %s", error)
            return 0

    def serve(self, embedder: Embedder) -> None:
        """Let another embedder serve whose vectors and index are there already."""
        self.now = self.served(embedder)

    def serve_own(self) -> None:
        """Let our own embedder serve, at once: its vectors are always there."""
        if self.now is not self.own:
            old, self.now = self.now, self.own
            old.dense.close()

    def exchange(self, embedder: Embedder, progress: Progress | None = None) -> None:
        """Make the index of another embedder's vectors, and let it serve; the present one serves until then.

        Raises:
            Unavailable: the index cannot be made; the present one goes on serving.
        """
        fresh, old = self.served(embedder), self.now
        fresh.dense.rebuild(f"The index is made with the vectors of {embedder.id}.", progress, tidy=False)
        if fresh.dense.state.state is not IndexState.READY:
            raise Unavailable(f"The index with the vectors of {embedder.id} cannot be made; the old one goes on.")
        self.now = fresh
        old.dense.close()
        fresh.dense.tidy()
        log.warning("search by meaning now stands on %s; before, it stood on %s", embedder.id, old.embedder.id)
