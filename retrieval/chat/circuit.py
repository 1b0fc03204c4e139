"""A circuit breaker: a model that keeps failing is left alone for a while, then tried once (Nygard, Release It!)."""

from __future__ import annotations

import logging
import threading

from retrieval.chat.deadline import Clock
from retrieval.chat.faults import BLAMELESS, HOPELESS, Trouble

FAILURES = 3
"""Failures in a row after which it opens; one is enough when the operator has to do something."""
REST = 60.0
"""Seconds of the first rest; each failed trial doubles it."""
LONGEST_REST = 900.0

_log = logging.getLogger(__name__)


class Circuit:
    """Counts failures of one model; any number of threads may ask it. ``what`` names it in the log."""

    def __init__(self, clock: Clock, failures: int = FAILURES, rest: float = REST, *, what: str = "chat model") -> None:
        self._clock, self._limit, self._first_rest, self._what = clock, failures, rest, what
        self._lock = threading.Lock()
        self._failures = 0
        self._rest = rest
        self._until: float | None = None
        self._trying = False
        self._why: Trouble | None = None

    def allow(self) -> bool:
        """Whether to ask now. After a rest one caller is let through; ``succeeded`` or ``failed`` must follow."""
        with self._lock:
            if self._until is None:
                return True
            if self._trying or self._clock() < self._until:
                return False
            self._trying = True
            return True

    def succeeded(self) -> None:
        """The model answered."""
        with self._lock:
            if self._until is not None:
                _log.warning("The %s answers again.", self._what)
            self._failures, self._rest, self._until, self._trying, self._why = 0, self._first_rest, None, False, None

    def failed(self, trouble: Trouble) -> None:
        """The model did not answer; what is due to one question alone does not count."""
        with self._lock:
            trial, self._trying = self._trying, False
            if trouble in BLAMELESS:
                return
            self._failures += 1
            self._why = trouble
            if trial:
                self._rest = min(self._rest * 2, LONGEST_REST)
            if trial or trouble in HOPELESS or self._failures >= self._limit:
                self._open(trouble)

    @property
    def resting(self) -> bool:
        """Whether it is open: since it failed too often, and until a trial succeeds."""
        with self._lock:
            return self._until is not None

    @property
    def condition(self) -> str:
        """For the operator: "answering", or since what it rests and for how long."""
        with self._lock:
            if self._until is None:
                return "answering" if self._why is None else f"answering, last trouble: {self._why}"
            return f"resting for {max(0.0, self._until - self._clock()):.0f} s after trouble: {self._why}"

    def _open(self, trouble: Trouble) -> None:
        if self._until is None:
            _log.warning("The %s is left alone for %.0f s at least (%s).", self._what, self._rest, trouble)
        self._until = self._clock() + self._rest
