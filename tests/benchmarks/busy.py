"""Members ask while a moderator adds long pages: how long until each question is acknowledged."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import simcord
from simcord.http import router

from bot.client import RejoinderClient
from bot.composition import House, open_house
from bot.settings import Settings
from retrieval.curate.types import Item
from retrieval.ingest.intake import Given
from retrieval.store import waiting
from tests.benchmarks import material
from tests.benchmarks.crowd import PATIENCE
from tests.benchmarks.questions import QUESTIONS
from tests.benchmarks.tables import percentile, table
from tests.bot.crowding import ask_quietly
from tests.bot.town import Town

ASKS, GAP = 40, 0.5
"""Questions, and the seconds between two."""
WORDS = 5_000
ROOM = 250
"""Passages that wait before the index is written to."""


class Times:
    """When each question came, was acknowledged and answered: milliseconds by the interaction's token."""

    def __init__(self) -> None:
        self.asked: dict[str, float] = {}
        self.acknowledged: dict[str, float] = {}
        self.answered: dict[str, float] = {}

    def note(self, method: str, path: str) -> None:
        """A request of the bot to Discord."""
        now = time.perf_counter()
        for token, asked in self.asked.items():
            if token in path:
                kept = self.acknowledged if path.endswith("/callback") else self.answered if method == "PATCH" else {}
                kept[token] = (now - asked) * 1000

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note every request."""
        original = router.dispatch

        def noted(backend: Any, method: str, path: str, **rest: Any) -> Any:
            self.note(method, path)
            return original(backend, method, path, **rest)

        router.dispatch = noted
        try:
            yield
        finally:
            router.dispatch = original


async def _add_for_ever(house: House, added: list[int]) -> None:
    """Pages of one server, one after the other."""
    for number in count():
        page = Item(name=f"{number}.html", data=material.page(WORDS, number))
        draft = await house.desk.drafts.propose(page, Given(space="1"), who="benchmark")
        change = await house.desk.drafts.confirm(draft.id, "1", actor="benchmark")
        added.append(change.passages)


async def measure(data: Path) -> tuple[Times, list[int], float]:
    """The times of the questions, the passages of each source added meanwhile, and how long all took."""
    times, added = Times(), list[int]()
    async with open_house(Settings(_env_file=None, REJOINDER_DATA=data)) as house:
        await house.library.reconcile()
        await house.library.ask(QUESTIONS[0])
        client = RejoinderClient(house.library, house.library.memory, house.desk, patience=PATIENCE)
        async with simcord.run(client, settle_timeout=PATIENCE) as env:
            town = Town(env)
            people = [town.join(f"person-{number}") for number in range(ASKS)]
            adding = asyncio.create_task(_add_for_ever(house, added))
            began = time.perf_counter()
            with times.watching():
                for number, person in enumerate(people):
                    # Not asyncio.sleep: the clock of a simulated Discord jumps.
                    await asyncio.to_thread(time.sleep, GAP)
                    asked = time.perf_counter()
                    record = ask_quietly(town, person.id, QUESTIONS[number % len(QUESTIONS)])
                    times.asked[record.token] = asked
                while len(times.answered) < ASKS and time.perf_counter() - began < PATIENCE:
                    await asyncio.to_thread(time.sleep, 0.05)
            took = time.perf_counter() - began
            adding.cancel()
            await asyncio.wait([adding])
    return times, added, took


def report() -> str:
    """Figures of one busy minute."""
    small = mock.patch.object(waiting, "ROOM", ROOM)  # so that the index is written to meanwhile, as with more pages
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, small:
        times, added, took = asyncio.run(measure(Path(folder)))
    waited, answered = list(times.acknowledged.values()), list(times.answered.values())
    rows: list[tuple[object, ...]] = [
        (f"pages of {WORDS:,} words added meanwhile", f"{len(added)} ({sum(added)} passages in {took:.0f} s)", ""),
        ("acknowledged", f"{len(waited)} of {ASKS}", "all"),
        ("time to acknowledgement, median (ms)", percentile(waited, 0.5), ""),
        ("time to acknowledgement, 99th percentile (ms)", percentile(waited, 0.99), "≤ 1000"),
        ("time to the answer, median (ms)", percentile(answered, 0.5), ""),
    ]
    return table(("asking while adding, simulated Discord", "measured", "asked for"), rows)
