"""The store as the library sees it: put sources on the shelf, search them, take them off.

Order of every change: records first, index after. A kill in between leaves records that ``reconcile`` finishes from.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import RejoinderError
from retrieval.rank.interfaces import Embedder
from retrieval.store import folders
from retrieval.store.database import batches
from retrieval.store.dense import Dense, DenseState, Examine, IndexState
from retrieval.store.embedding import EmbedText, Progress, in_context
from retrieval.store.lock import DirectoryLock
from retrieval.store.meaning import Meaning
from retrieval.store.records import Records
from retrieval.store.schema import stamp
from retrieval.store.versions import Change, ChangeKind
from retrieval.types import Document, Role, Source

GROUP = 50
"""Documents that are kept, embedded and indexed together."""

MOST_FAILURES = 3
"""Failures in a row at a start after which the embedder itself is taken to be down."""

INDEX_FOLDER = "index"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What a start found and mended."""

    finished: tuple[str, ...] = ()
    """Sources that a stop had left half-way, searchable now."""
    failed: tuple[str, ...] = ()
    """Sources that still cannot be made searchable."""
    embedded: int = 0
    """Passages that needed a vector."""
    rebuilt: str | None = None
    """Why the index was rebuilt, or None."""
    seconds: float = 0.0


class Shelf:
    """Records, index and embedder as one. Verbs may be called from any thread; changes happen one after another."""

    def __init__(self, lock: DirectoryLock, records: Records, meaning: Meaning) -> None:
        self.records, self.meaning = records, meaning
        self._lock = lock
        self._changing = threading.RLock()

    @classmethod
    def open(
        cls,
        data_dir: Path,
        embedder: Embedder,
        *,
        embed_text: EmbedText = in_context,
        examine: Examine = folders.examine,
    ) -> Shelf:
        """Takes the data directory and opens the records: at once, without models or index.

        Everything works from here on; search by meaning is exact until ``reconcile`` has checked the index.

        Args:
            data_dir: Where everything is kept; made when missing.
            embedder: Makes the vectors.
            embed_text: The text that is embedded for a passage.
            examine: How an index folder is tried before it is opened.

        Raises:
            Busy: another process owns the directory.
            Misconfigured: the records were written by a newer version.
            Unavailable: the directory or the records cannot be used.
        """
        lock = DirectoryLock(data_dir)
        lock.take()
        try:
            records = Records.open(data_dir)
        except RejoinderError:
            lock.release()
            raise
        return cls(lock, records, Meaning(records, data_dir / INDEX_FOLDER, embedder, embed_text, examine))

    @property
    def state(self) -> DenseState:
        """Whether the index serves, and if not, why."""
        return self._dense.state

    @property
    def settled(self) -> bool:
        """Whether everything kept can be searched by meaning; if not, ``reconcile`` has work besides the index."""
        due = self.records.purge_due or self.records.sources.unfinished()
        return not due and self.meaning.own.embedding.complete

    def put(self, document: Document, actor: str) -> Change:
        """Puts one document; see ``put_many``."""
        return self.put_many([document], actor)[0]

    def put_many(self, documents: Sequence[Document], actor: str, progress: Progress | None = None) -> list[Change]:
        """Keeps documents and makes them searchable. On return they survive anything short of a lost disk.

        Doing it twice is doing it once: what is the same is left alone. A changed text replaces the earlier one when
        it is searchable, not before; the earlier stays for the answers that quote it.

        Raises:
            ValueError: a document contradicts itself.
            Refused: a source of another space has this id.
            Unavailable: the embedder failed; the documents are kept and tried again at the next start.
        """
        changes: list[Change] = []
        with self._changing:
            for group in batches(documents, GROUP):
                changed = self.records.sources.put(group, actor)
                self._finish([change.source.id for change in changed if change.kind is not ChangeKind.UNCHANGED])
                changes += changed
                if progress:
                    progress("Adding sources", len(changes), len(documents))
        return changes

    def remove(self, source_id: str, space: str, actor: str) -> Source:
        """Takes a source of this space out of sight, to be restored or erased; NotFound when it is not there."""
        with self._changing:
            source = self.records.sources.remove(source_id, space, actor)
            self._dense.sync([source.id])
        return source

    def restore(self, source_id: str, space: str, actor: str) -> Source:
        """Brings a removed source back; NotFound when none was removed."""
        with self._changing:
            source = self.records.sources.restore(source_id, space, actor)
            self._finish([source.id])
        return source

    def erase(self, source_id: str, space: str, actor: str) -> None:
        """Deletes a source for good, with every answer that quotes it: no file holds its text or vectors after."""
        with self._changing:
            self.records.sources.erase(source_id, space, actor)
            self._purge()

    def erase_removed(self, before: datetime, actor: str) -> int:
        """Erases whatever was removed before a moment; returns how many sources that were."""
        with self._changing:
            expired = self.records.sources.expired(stamp(before))
            for source_id, space in expired:
                self.records.sources.erase(source_id, space, actor)
            if expired:
                self._purge()
        return len(expired)

    def forget(self, person: str) -> int:
        """Takes a person out of every record (see ``People``) and every file; returns how many entries that were."""
        with self._changing:
            waiting = self.records.purge_due
            count = self.records.people.forget(person)
            if self.records.purge_due and self.records.purge() and not waiting:
                self.records.purged()
        return count

    def reconcile(self, progress: Progress | None = None) -> Report:
        """Finishes what a stop left half-way, and makes the index hold what the records hold.

        Slow work, for a thread of its own at start: asking works meanwhile. Never raises for a damaged index or a
        failing embedder; the report and ``state`` tell.
        """
        began = time.monotonic()
        with self._changing:
            if self.records.purge_due:
                self._purge()
            finished, failed = self._finish_interrupted()
            embedded = self._embed_rest(progress)
            rebuilt = self._mend_index(progress)
        # Another embedder than ours may be slow or down: nobody who changes sources waits for it.
        if self.meaning.catch_up(progress=progress):
            with self._changing:
                self._dense.sync()
        return Report(tuple(finished), tuple(failed), embedded, rebuilt, time.monotonic() - began)

    def dense(
        self, vector: NDArray[np.float32], spaces: Collection[str], role: Role | None = None, limit: int = 30
    ) -> list[tuple[str, float]]:
        """Search by meaning: (passage id, cosine similarity), best first. Works in every state of the index."""
        return self._dense.query(vector, spaces, role, limit)

    def lexical(
        self, query: str, spaces: Collection[str], role: Role | None = None, limit: int = 30
    ) -> list[tuple[str, float]]:
        """Search by words: (passage id, BM25 score, higher is better), best first."""
        return self.records.passages.lexical(query, spaces, role, limit)

    def exchange(self, embedder: Embedder, progress: Progress | None = None) -> None:
        """Lets another embedder serve search by meaning, whose vectors are (nearly) all there; see ``Meaning``.

        Raises:
            Unavailable: a last vector or the index cannot be made; what serves goes on serving.
        """
        with self._changing:
            self.meaning.served(embedder).embedding.fill()
            if embedder.id == self.meaning.now.embedder.id:
                self._dense.sync()
            else:
                self.meaning.exchange(embedder, progress)

    def fall_back(self, progress: Progress | None = None) -> None:
        """Lets our own embedder serve again, at once, and makes its index anew."""
        with self._changing:
            self.meaning.serve_own()
            self._dense.check(progress)

    def close(self) -> None:
        """Closes index and records and gives the directory up; doing so twice does no harm."""
        with self._changing:
            self._dense.close()
            self.records.close()
            self._lock.release()

    @property
    def _dense(self) -> Dense:
        return self.meaning.now.dense

    def _finish(self, sources: Sequence[str]) -> None:
        """Embeds, makes current, indexes."""
        if not sources:
            return
        try:
            self.meaning.fill(sources)
        except RejoinderError as error:
            for source in sources:
                self.records.sources.fail(source, str(error))
            raise
        self.records.sources.settle(sources)
        self._dense.sync(sources)

    def _finish_interrupted(self) -> tuple[list[str], list[str]]:
        """Tries what waits, one source at a time, so that one that fails does not hold back the others."""
        finished: list[str] = []
        failed: list[str] = []
        for source in self.records.sources.unfinished():
            if len(failed) >= MOST_FAILURES and not finished:
                break  # the embedder is down, not the sources: the next start tries again
            try:
                self._finish([source])
            except RejoinderError as error:
                log.warning("source %s cannot be made searchable: %s", source, error)
                failed.append(source)
            else:
                finished.append(source)
        return finished, failed

    def _embed_rest(self, progress: Progress | None) -> int:
        try:
            return self.meaning.own.embedding.fill(progress=progress)
        except RejoinderError as error:
            log.warning("some passages have no vectors yet: %s", error)
            return 0

    def _mend_index(self, progress: Progress | None) -> str | None:
        if self.state.state is IndexState.READY:
            self._dense.sync()
        return None if self.state.state is IndexState.READY else self._dense.check(progress)

    def _purge(self) -> None:
        """Rids every file of what was erased. A kill in between is made good by the next ``reconcile``."""
        had_index = self._dense.discard()
        emptied = self.records.purge()
        if had_index:
            self._dense.rebuild("The index is rebuilt without what was erased.")
        if emptied:
            self.records.purged()
