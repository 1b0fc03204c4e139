"""A server on loopback that speaks openai's chat protocol with the words of the scripted model.

Everything above the wire (the real openai client, langchain, the ladder) is the same as with a real model. It may speak
at a pace, so that times can be measured, and streams when it is asked to.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from retrieval.chat.estimate import tokens
from retrieval.evaluate.scripted import NAME, Message, reply

HOST = "127.0.0.1"
ID = "scripted-reply"
_PIECE = re.compile(r"\s*\S{1,6}|\s+")
"""Roughly what a tokenizer makes of prose."""

Author = Callable[[Sequence[Message], bool], str]
"""(messages, whether JSON was asked for) to a reply."""


def good(messages: Sequence[Message], structured: bool) -> str:
    """The scripted good model."""
    return reply(messages, structured=structured)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: Speaker

    def do_POST(self) -> None:
        """A completion, whole or in pieces."""
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
        if not self.path.endswith("/chat/completions"):
            self._send(404, {"error": {"message": "Only /v1/chat/completions is here.", "type": "not_found"}})
            return
        words = self.server.author(body["messages"], "response_format" in body)
        try:
            self._stream(body, words) if body.get("stream") else self._whole(body, words)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_GET(self) -> None:
        """The list of models."""
        self._send(200, {"object": "list", "data": [{"id": NAME, "object": "model", "owned_by": "rejoinder"}]})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Whoever measures wants no log."""

    def _whole(self, body: dict[str, Any], words: str) -> None:
        self.server.speak(len(pieces(words)))
        message = {"role": "assistant", "content": words}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        self._send(200, _envelope(body, "chat.completion", [choice]) | {"usage": usage(body, words)})

    def _stream(self, body: dict[str, Any], words: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        for piece in pieces(words):
            self.server.speak(1)
            self._event(_chunk(body, {"content": piece}, None))
        self._event(_chunk(body, {}, "stop"))
        if (body.get("stream_options") or {}).get("include_usage"):
            self._event(_envelope(body, "chat.completion.chunk", []) | {"usage": usage(body, words)})
        self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def _event(self, content: object) -> None:
        self.wfile.write(f"data: {json.dumps(content)}\n\n".encode())
        self.wfile.flush()

    def _send(self, status: int, content: object) -> None:
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Speaker(ThreadingHTTPServer):
    """The server; any number of clients may ask it at once."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, author: Author = good, pace: float | None = None) -> None:
        """``pace`` is tokens in a second for each reply; None is as fast as it goes."""
        super().__init__((HOST, 0), Handler)
        self.author, self._pace = author, pace
        self.ending = threading.Event()

    @property
    def url(self) -> str:
        """What OPENAI_BASE_URL would be."""
        return f"http://{HOST}:{self.server_address[1]}/v1"

    def speak(self, count: int) -> None:
        """Take the time that some tokens take."""
        if self._pace:
            self.ending.wait(count / self._pace)


@contextmanager
def speaking(author: Author = good, pace: float | None = None) -> Iterator[Speaker]:
    """A running server, for as long as it is needed."""
    server = Speaker(author, pace)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()


def pieces(words: str) -> list[str]:
    """A reply cut into about as many pieces as it has tokens."""
    return _PIECE.findall(words)


def usage(body: dict[str, Any], words: str) -> dict[str, int]:
    """The usage figures of one call, estimated."""
    heard, said = sum(tokens(message["content"]) for message in body["messages"]), tokens(words)
    return {"prompt_tokens": heard, "completion_tokens": said, "total_tokens": heard + said}


def _chunk(body: dict[str, Any], delta: dict[str, str], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant"} | delta, "finish_reason": finish}
    return _envelope(body, "chat.completion.chunk", [choice])


def _envelope(body: dict[str, Any], kind: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    made = int(time.time())
    return {"id": ID, "object": kind, "created": made, "model": body.get("model", NAME), "choices": choices}
