"""Collects how answers come about, for whoever wants to see why one says what it says."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from retrieval.answer.weighed import Weighed
from retrieval.answer.write import Trail
from retrieval.chat.errand import Errand


@dataclass(frozen=True, slots=True)
class Explained:
    """The whole trail of one answer."""

    weighed: Weighed
    """What was asked, found and judged."""
    errands: tuple[Errand, ...]
    """What a chat model was asked beside writing, in order."""
    written: Trail | None
    """How its prose came about; None without a chat model, or with an abstention."""


class Trails:
    """Watches the answers to questions that are asked one after another."""

    def __init__(self, most: int = 16) -> None:
        """``most`` is how many trails are kept until they are taken; the oldest goes first."""
        self._most = most
        self._lock = threading.Lock()
        self._weighed: dict[str, Weighed] = {}
        self._errands: list[Errand] = []
        self._written: dict[str, Trail] = {}

    def weighed(self, answer: str, weighed: Weighed) -> None:
        """Watches an `Answerer`."""
        with self._lock:
            self._weighed[answer] = weighed
            self._bound()

    def errand(self, errand: Errand) -> None:
        """Watches `Aides`."""
        with self._lock:
            self._errands.append(errand)
            self._bound()

    def written(self, trail: Trail) -> None:
        """Watches a `Writer`."""
        with self._lock:
            self._written[trail.answer] = trail
            self._bound()

    def _bound(self) -> None:
        while len(self._weighed) > self._most:
            del self._weighed[next(iter(self._weighed))]
        while len(self._written) > self._most:
            del self._written[next(iter(self._written))]
        del self._errands[: max(0, len(self._errands) - 3 * self._most)]

    def take(self, answer: str) -> Explained:
        """The trail of the answer that was given last, named by its id; nothing of it is kept here."""
        with self._lock:
            errands, self._errands = tuple(self._errands), []
            return Explained(self._weighed.pop(answer), errands, self._written.pop(answer, None))
