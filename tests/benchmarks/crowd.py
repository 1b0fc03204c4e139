"""Fifty members ask at once: how long until each is acknowledged, with the real library under the real bot."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
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


async def measure(data: Path) -> tuple[list[float], list[float]]:
    """Milliseconds from each interaction's arrival to its acknowledgement and to its answer."""
    acknowledged: list[float] = []
    answered: list[float] = []
    async with open_library(Settings(REJOINDER_DATA=data)) as library:
        await library.ask(QUESTIONS[0])
        client = RejoinderClient(library, library.memory, patience=PATIENCE)
        async with simcord.run(client, settle_timeout=PATIENCE) as env:
            town = Town(env)
            people = [town.join(f"person-{number}") for number in range(CROWD)]
            start = time.perf_counter()

            def watched(dispatch: Callable[..., Any]) -> Callable[..., Any]:
                def timed(backend: Any, method: str, path: str, **rest: Any) -> Any:
                    seen = acknowledged if path.endswith("/callback") else answered if method == "PATCH" else []
                    seen.append((time.perf_counter() - start) * 1000)
                    return dispatch(backend, method, path, **rest)

                return timed

            original = router.dispatch
            router.dispatch = watched(original)
            try:
                for number, person in enumerate(people):
                    ask_quietly(town, person.id, QUESTIONS[number % len(QUESTIONS)])
                await env.settle()
            finally:
                router.dispatch = original
    return acknowledged, answered


def report() -> str:
    """Figures of one crowd."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        acknowledged, answered = asyncio.run(measure(Path(folder)))
    rows = [
        ("acknowledged", f"{len(acknowledged)} of {CROWD}", "all"),
        ("time to acknowledgement, 99th percentile (ms)", percentile(acknowledged, 0.99), "≤ 1000"),
        ("time to the last answer (ms)", max(answered), ""),
    ]
    return table(("50 asks at once, simulated Discord", "measured", "asked for"), rows)
