"""What a space may use of a chat model in a day (UTC): tokens and, when prices are known, money."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

_MILLION = 1_000_000


class Memory(Protocol):
    """Small values that outlive the process."""

    def get(self, key: str) -> str | None:
        """A value, or None."""

    def set(self, key: str, value: str) -> None:
        """Keep a value."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and written."""

    read: int = 0
    written: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.read + other.read, self.written + other.written)

    def __sub__(self, other: Usage) -> Usage:
        return Usage(self.read - other.read, self.written - other.written)

    @property
    def total(self) -> int:
        """Tokens altogether."""
        return self.read + self.written


@dataclass(frozen=True, slots=True)
class Limits:
    """Per space and day; None is no limit. Prices and ``money`` are in one currency, prices per million tokens."""

    tokens: int | None = None
    money: float | None = None
    read_price: float = 0.0
    written_price: float = 0.0

    def cost(self, usage: Usage) -> float:
        """What some tokens cost."""
        return (usage.read * self.read_price + usage.written * self.written_price) / _MILLION

    def allow(self, usage: Usage) -> bool:
        """Whether a day's use stays within both limits."""
        within = self.tokens is None or usage.total <= self.tokens
        return within and (self.money is None or self.cost(usage) <= self.money)


@dataclass(frozen=True, slots=True)
class Spending:
    """What one space used of a model on one day (UTC), and what it may use."""

    model: str
    day: date
    used: Usage
    limits: Limits

    @property
    def money(self) -> float | None:
        """What it cost, in the currency of the prices; None when no price is set."""
        priced = self.limits.read_price or self.limits.written_price
        return self.limits.cost(self.used) if priced else None

    @property
    def spent(self) -> bool:
        """Whether nothing is left for another answer."""
        return not self.limits.allow(self.used + Usage(1))


class Budget:
    """Counts what each space used today; any number of threads may ask it."""

    def __init__(self, memory: Memory, limits: Limits, today: Callable[[], date]) -> None:
        """``today`` is the date in UTC."""
        self._memory, self._limits, self._today = memory, limits, today
        self._lock = threading.Lock()
        self._held: dict[str, Usage] = {}

    @property
    def limits(self) -> Limits:
        """What each space may use in a day."""
        return self._limits

    def hold(self, space: str, expected: Usage) -> bool:
        """Set ``expected`` aside for a call about to be made, if the day's rest allows; ``settle`` must follow."""
        with self._lock:
            wanted = self._held.get(space, Usage()) + expected
            if not self._limits.allow(self._used(space) + wanted):
                return False
            self._held[space] = wanted
            return True

    def settle(self, space: str, expected: Usage, used: Usage) -> None:
        """Count what was really used instead of what was set aside."""
        with self._lock:
            self._held[space] -= expected
            total = self._used(space) + used
            self._memory.set(_key(space), f"{self._today().isoformat()} {total.read} {total.written}")

    @property
    def today(self) -> date:
        """The day that is being counted, in UTC."""
        return self._today()

    def used(self, space: str) -> Usage:
        """What the space used today."""
        with self._lock:
            return self._used(space)

    def _used(self, space: str) -> Usage:
        day, _, counts = (self._memory.get(_key(space)) or "").partition(" ")
        if day != self._today().isoformat():
            return Usage()
        read, _, written = counts.partition(" ")
        return Usage(int(read), int(written))


def _key(space: str) -> str:
    return f"chat use {space}"
