"""Vectors that are made before their passages are kept, while somebody looks at a preview or others are stored.

Nothing is written. What is asked for while it is being made is waited for, so nothing is made twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from threading import Lock

from retrieval.rank.interfaces import Vectors
from retrieval.store.database import batches

BATCH = 16
"""Texts per call of the embedder: a question that comes meanwhile waits for one call, some 60 ms."""

MOST = 50_000
"""Vectors that wait for their passages to be kept; 75 MB at 384 dimensions."""

Embed = Callable[[Sequence[str]], Vectors]
_Promise = Future[Vectors | None]
"""A vector, or None where it could not be made."""


class Ahead:
    """Vectors by the digests of their texts. May be used from any thread."""

    def __init__(self) -> None:
        self._promised: dict[str, _Promise] = {}
        self._lock = Lock()

    def make(self, texts: Mapping[str, str], embed: Embed) -> None:
        """Embeds those texts, given by their digests, that nobody made or is making; raises what ``embed`` raises."""
        promised = self._promise(texts)
        try:
            for batch in batches(promised.items(), BATCH):
                vectors = embed([texts[digest] for digest, _ in batch])
                for (_, promise), vector in zip(batch, vectors, strict=True):
                    promise.set_result(vector)
        finally:
            failed = [digest for digest, promise in promised.items() if not promise.done()]
            for digest in failed:
                promised[digest].set_result(None)
            self.take(failed)

    def take(self, digests: Collection[str]) -> dict[str, Vectors]:
        """The vectors that are there or being made, by their digests; they are forgotten here."""
        with self._lock:
            promised = {digest: self._promised.pop(digest) for digest in digests if digest in self._promised}
        made = {digest: promise.result() for digest, promise in promised.items()}
        return {digest: vector for digest, vector in made.items() if vector is not None}

    def _promise(self, digests: Collection[str]) -> dict[str, _Promise]:
        with self._lock:
            if len(self._promised) > MOST:  # of documents that were then not kept
                self._promised.clear()
            fresh: dict[str, _Promise] = {digest: Future() for digest in digests if digest not in self._promised}
            self._promised |= fresh
        return fresh
