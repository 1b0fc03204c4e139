"""Search by meaning: the index when it can, exact search over the records when it cannot.

The index lies in a folder of its own under ``index/``; which one is current is a setting in the records. A rebuild
fills a new folder and then changes the setting, so a kill leaves either index whole, and what is left over is swept.
"""

from __future__ import annotations

import logging
import random
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.store import folders, waiting
from retrieval.store import index as indexes
from retrieval.store.database import batches
from retrieval.store.embedding import Progress
from retrieval.store.embeddings import Entry
from retrieval.store.exact import FEW, Exact
from retrieval.store.index import Index, IndexFailed
from retrieval.store.index_note import IndexNote
from retrieval.store.records import Records
from retrieval.store.waiting import Waiting
from retrieval.types import Role

log = logging.getLogger(__name__)

SAMPLE = 32
"""Passages looked up by their own vectors at each start."""

PIECE = 500
"""Passages per write to an index that serves: nothing else of the process runs meanwhile (see ``waiting.ROOM``)."""

Examine = Callable[[Path, Sequence[Entry], int], str | None]
"""Tries an index folder with a sample of passages and says what is wrong with it, or None."""


class IndexState(StrEnum):
    """What search by meaning stands on. In every state it answers; only speed differs."""

    STARTING = "starting"
    READY = "ready"
    REBUILDING = "rebuilding"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class DenseState:
    """The state of the index and, in one sentence, why it is not (or was not) simply ready."""

    state: IndexState
    why: str | None = None


