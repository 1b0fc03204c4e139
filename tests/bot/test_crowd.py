"""Many at once: everybody is acknowledged before anybody is answered."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.client import RejoinderClient
from tests.bot.crowding import ask_quietly
from tests.bot.standin import Notebook, StandIn
from tests.bot.town import Town, read
from tests.bot.wire import Wire

CROWD = 50


async def test_fifty_questions_at_once_are_all_acknowledged_before_the_first_answer(
    town: Town, shelf: StandIn, notebook: Notebook, wire: Wire
) -> None:
    await town.env.restart_bot(RejoinderClient(shelf, notebook, patience=3_600))
    waiting = asyncio.Event()
    waiters = 0
    ready = shelf.ask

    async def ask_when_all_are_here(*given: Any, **named: Any) -> Any:
        nonlocal waiters
        waiters += 1
        if waiters == CROWD:
            waiting.set()
        await waiting.wait()
        return await ready(*given, **named)

    shelf.ask = ask_when_all_are_here  # type: ignore[method-assign]  # a library that waits for the whole crowd
    people = [town.join(f"person-{n}") for n in range(CROWD)]
    before = len(wire.requests)
    records = [ask_quietly(town, person.id, "What did the bridge cost?") for person in people]
    await town.env.settle()
    requests = wire.requests[before:]
    assert [request.method for request in requests] == ["POST"] * CROWD + ["PATCH"] * CROWD
    assert all(request.body == {"type": 5} for request in requests[:CROWD])
    assert all(record.responded and not record.loading for record in records)
    assert sum("O1" in read(message) for message in town.channel.history(viewer=town.ada)) == CROWD
