"""Faults beyond those of test_write.py: odd statuses, bodies that are cut, garbled or endless, and servers that stall.

For each: the embedded answer, within the deadline, with a quiet note, and nothing of the server's words.
"""

from __future__ import annotations

import gzip
import json
import logging
import socket
import struct
import time
from dataclasses import replace

import pytest

from retrieval.answer.fallback import NOTICES
from retrieval.chat.faults import Trouble
from tests.retrieval.chat.server import Handler, Play, Request, completion, fails, says, sends, serving
from tests.retrieval.writing.story import SPACE, answer, draft, stored
from tests.retrieval.writing.writers import writing

GOOD = json.dumps(completion(draft()))


def raw(data: bytes, kind: str = "application/json", **headers: str) -> Play:
    """Any bytes with status 200."""

    def play(handler: Handler, _: Request) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        handler.begin(200, len(data), kind, named)
        handler.wfile.write(data)

    return play


def moved(handler: Handler, _: Request) -> None:
    """A captive portal sends everybody to its own page."""
    handler.send(302, "", headers={"location": "/login"})


def chunked_and_cut(handler: Handler, _: Request) -> None:
    """A chunked body whose last chunk never comes (openai-python#2065)."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("transfer-encoding", "chunked")
    handler.end_headers()
    half = GOOD[: len(GOOD) // 2].encode()
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(half), half))
    handler.close_connection = True


def reset_in_the_body(handler: Handler, _: Request) -> None:
    """Half a reply, then a broken connection."""
    handler.begin(200, len(GOOD))
    handler.wfile.write(GOOD[: len(GOOD) // 2].encode())
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def stalls_in_the_body(handler: Handler, _: Request) -> None:
    """Half a reply, then nothing."""
    handler.begin(200, len(GOOD))
    handler.wfile.write(GOOD[: len(GOOD) // 2].encode())
    handler.wfile.flush()
    handler.server.closing.wait(10)


def stalls_in_the_head(handler: Handler, _: Request) -> None:
    """A status line, then nothing."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
    handler.wfile.flush()
    handler.server.closing.wait(10)


STREAM = "".join(
    f"data: {json.dumps({'choices': [{'index': 0, 'delta': {'content': piece}}]})}\n\n" for piece in ("{", '"sen')
)
FAULTS: dict[str, tuple[Play, Trouble, int]] = {
    "payment required": (fails(402), Trouble.NO_CREDIT, 1),
    "request timeout": (fails(408), Trouble.UNREACHABLE, 3),
    "conflict": (fails(409), Trouble.LIMITED, 3),
    "gone": (fails(410), Trouble.NO_MODEL, 1),
    "too large": (fails(413), Trouble.CONTEXT, 1),
    "bad gateway, as HTML": (lambda handler, _: handler.send(502, "<html>", "text/html"), Trouble.UNREACHABLE, 3),
    "model loading": (fails(503, "Loading model"), Trouble.UNREACHABLE, 3),
    "key without rights to the model": (fails(403, "Project has no access to model"), Trouble.REJECTED_KEY, 1),
    "captive portal": (moved, Trouble.UNSUPPORTED, 3),
    "an error with status 200": (sends('{"error": {"message": "overloaded", "code": 503}}'), Trouble.UNREADABLE, 3),
    "null": (sends("null"), Trouble.UNREADABLE, 3),
    "a list": (sends("[]"), Trouble.UNREADABLE, 3),
    "no body": (sends(""), Trouble.UNREADABLE, 3),
    "not UTF-8": (raw(b'{"choices": "\xff\xfe\xfa"}'), Trouble.UNREADABLE, 3),
    "not gzip": (raw(b"plain", content_encoding="gzip"), Trouble.UNREACHABLE, 3),
    "a stream that nobody asked for": (raw(STREAM.encode(), "text/event-stream"), Trouble.UNREADABLE, 3),
    "chunked and cut": (chunked_and_cut, Trouble.UNREACHABLE, 3),
    "reset in the body": (reset_in_the_body, Trouble.UNREACHABLE, 3),
    "a tool call": (says(None, finish="tool_calls", tool_calls=[]), Trouble.UNREADABLE, 3),
    "deep JSON": (says("[" * 20_000 + "]" * 20_000), Trouble.UNREADABLE, 3),
    "an endless reply": (says("The harbour. " * 100_000), Trouble.UNREADABLE, 3),
    "no sentences": (says('{"sentences": []}'), Trouble.UNFOUNDED, 1),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_odd_fault_gives_the_embedded_answer_with_a_notice(name: str, caplog: pytest.LogCaptureFixture) -> None:
    play, trouble, calls = FAULTS[name]
    caplog.set_level(logging.ERROR)
    with serving(play) as server, writing(server) as desk:
        written = desk.writer.write(answer(), stored(), SPACE)
    assert written.notice == NOTICES[trouble], desk.trails[0].trouble
    assert replace(written, notice=None, elapsed_ms=5, made=None) == answer()
    assert len(server.requests) == calls
    assert caplog.text == ""


@pytest.mark.parametrize("play", [stalls_in_the_body, stalls_in_the_head])
def test_a_server_that_stalls_is_left_at_the_deadline(play: Play) -> None:
    late = replace(answer(), elapsed_ms=29_700)
    with serving(says(draft()), play) as server, writing(server, seconds=30) as desk:
        assert desk.writer.write(answer(), stored(), SPACE).mode == "model"
        start = time.monotonic()
        written = desk.writer.write(late, stored(), SPACE)
        took = time.monotonic() - start
    assert written.notice == NOTICES[Trouble.LATE]
    assert (written.mode, written.text, took < 3) == ("embedded", "The embedded answer.", True)


def test_a_good_reply_without_a_finish_reason_or_compressed_is_used() -> None:
    plain = completion(draft())
    plain["choices"][0]["finish_reason"] = None
    packed = raw(gzip.compress(GOOD.encode()), content_encoding="gzip")
    with serving(sends(json.dumps(plain)), packed) as server, writing(server) as desk:
        modes = [desk.writer.write(answer(), stored(), SPACE).mode for _ in range(2)]
    assert modes == ["model", "model"]
