"""With a chat model: when the first words and the whole answer stand in Discord, and what fifty hanging calls cost.

The model is scripted and local: it writes as told, at a steady pace. Everything else is real, the openai client too.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

from bot.composition import open_library
from bot.settings import Settings
from retrieval.chat.estimate import tokens
from retrieval.types import Answer
from tests.benchmarks import crowd
from tests.benchmarks.questions import QUESTIONS
from tests.benchmarks.tables import table
from tests.retrieval.chat.server import ChatServer, Handler, Play, Request, says, serving
from tests.retrieval.writing.goodmodel import answers

T = TypeVar("T")

PACE = 30
"""Tokens a second."""
ASKED = (0, 1, 3, 9)
"""Places of the questions: such as have evidence on a side."""
FOR_EVER = 600.0
_CLOCK = time.monotonic


def paced(pace: float) -> Play:
    """A good model that takes its time for every token that it writes."""

    def play(handler: Handler, body: Request) -> None:
        text = answers(body)
        handler.server.closing.wait(tokens(text) / pace)
        says(text)(handler, body)

    return play


def hangs(handler: Handler, _: Request) -> None:
    """Never says anything."""
    handler.server.closing.wait(FOR_EVER)


class Steady(asyncio.SelectorEventLoop):
    """A loop on the real clock: SimCord puts another one in its place, and jumps."""

    def time(self) -> float:
        """Seconds."""
        return _CLOCK()


def settings(folder: str, server: ChatServer) -> Settings:
    """A fresh library that writes with the server's model."""
    chat: dict[str, Any] = {
        "REJOINDER_CHAT_MODEL": "openai:scripted",
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": "none",
    }
    return Settings(REJOINDER_DATA=Path(folder), **chat)


async def measure(chosen: Settings) -> tuple[list[float], list[float], int]:
    """Milliseconds until the first and the last words of each answer can be shown, and how many were the model's.

    The library alone: on SimCord's clock a second may be over at once, or never.
    """
    first: list[float] = []
    last: list[float] = []
    written = 0
    async with open_library(chosen) as library:
        for place in ASKED:
            start = time.perf_counter()
            shown: list[float] = []

            async def early(_: Answer, shown: list[float] = shown, start: float = start) -> None:
                shown.append((time.perf_counter() - start) * 1000)

            answer = await library.ask(QUESTIONS[place], early=early)
            last.append((time.perf_counter() - start) * 1000)
            first.append(min([*shown, last[-1]]))
            written += answer.mode == "model"
    return first, last, written


def run(measuring: Coroutine[Any, Any, T]) -> T:
    """Measure, with the chat model's loop on the real clock."""
    with mock.patch("asyncio.new_event_loop", Steady):
        return asyncio.run(measuring)


def report() -> str:
    """Time to the first visible text and to the full answer."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, serving(paced(PACE)) as server:
        first, last, written = asyncio.run(measure(settings(folder, server)))
    lines = [
        ("answers in the model's words", f"{written} of {len(ASKED)}"),
        ("first visible text, median (ms)", statistics.median(first)),
        ("full answer, median (ms)", statistics.median(last)),
        ("full answer, longest (ms)", max(last)),
    ]
    return table((f"a model of {PACE} tokens a second", "measured"), lines)


def hanging_report() -> str:
    """Acknowledgement and answers while every call to the model hangs."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, serving(hangs) as server:
        watched = run(crowd.measure(settings(folder, server)))
        calls = len(server.requests)
    lines = [*crowd.rows(watched), ("calls that hung", calls, "")]
    return table(("50 asks at once, the model hangs", "measured", "asked for"), lines)
