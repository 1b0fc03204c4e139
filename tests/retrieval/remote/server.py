"""An embeddings server on loopback: equal words give equal vectors, and every fault of `chat.server` can be played."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from tests.retrieval.chat.server import ChatServer, Handler, Play, Request, fails, running
from tests.retrieval.store.making import WordEmbedder

DIMENSIONS = 24


class EmbeddingsServer(ChatServer):
    """Plays its plays in order, the last one for ever; keeps the texts of each call."""

    def asked(self, path: str, headers: dict[str, str], body: Request) -> None:
        with self._lock:
            assert path == "/v1/embeddings", path
            self.requests.append(body)
            self.headers.append(headers)

    @property
    def calls(self) -> list[list[str]]:
        """The texts of each call."""
        with self._lock:
            return [list(body["input"]) for body in self.requests]

    @property
    def texts(self) -> list[str]:
        """All texts, in order."""
        return [text for call in self.calls for text in call]


def embedding(*plays: Play) -> AbstractContextManager[EmbeddingsServer]:
    return running(EmbeddingsServer(*(plays or (vectors(),))))


def vectors(name: str = "remote-1", dimensions: int = DIMENSIONS) -> Play:
    """A good reply; the length of the vectors is not 1, as with servers that leave that to the client."""
    words = WordEmbedder(name, dimensions)

    def play(handler: Handler, body: Request) -> None:
        rows = (words.embed_queries(body["input"]) * 3).tolist()
        handler.send(200, json.dumps(reply(rows)))

    return play


def reply(rows: Sequence[Any], places: Sequence[Any] | None = None) -> dict[str, Any]:
    """A reply as servers send it."""
    data = [
        {"object": "embedding", "index": place, "embedding": row}
        for place, row in zip(places if places is not None else range(len(rows)), rows, strict=True)
    ]
    return {"object": "list", "model": "m", "data": data, "usage": {"prompt_tokens": 7, "total_tokens": 7}}


def gives(make: Callable[[int], object]) -> Play:
    """A reply with status 200, made from the number of texts."""
    return lambda handler, body: handler.send(200, json.dumps(make(len(body["input"]))))


def takes_few(most: int, status: int = 422, message: str = "batch size > maximum allowed batch size") -> Play:
    """Refuses a call with more than ``most`` texts."""
    good = vectors()

    def play(handler: Handler, body: Request) -> None:
        if len(body["input"]) > most:
            fails(status, message)(handler, body)
        else:
            good(handler, body)

    return play


def takes_short(most: int) -> Play:
    """Refuses a text of more than ``most`` letters."""
    good = vectors()

    def play(handler: Handler, body: Request) -> None:
        if any(len(text) > most for text in body["input"]):
            fails(400, "This model's maximum context length is 512 tokens")(handler, body)
        else:
            good(handler, body)

    return play
