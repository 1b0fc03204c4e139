"""Writers over the real openai client and langchain, pointed at a local server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from retrieval.answer.agree import Agreement
from retrieval.answer.write import Trail, Writer
from retrieval.chat.asker import Asker
from retrieval.chat.budget import Budget, Limits
from retrieval.chat.build import open_chat
from retrieval.chat.circuit import Circuit
from retrieval.chat.deadline import Clock, Deadline
from retrieval.chat.errand import Errand
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


@dataclass
class Office:
    """A model to send errands to, and what can be seen of them."""

    asker: Asker
    budget: Budget
    circuit: Circuit
    errands: list[Errand] = field(default_factory=list)
    clock: Clock = time.monotonic

    def deadline(self, seconds: float = 30.0) -> Deadline:
        return Deadline(self.clock, seconds)


@contextmanager
def asking(
    server: ChatServer, *, limits: Limits | None = None, clock: Clock = time.monotonic, failures: int = 100
) -> Iterator[Office]:
    chat = open_chat("openai:scripted", base_url=server.url, api_key="sk-secret-key", seconds=30.0)
    budget = Budget(Memory(), limits or Limits(), lambda: date(2026, 1, 1))
    circuit = Circuit(clock, failures)
    ladder = Ladder(chat, clock=clock, pause=lambda _: None)
    try:
        yield Office(Asker(ladder, circuit, budget), budget, circuit, clock=clock)
    finally:
        chat.close()


@contextmanager
def writing(
    server: ChatServer | str,
    *,
    seconds: float = 30.0,
    limits: Limits | None = None,
    clock: Clock = time.monotonic,
    failures: int = 100,
    agreement: Agreement | None = None,
) -> Iterator[Desk]:
    url = server if isinstance(server, str) else server.url
    chat = open_chat("openai:scripted", base_url=url, api_key="sk-secret-key", seconds=seconds)
    budget = Budget(Memory(), limits or Limits(), lambda: date(2026, 1, 1))
    trails: list[Trail] = []
    pauses: list[float] = []
    ladder = Ladder(chat, pause=pauses.append)
    circuit = Circuit(clock, failures)
    writer = Writer(chat.name, ladder, circuit, budget, seconds=seconds, watch=trails.append, agreement=agreement)
    try:
        yield Desk(writer, budget, trails, pauses)
    finally:
        chat.close()
