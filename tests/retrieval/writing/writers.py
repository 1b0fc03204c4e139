"""Writers over the real openai client and langchain, pointed at a local server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from retrieval.answer.write import Trail, Writer
from retrieval.chat.budget import Budget, Limits
from retrieval.chat.build import open_chat
from retrieval.chat.circuit import Circuit
from retrieval.chat.deadline import Clock
from retrieval.chat.ladder import Ladder
from tests.retrieval.chat.server import ChatServer


class Memory:
    """Small values, kept in a dictionary."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.values.get(key)

    def set(self, key: str, value: str) -> None:
        self.values[key] = value


@dataclass
class Desk:
    """A writer and what can be seen of its work."""

    writer: Writer
    budget: Budget
    trails: list[Trail] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)


@contextmanager
def writing(
    server: ChatServer | str,
    *,
    seconds: float = 30.0,
    limits: Limits | None = None,
    clock: Clock = time.monotonic,
    failures: int = 100,
) -> Iterator[Desk]:
    url = server if isinstance(server, str) else server.url
    chat = open_chat("openai:scripted", base_url=url, api_key="sk-secret-key", seconds=seconds)
    budget = Budget(Memory(), limits or Limits(), lambda: date(2026, 1, 1))
    trails: list[Trail] = []
    pauses: list[float] = []
    ladder = Ladder(chat, pause=pauses.append)
    writer = Writer(chat.name, ladder, Circuit(clock, failures), budget, seconds=seconds, watch=trails.append)
    try:
        yield Desk(writer, budget, trails, pauses)
    finally:
        chat.close()
