"""A chat server on loopback that speaks the protocol of openai and plays every fault that servers have."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

Request = dict[str, Any]


class Handler(BaseHTTPRequestHandler):
    """One request; what it does is decided by the server's next play."""

    protocol_version = "HTTP/1.1"
    server: ChatServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked(self.path, dict(self.headers), body)
        try:
            self.server.next_play()(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(self, status: int, text: str, kind: str = "application/json", headers: Mapping[str, str] = {}) -> None:
        data = text.encode()
        self.begin(status, len(data), kind, headers)
        self.wfile.write(data)

    def begin(self, status: int, length: int, kind: str = "application/json", headers: Mapping[str, str] = {}) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(length), **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Tests stay quiet."""


Play = Callable[[Handler, Request], None]


class ChatServer(ThreadingHTTPServer):
    """Plays its plays in order, the last one for ever, and remembers what was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, *plays: Play) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self._plays = list(plays)
        self._lock = threading.Lock()
        self.requests: list[Request] = []
        self.headers: list[dict[str, str]] = []
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def asked(self, path: str, headers: dict[str, str], body: Request) -> None:
        with self._lock:
            assert path == "/v1/chat/completions", path
            self.requests.append(body)
            self.headers.append(headers)

    def plays(self, *plays: Play) -> None:
        """From now on play these."""
        with self._lock:
            self._plays = list(plays)

    def next_play(self) -> Play:
        with self._lock:
            return self._plays.pop(0) if len(self._plays) > 1 else self._plays[0]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what these tests are about."""


Running = TypeVar("Running", bound=ChatServer)


@contextmanager
def running(server: Running) -> Iterator[Running]:
    """A server at work in a thread, ended with whatever it is in the middle of."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def serving(*plays: Play) -> AbstractContextManager[ChatServer]:
    return running(ChatServer(*plays))


def completion(content: str | None, finish: str = "stop", **message: object) -> dict[str, Any]:
    """A chat completion as servers send it."""
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "scripted",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": content, **message},
            }
        ],
    }


def says(content: str | None, finish: str = "stop", read: int | None = None, **message: object) -> Play:
    """A reply, with usage figures when ``read`` is given."""

    def play(handler: Handler, _: Request) -> None:
        reply = completion(content, finish, **message)
        if read is not None:
            reply["usage"] = {"prompt_tokens": read, "completion_tokens": 90, "total_tokens": read + 90}
        handler.send(200, json.dumps(reply))

    return play


def scripted(script: Callable[[Request], str]) -> Play:
    """A reply made from the request."""
    return lambda handler, body: says(script(body))(handler, body)


def sends(text: str, kind: str = "application/json") -> Play:
    """Any body with status 200."""
    return lambda handler, _: handler.send(200, text, kind)


def fails(status: int, message: str = "no", code: str | None = None, **headers: str) -> Play:
    """An error as openai reports it."""
    error = {"error": {"message": message, "type": code or "error", "code": code, "param": None}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler, _: handler.send(status, json.dumps(error), headers=named)


def refuses_formats(*formats: str, then: Play) -> Play:
    """A server that does not know some response formats."""

    def play(handler: Handler, body: Request) -> None:
        if body.get("response_format", {}).get("type") in formats:
            fails(400, "'response_format' is not supported")(handler, body)
        else:
            then(handler, body)

    return play


def hangs(handler: Handler, _: Request) -> None:
    """Says nothing until the test ends."""
    assert isinstance(handler.server, ChatServer)
    handler.server.closing.wait(10)


def resets(handler: Handler, _: Request) -> None:
    """Breaks the connection off."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def drips(handler: Handler, _: Request) -> None:
    """Sends a good reply so slowly that no read ever times out."""
    data = json.dumps(completion("x" * 2000)).encode()
    handler.begin(200, len(data))
    for byte in data:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        if handler.server.closing.wait(0.02):
            return


def truncates(handler: Handler, _: Request) -> None:
    """Promises more bytes than it sends."""
    data = json.dumps(completion("{}")).encode()
    handler.begin(200, len(data) + 50)
    handler.wfile.write(data[:-20])
    handler.close_connection = True
