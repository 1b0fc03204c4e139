"""From one embedder to another: every passage is embedded anew while the old index goes on serving, then they change.

What is embedded is kept after each call, so a kill costs one call's work; the next run takes up where it ended.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Protocol

from retrieval.errors import Busy, RejoinderError
from retrieval.rank.interfaces import Embedder
from retrieval.remote.cost import Estimate, estimate
from retrieval.remote.troubles import Changed
from retrieval.store.embedding import Embedding, Progress
from retrieval.store.shelf import Shelf

AT_ONCE = 100_000
"""Tokens that are embedded without asking when the library is opened: the seeds are 15,000, and cost a fraction of a
cent."""

log = logging.getLogger(__name__)


class Provable(Embedder, Protocol):
    """An embedder somewhere else, that can show whether it is still the one whose vectors are kept."""

    @property
    def condition(self) -> str:
        """How it does, for the operator."""

    def prove(self) -> None:
        """Raises Unavailable when it cannot be reached, and `Changed` when it gives other vectors than before."""

    def renew(self) -> None:
        """Take it as it is now; its earlier vectors must be forgotten."""

    def close(self) -> None:
        """Give up what is under way."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far search by meaning is from the embedder that is set."""

    wanted: str
    serving: str
    left: Estimate

    @property
    def settled(self) -> bool:
        """Whether the embedder that is set serves, with nothing left to embed."""
        return self.wanted == self.serving and not self.left.passages

    def __str__(self) -> str:
        """In words, for the operator."""
        if self.settled:
            return f"{self.wanted} serves"
        left = f"to embed: {self.left}" if self.left.passages else "everything is embedded, the index is to be made"
        if self.wanted == self.serving:
            return f"{self.wanted} serves; {left}"
        return f"{self.serving} serves until {self.wanted} is ready; {left}"


class Switch:
    """Moves search by meaning to the embedder that is set. One run at a time; questions are answered meanwhile."""

    def __init__(self, shelf: Shelf, embedder: Provable, price: float | None, former: Provable | None = None) -> None:
        """``price`` is of a million tokens, for estimates; ``former`` serves now, and is closed with the rest."""
        self._shelf, self._embedder, self._price, self._former = shelf, embedder, price, former
        self._running = threading.Lock()

    @property
    def condition(self) -> str:
        """How the embedder that is set does."""
        return self._embedder.condition

    @property
    def settled(self) -> bool:
        """Whether the embedder that is set serves and every passage has its vector; quick."""
        return self._shelf.meaning.now.embedder.id == self._embedder.id and self._embedding.complete

    def take_up(self, progress: Progress | None = None) -> None:
        """Do at once what is little; of the rest, say what it would cost. Never raises for a failing server."""
        if self.settled:
            return
        standing = self.standing()
        if standing.left.tokens > AT_ONCE:
            log.warning("%s. `rejoinder embed` does it now, `rejoinder run` while it serves.", standing)
            return
        try:
            self.run(progress)
        except RejoinderError as error:
            log.warning("%s %s", error, standing)

    def close(self) -> None:
        """Give up what is under way; what is embedded is kept."""
        for embedder in filter(None, (self._embedder, self._former)):
            embedder.close()

    def standing(self) -> Standing:
        """How much is left to do, without asking the server."""
        lacking = (text for part in self._embedding.lacking() for _, text, _ in part)
        serving = self._shelf.meaning.now.embedder.id
        return Standing(self._embedder.id, serving, estimate(lacking, self._price))

    def prove(self) -> None:
        """Ask the server for one vector.

        Raises:
            Unavailable: it does not answer, or with other vectors than those kept.
        """
        self._embedder.prove()

    def run(self, progress: Progress | None = None) -> Standing:
        """Embed what lacks a vector, make the index, change over.

        Returns:
            How it stood at the beginning.

        Raises:
            Busy: it runs already.
            Unavailable: the server failed; what was embedded is kept, and the old index goes on serving.
        """
        if not self._running.acquire(blocking=False):
            raise Busy("The passages are being embedded already; wait until that is done.")
        try:
            self._begin(progress)
            before = self.standing()
            if not before.settled:
                log.warning("embeddings: %s", before)
                self._embedding.fill(progress=progress, total=before.left.passages)
                self._shelf.exchange(self._embedder, progress)
            return before
        finally:
            self._running.release()

    @property
    def _embedding(self) -> Embedding:
        return self._shelf.meaning.served(self._embedder).embedding

    def _begin(self, progress: Progress | None) -> None:
        """Make sure of the server; forget vectors that it would not give any more."""
        try:
            self._embedder.prove()
        except Changed as changed:
            log.warning("%s", changed)
            if self._shelf.meaning.now.embedder.id == self._embedder.id:
                self._shelf.fall_back(progress)
            self._shelf.records.embeddings.forget(self._embedder.id)
            self._embedder.renew()
