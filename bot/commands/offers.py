"""What a message offered when somebody picked "Add as source", until its form comes back.

In this process's memory: a form cannot carry addresses of files, and a restart in that minute costs one more click.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from bot.commands.handed import Thing
from retrieval.errors import NotFound

_MANY = 200
"""Offers kept; the oldest go first. A person has one or two open."""


class Offers:
    """Keeps what was offered to whom."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, str, tuple[Thing, ...]]] = {}

    def keep(self, person: int, space: str, things: Sequence[Thing]) -> str:
        """Keep what somebody may pick from; returns the key to it."""
        key = secrets.token_urlsafe(9)
        self._kept[key] = (person, space, tuple(things))
        while len(self._kept) > _MANY:
            del self._kept[next(iter(self._kept))]
        return key

    def take(self, key: str, person: int, space: str) -> tuple[Thing, ...]:
        """What was offered to this person in this space, once.

        Raises:
            NotFound: nothing, or not any more.
        """
        if self._kept.get(key, (0, ""))[:2] != (person, space):
            raise NotFound("I was restarted in between; please pick “Add as source” on the message once more.")
        return self._kept.pop(key)[2]
