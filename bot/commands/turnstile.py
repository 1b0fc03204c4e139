"""Who may ask how often: a sliding window for each person, in this process's memory."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from bot.errors import Cooldown

_MANY = 10_000
"""People remembered before those whose window is over are forgotten."""


class Turnstile:
    """Lets each person through ``asks`` times in ``per`` seconds."""

    def __init__(self, asks: int, per: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.asks, self.per, self._clock = asks, per, clock
        self._passed: dict[int, deque[float]] = {}

    def enter(self, person: int) -> None:
        """Let a person through.

        Raises:
            Cooldown: they have to wait; it says how long.
        """
        now = self._clock()
        if len(self._passed) >= _MANY:
            self._forget(now)
        passed = self._passed.setdefault(person, deque())
        while passed and passed[0] <= now - self.per:
            passed.popleft()
        if len(passed) >= self.asks:
            raise Cooldown(self.asks, self.per, passed[0] + self.per - now)
        passed.append(now)

    def _forget(self, now: float) -> None:
        self._passed = {person: passed for person, passed in self._passed.items() if passed[-1] > now - self.per}
