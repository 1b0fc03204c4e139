"""Embedders over the real openai client, pointed at a local server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from retrieval.chat.deadline import Clock
from retrieval.remote.embedder import RemoteEmbedder
from retrieval.remote.identity import Identity
from retrieval.remote.server import open_server
from tests.retrieval.remote.server import EmbeddingsServer
from tests.retrieval.writing.writers import Memory

MODEL = "openai:text-embedding-3-small"


@dataclass
class Remote:
    """An embedder and what can be seen of its work."""

    embedder: RemoteEmbedder
    memory: Memory
    pauses: list[float] = field(default_factory=list)


@contextmanager
def remote(
    server: EmbeddingsServer,
    memory: Memory | None = None,
    *,
    seconds: float = 30.0,
    clock: Clock = time.monotonic,
    model: str = MODEL,
) -> Iterator[Remote]:
    memory = memory or Memory()
    pauses: list[float] = []
    asked = open_server(model, base_url=server.url, api_key="sk-secret-key")
    embedder = RemoteEmbedder(asked, Identity(memory, asked.name), seconds=seconds, clock=clock, pause=pauses.append)
    try:
        yield Remote(embedder, memory, pauses)
    finally:
        embedder.close()
