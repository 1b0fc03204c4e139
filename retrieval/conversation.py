"""Conversations: the last few questions of each person in each place, in memory for half an hour, never stored."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from retrieval.answer.follow import Turn
from retrieval.types import Answer

MINUTES = 30.0
"""After the last question of a conversation, when it is forgotten."""
TURNS = 4
"""Questions that are remembered."""
MOST = 5_000
"""Conversations held at once; the one that was silent longest goes first."""


@dataclass(slots=True)
class _Talk:
    until: float
    turns: deque[Turn] = field(default_factory=lambda: deque(maxlen=TURNS))


class Conversations:
    """Who asked what where. Any number of threads may use it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, minutes: float = MINUTES) -> None:
        """``clock`` gives seconds that only grow."""
        self._clock, self._seconds = clock, minutes * 60
        self._talks: OrderedDict[tuple[str, str], _Talk] = OrderedDict()
        self._lock = Lock()

    def heard(self, place: str, person: str, answer: Answer) -> None:
        """Remember what was asked and what it was about.

        Args:
            place: a channel or thread; conversations of different places never meet.
            person: who asked; what others ask beside them is no part of it.
            answer: what came of it.
        """
        with self._lock:
            self._expire()
            talk = self._talks.setdefault((place, person), _Talk(0.0))
            talk.until = self._clock() + self._seconds
            talk.turns.append(Turn.of(answer))
            self._talks.move_to_end((place, person))
            while len(self._talks) > MOST:
                self._talks.popitem(last=False)

    def turns(self, place: str, person: str, under: Answer | None = None) -> tuple[Turn, ...]:
        """A person's conversation in a place, oldest first.

        Args:
            place: the channel or thread.
            person: who asks.
            under: the answer that is followed up, which then comes last, whoever asked for it and when.
        """
        with self._lock:
            self._expire()
            talk = self._talks.get((place, person))
            held = tuple(talk.turns) if talk else ()
        if under is None:
            return held
        last = Turn.of(under)
        return (*(turn for turn in held if turn != last), last)[-TURNS:]

    def held(self, person: str) -> int:
        """How many conversations of a person are remembered."""
        with self._lock:
            self._expire()
            return sum(asker == person for _, asker in self._talks)

    def forget(self, person: str) -> int:
        """Forget everything that a person asked; returns how many conversations that were."""
        with self._lock:
            held = [key for key in self._talks if key[1] == person]
            for key in held:
                del self._talks[key]
        return len(held)

    def _expire(self) -> None:
        now = self._clock()
        # The longest silent come first, so the first that is fresh ends the search.
        while self._talks and next(iter(self._talks.values())).until <= now:
            self._talks.popitem(last=False)
