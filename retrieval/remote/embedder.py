"""An embedder on a server: parcels, retries, checks. Stored texts may take their time, questions may not."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.chat.circuit import Circuit
from retrieval.chat.deadline import Clock, Deadline
from retrieval.chat.faults import PASSING, Fault, Trouble
from retrieval.rank.interfaces import Vectors
from retrieval.remote.identity import PROBE, Identity
from retrieval.remote.parcels import LONGEST, TEXTS, clipped, parcels
from retrieval.remote.server import EmbeddingServer
from retrieval.remote.troubles import Changed, NoVectors, told

SECONDS = 3.0
"""For the vectors of a question, all attempts together; then the search does without."""
PAUSE = 0.5
"""Seconds before the second try, doubled before each further one, unless the server asks for longer."""
LONGEST_WAIT = 120.0
"""Seconds that a server may ask to wait; what asks for longer is given up and taken up again another time."""
PROVEN = 3_600.0
"""Seconds after which a server has to show again that it is the one whose vectors are kept."""
SHORTEST = 250
"""Tokens to which a text is cut at most when a server cannot read it whole."""
REMEMBERED = 1_024
"""Questions and claims whose vectors stay in memory: 6 KiB each at 1,536 numbers."""

_SPLIT = frozenset({Trouble.CONTEXT, Trouble.UNSUPPORTED})
"""Troubles that a smaller parcel may not have: servers say in many ways that they take fewer texts at once."""
_UNIT = 1e-6

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try: ``seconds`` for each call, or for all of them and the pauses between together."""

    seconds: float
    tries: int
    together: bool = True
    longest_wait: float = 0.0
    """Seconds that a server may ask to wait, where the calls do not share their time."""


STORED = Patience(seconds=90.0, tries=5, together=False, longest_wait=LONGEST_WAIT)
"""For texts that are embedded once and kept."""