class Dense:
    """The vectors of one embedder, searchable. Changes are the caller's to serialize; queries come from any thread."""

    def __init__(
        self, records: Records, root: Path, embedder: str, dimensions: int, examine: Examine = folders.examine
    ) -> None:
        self._records, self._root, self._embedder, self._examine = records, root, embedder, examine
        self._exact = Exact(records.embeddings, embedder, dimensions)
        self._index: Index | None = None
        self._failed: list[Index] = []
        self._waiting = Waiting()
        self._note = IndexNote(records.settings)
        self.state = DenseState(IndexState.STARTING, "The index is not checked yet.")

    def query(
        self, vector: NDArray[np.float32], spaces: Collection[str], role: Role | None, limit: int
    ) -> list[tuple[str, float]]:
        """The nearest passages of these spaces: (passage id, cosine similarity), best first."""
        hits = self._nearest(np.asarray(vector, np.float32), spaces, role, limit)
        seen = self._records.embeddings.visible([passage for passage, _ in hits], spaces, role)
        return [(passage, score) for passage, score in hits if passage in seen]

    def sync(self, sources: Collection[str] | None = None) -> None:
        """Brings searching in step with the records: for some sources at once, for all in the index itself."""
        self._exact.forget(None if sources is None else self._records.sources.spaces(sources))
        if (index := self._index) is None:
            return
        try:
            if sources is not None:
                places = self._records.embeddings.places(self._embedder, sources)
                if len(self._waiting) + max(len(places), len(sources)) <= waiting.ROOM:
                    entries = chain.from_iterable(self._records.embeddings.entries(self._embedder, places))
                    self._waiting = self._waiting.joined(sources, entries)
                    return
                sources = self._waiting.sources | set(sources)
            self._sync(index, sources)
            self._waiting = Waiting()
        except IndexFailed as error:
            self._broken(index, error)

    @property
    def waiting(self) -> frozenset[str]:
        """Sources that the index has not been told of yet; searching knows them."""
        return self._waiting.sources

    def check(self, progress: Progress | None = None) -> str | None:
        """Opens the index, after trying it in a child process; rebuilds it when anything is wrong.

        Returns:
            Why it was rebuilt, or None.
        """
        why = self._wrong()
        if why is None:
            try:
                index = Index.open(self._root / str(self._note.folder))
                self._sync(index, None)
            except IndexFailed as error:
                why = f"it fails ({error})"
            else:
                self._serve(index)
        if why is not None:
            if self._note.folder is not None:
                log.warning("the index is made anew: %s", why)
            self.rebuild(f"The index is rebuilt from the records because {why}.", progress)
        folders.sweep(self._root, self._note.folder)
        return why

    def rebuild(self, why: str, progress: Progress | None = None, *, tidy: bool = True) -> None:
        """Makes the index anew from the records, in a new folder; search by meaning is exact meanwhile.

        Args:
            why: a sentence for ``state``.
            progress: told of progress.
            tidy: delete other indexes at the end; whoever says no calls ``tidy`` later.
        """
        log.info("%s", why)

        def told(done: int) -> None:
            if progress:
                progress("Rebuilding the index", done, total)

        self.state = DenseState(IndexState.REBUILDING, why)
        self._close()
        name = f"chroma-{secrets.token_hex(4)}"
        total = len(self._records.embeddings.places(self._embedder))
        entries = chain.from_iterable(self._records.embeddings.entries(self._embedder))
        try:
            index = Index.create(self._root / name, entries, total, told)
        except IndexFailed as error:
            self.state = DenseState(IndexState.BROKEN, f"The index cannot be rebuilt ({error}); search is exact.")
            return
        self._note.made(name, self._embedder, 0 if indexes.written_out(total) else total)
        self._serve(index)
        if tidy:
            self.tidy()

    def tidy(self) -> None:
        """Deletes every other index, and what a new one may hold of them."""
        folders.sweep(self._root, self._note.folder)
        folders.blank(self._root)

    def discard(self) -> bool:
        """Deletes the index with all its files; returns whether one was open."""
        was_open = self._index is not None
        self._close()
        # Should whoever makes it anew fail, the next check must not take it for an index that serves.
        self.state = DenseState(IndexState.STARTING, "The index was deleted, to be made without what was erased.")
        self._exact.forget()
        self._note.gone()
        folders.sweep(self._root, None)
        return was_open

    def close(self) -> None:
        """Closes the index, and forgets what is in memory."""
        self._close()
        self._exact.forget()
        self.state = DenseState(IndexState.STARTING, "The index is closed.")

    def _nearest(
        self, vector: NDArray[np.float32], spaces: Collection[str], role: Role | None, limit: int
    ) -> list[tuple[str, float]]:
        beside = self._waiting  # before the index: what leaves it meanwhile is in the index by then
        if (index := self._index) is not None:
            try:
                if not self._rare(index, spaces, role):
                    return beside.query(index, vector, spaces, role, limit)
            except IndexFailed as error:
                self._broken(index, error)
        return self._exact.query(vector, spaces, role, limit)

    def _rare(self, index: Index, spaces: Collection[str], role: Role | None) -> bool:
        """Whether these spaces see so few passages, of so many, that comparing with all of them is faster."""
        seen = self._exact.seen(spaces, role)
        return seen <= FEW and seen * indexes.OVERFETCH[0] < index.count()

    def _wrong(self) -> str | None:
        """What forbids using the index as it lies there."""
        if self.state.state is IndexState.BROKEN:
            return "it failed while in use"
        folder = self._note.folder
        if folder is None:
            return "there is none yet"
        if not (self._root / folder).is_dir():
            return "its folder is gone"
        if self._note.embedder != self._embedder:
            return "it was made by another embedder"
        places = self._records.embeddings.places(self._embedder)
        if why := self._note.overlong(len(places)):
            return why
        chosen = random.sample(sorted(places), min(SAMPLE, len(places)))
        entries = [entry for batch in self._records.embeddings.entries(self._embedder, chosen) for entry in batch]
        return self._examine(self._root / folder, entries, len(places))

    def _sync(self, index: Index, sources: Collection[str] | None) -> None:
        wanted = self._records.embeddings.places(self._embedder, sources)
        held = index.places(sources)
        stale = [passage for passage, place in wanted.items() if held.get(passage) != place]
        extra = [passage for passage in held if passage not in wanted]
        entries = chain.from_iterable(self._records.embeddings.entries(self._embedder, stale))
        for piece in batches(entries, PIECE):
            index.upsert(piece)
        index.delete(extra)
        self._note.changed(len(stale) + len(extra))

    def _serve(self, index: Index) -> None:
        self._waiting = Waiting()
        self._index = index
        self.state = DenseState(IndexState.READY, self.state.why if self.state.state is IndexState.REBUILDING else None)
        self._exact.forget()

    def _broken(self, index: Index, error: IndexFailed) -> None:
        # Another thread may have replaced the index meanwhile: then the failure was of the old one, and is over.
        if self._index is index:
            log.error("the index failed: %s", error)
            self._index = None
            self._failed.append(index)
            self.state = DenseState(IndexState.BROKEN, "The index failed; search is exact until it is rebuilt.")

    def _close(self) -> None:
        opened, self._index = self._index, None
        self._waiting = Waiting()
        retired, self._failed = self._failed, []
        for index in [*retired, opened] if opened else retired:
            try:
                index.close()
            except IndexFailed as error:
                log.warning("closing the index failed: %s", error)
