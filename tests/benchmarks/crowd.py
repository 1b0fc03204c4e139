"""Fifty members ask at once: how long until each is acknowledged, with the real library under the real bot."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import simcord
from simcord.http import router

from bot.client import RejoinderClient
from bot.composition import open_library
from bot.settings import Settings
from tests.benchmarks.questions import QUESTIONS
from tests.benchmarks.tables import percentile, table
from tests.bot.crowding import ask_quietly
from tests.bot.town import Town

CROWD = 50
PATIENCE = 300.0


class Watched:
    """When the bot answered Discord, in milliseconds since ``start`` was last set."""

    def __init__(self) -> None:
        self.start = time.perf_counter()
        self.acknowledged: list[float] = []
        self.edited: list[float] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Take the time of every request that acknowledges or fills a reply."""
        original = router.dispatch

        def timed(backend: Any, method: str, path: str, **rest: Any) -> Any:
            if path.endswith("/callback"):
                self.acknowledged.append(self._now())
            elif method == "PATCH":
                self.edited.append(self._now())
            return original(backend, method, path, **rest)

        router.dispatch = timed
        try:
            yield
        finally:
            router.dispatch = original

    def _now(self) -> float:
        return (time.perf_counter() - self.start) * 1000


async def measure(settings: Settings) -> Watched:
    """Fifty ask at once; when each was acknowledged and answered."""
    watched = Watched()
    async with open_library(settings) as library:
        await library.ask(QUESTIONS[0])
        client = RejoinderClient(library, library.memory, patience=PATIENCE)
        async with simcord.run(client, settle_timeout=PATIENCE) as env:
            town = Town(env)
            people = [town.join(f"person-{number}") for number in range(CROWD)]
            with watched.watching():
                watched.start = time.perf_counter()
                for number, person in enumerate(people):
                    ask_quietly(town, person.id, QUESTIONS[number % len(QUESTIONS)])
                await env.settle()
    return watched


def report() -> str:
    """Figures of one crowd."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        watched = asyncio.run(measure(Settings(REJOINDER_DATA=Path(folder))))
    return table(("50 asks at once, simulated Discord", "measured", "asked for"), rows(watched))


def rows(watched: Watched) -> list[tuple[str, object, str]]:
    """The figures of a crowd."""
    return [
        ("acknowledged", f"{len(watched.acknowledged)} of {CROWD}", "all"),
        ("time to acknowledgement, 99th percentile (ms)", percentile(watched.acknowledged, 0.99), "≤ 1000"),
        ("time to the last answer (ms)", max(watched.edited), ""),
    ]