class RemoteEmbedder:
    """An `Embedder` whose vectors come from a server; any number of threads may ask it."""

    def __init__(
        self,
        server: EmbeddingServer,
        identity: Identity,
        *,
        seconds: float = SECONDS,
        clock: Clock = time.monotonic,
        pause: Callable[[float], None] | None = None,
    ) -> None:
        """``seconds`` is for a question; ``pause`` waits, and ends early when the embedder is closed."""
        self._server, self._identity, self._clock = server, identity, clock
        self._question = Patience(seconds, tries=2)
        self._closing = threading.Event()
        self._pause: Callable[[float], object] = pause or self._closing.wait
        self._circuit = Circuit(clock, what="embeddings server")
        self._most, self._longest = TEXTS, LONGEST
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()
        self._proven_until: float | None = None
        self.tokens = 0
        """Tokens that the server counted since the start."""

    @property
    def id(self) -> str:
        """Names provider and model."""
        return self._server.name

    @property
    def dimensions(self) -> int:
        """Length of a vector, as recorded; 0 before the server gave the first one."""
        known = self._identity.known
        return known.dimensions if known else 0

    @property
    def condition(self) -> str:
        """For the operator: "answering", or since what it rests."""
        return self._circuit.condition

    def prove(self) -> None:
        """Ask for the probe's vector: the server answers, and is the one whose vectors are kept.

        Raises:
            NoVectors: it does not answer, or gives other vectors.
        """
        self._prove(self._fetched([PROBE], self._question).pop())
        self._circuit.succeeded()

    def renew(self) -> None:
        """Take the server as it is now for the right one; what it gave before must be forgotten by the caller."""
        self._identity.record(self._fetched([PROBE], self._question).pop())
        with self._lock:
            self._known.clear()

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of stored texts, shape (n, dimensions), each of length 1; slow, with retries.

        Raises:
            NoVectors: the server did not give them.
        """
        found = [row for parcel in parcels(map(clipped, texts), self._most) for row in self._parcel(parcel)]
        return np.stack(found) if found else np.zeros((0, self.dimensions), np.float32)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions and claims, shape (n, dimensions), each of length 1; within ``seconds`` or not at all.

        Raises:
            NoVectors: the server did not give them in time, or is left alone after failing.
        """
        with self._lock:
            known = {text: self._known[text] for text in texts if text in self._known}
        lacking = [text for text in dict.fromkeys(texts) if text not in known]
        if lacking:
            known |= dict(zip(lacking, self._questions(lacking), strict=True))
            self._remember(known)
        return np.stack([known[text] for text in texts]) if texts else np.zeros((0, self.dimensions), np.float32)

    def close(self) -> None:
        """Give up what is under way; every call from now on fails."""
        self._closing.set()
        self._server.close()

    def _remember(self, vectors: dict[str, Vectors]) -> None:
        with self._lock:
            self._known.update(vectors)
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)

    def _questions(self, texts: Sequence[str]) -> list[Vectors]:
        if not self._circuit.allow():
            raise NoVectors(self.id, Trouble.RESTING)
        try:
            rows = self._asked(list(map(clipped, texts)), self._question)
        except NoVectors as error:
            self._circuit.failed(error.trouble)
            raise
        except BaseException:
            self._circuit.failed(Trouble.UNREADABLE)
            raise
        self._circuit.succeeded()
        return rows

    def _parcel(self, texts: list[str]) -> list[Vectors]:
        """The vectors of one parcel, in smaller ones or with shorter texts when the server wants that."""
        texts = [clipped(text, self._longest) for text in texts]
        try:
            return self._asked(texts, STORED)
        except NoVectors as error:
            if error.trouble not in _SPLIT or not self._smaller(texts, error.trouble):
                raise
        half = max(1, len(texts) // 2)
        return [row for part in (texts[:half], texts[half:]) if part for row in self._parcel(part)]

    def _smaller(self, texts: Sequence[str], trouble: Trouble) -> bool:
        """Ask for less from now on; False when less makes no sense."""
        if len(texts) > 1:
            self._most = min(self._most, max(1, len(texts) // 2))
            return True
        if trouble is not Trouble.CONTEXT or self._longest <= SHORTEST:
            return False
        self._longest = max(SHORTEST, self._longest // 2)
        _log.info("the embeddings server reads no more than about %d tokens; longer texts are cut", self._longest)
        return True

    def _asked(self, texts: list[str], patience: Patience) -> list[Vectors]:
        """Vectors that fit what is recorded; now and then the probe goes along."""
        probing = self._proven_until is None or self._clock() >= self._proven_until
        rows = self._fetched([*texts, PROBE] if probing else texts, patience)
        if probing:
            self._prove(rows.pop())
        if any(len(row) != self.dimensions for row in rows):
            raise Changed(self.id)
        return rows

    def _prove(self, probe: Vectors) -> None:
        if not self._identity.fits(probe):
            raise Changed(self.id)
        if self._identity.known is None:
            self._identity.record(probe)
        self._proven_until = self._clock() + PROVEN

    def _fetched(self, texts: Sequence[str], patience: Patience) -> list[Vectors]:
        """Unit vectors as the server gives them now, asked again while the trouble may pass and time is left."""
        deadline = Deadline(self._clock, patience.seconds)
        attempt = 1
        while True:
            try:
                return self._called(texts, deadline.left if patience.together else patience.seconds)
            except Fault as fault:
                self._wait(fault, attempt, patience, deadline)
                attempt += 1

    def _called(self, texts: Sequence[str], seconds: float) -> list[Vectors]:
        if self._closing.is_set():
            raise Fault(Trouble.UNREACHABLE, "closed")
        given = self._server.embed(texts, seconds)
        self.tokens += given.tokens or 0
        lengths = np.linalg.norm(given.rows, axis=1)
        if not np.isfinite(lengths).all() or bool((lengths < _UNIT).any()):
            raise Fault(Trouble.UNREADABLE, "vectors that are not numbers, or empty")
        return list(given.rows / lengths[:, None])

    def _wait(self, fault: Fault, attempt: int, patience: Patience, deadline: Deadline) -> None:
        """Pause before another try, or raise when another makes no sense."""
        seconds = max(fault.wait or 0.0, PAUSE * 2 ** (attempt - 1))
        passing = fault.trouble in PASSING or (fault.trouble is Trouble.LATE and not patience.together)
        too_long = seconds >= deadline.left if patience.together else seconds > patience.longest_wait
        if self._closing.is_set() or not passing or attempt == patience.tries or too_long:
            _log.info("no vectors: %s", fault)
            raise told(self.id, fault) from fault
        self._pause(seconds)
