"""One deadline for a whole answer: every attempt and every pause counts against the same clock."""

from __future__ import annotations

from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds that only grow, such as ``time.monotonic``."""


class Deadline:
    """A moment after which nobody waits any more."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self._end = clock, clock() + seconds

    @property
    def left(self) -> float:
        """Seconds that remain, never less than 0."""
        return max(0.0, self._end - self._clock())

    @property
    def passed(self) -> bool:
        """Whether it is over."""
        return self.left <= 0
