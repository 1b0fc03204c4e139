"""Work on sources that outlasts its reply, and replies that are dismissed meanwhile: nobody is left without a word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.client import RejoinderClient
from retrieval.errors import Unavailable
from retrieval.ingest.intake import Given
from retrieval.types import Role, Source
from tests.bot.desk import DeskStandIn, draft
from tests.bot.standin import Notebook, StandIn
from tests.bot.table import FILE
from tests.bot.test_adding import MINUTES, PACE, labels_of
from tests.bot.town import Town, read


@pytest.fixture
def desk(shelf: StandIn) -> DeskStandIn:
    return DeskStandIn(shelf)


@pytest.fixture
def simcord_bot(shelf: StandIn, notebook: Notebook, desk: DeskStandIn) -> RejoinderClient:
    return RejoinderClient(shelf, notebook, desk, pace=PACE)


@pytest.fixture
def source(town: Town, shelf: StandIn, desk: DeskStandIn) -> Source:
    """A source of the server whose page is not as it was."""
    here = str(town.guild.id)
    made = Source("own-1", Role.REFERENCE, "The secret papers", url="https://a.example/own", space=here)
    shelf.shelved = {here: {made.id: made}}
    desk.curator.fresh = {made.id: draft("d9", Given(Role.REFERENCE, here), "The secret papers, again.")}
    return made


async def until(town: Town, there: Callable[[], object]) -> None:
    """Let the threads that still work finish: simulated time passes faster than they can on a busy machine."""
    for _ in range(1000):
        if there():
            return
        await asyncio.to_thread(int)
        await town.env.advance_time(0)


async def told_in_channel(town: Town) -> Any:
    await until(town, lambda: town.channel.history(viewer=town.ben))
    [posted] = town.channel.history(viewer=town.ben)
    assert "secret" not in read(posted)
    return posted


async def test_refreshing_tells_how_far_it_is(town: Town, mod: Any, desk: DeskStandIn, source: Source) -> None:
    desk.curator.slow = 5 * MINUTES
    result = await mod.slash(town.channel, "source refresh", source=source.id)
    await town.env.advance_time(PACE)
    assert read(result.response) == "The secret papers: fetching, 3 of 12"
    await town.env.advance_time(5 * MINUTES)
    await until(town, lambda: result.followups)
    assert "2 paragraphs." in read(result.response)
    assert "## Preview" in read(result.followups[0])
    assert desk.curator.refreshed == [(source.id, str(mod.id), str(town.channel.id))]


async def test_a_refresh_whose_reply_has_expired_is_offered_in_the_channel(
    town: Town, mod: Any, desk: DeskStandIn, source: Source
) -> None:
    desk.curator.slow = 20 * MINUTES
    await mod.slash(town.channel, "source refresh", source=source.id)
    await town.env.advance_time(21 * MINUTES)
    posted = await told_in_channel(town)
    assert labels_of(posted) == ["Show the preview"]
    shown = (await mod.click(posted, label="Show the preview")).response
    assert "The secret papers, again" in read(shown)


async def test_a_balance_whose_reply_has_expired_can_be_asked_for_again(
    town: Town, mod: Any, desk: DeskStandIn
) -> None:
    desk.curator.slow = 20 * MINUTES
    await mod.slash(town.channel, "source balance")
    await town.env.advance_time(21 * MINUTES)
    assert "ask for it once more with /source balance" in read(await told_in_channel(town))


async def test_a_balance_whose_reply_was_dismissed_comes_beside_it_with_its_picture(
    town: Town, mod: Any, desk: DeskStandIn
) -> None:
    desk.curator.slow = 5 * MINUTES
    result = await mod.slash(town.channel, "source balance")
    await town.env.advance_time(PACE)
    town.env.backend.delete_message(town.channel.id, result.response.id)
    await town.env.advance_time(6 * MINUTES)
    await until(town, lambda: result.followups)
    [beside] = result.followups
    assert beside.ephemeral
    assert [file.filename for file in beside.attachments] == ["balance.png"]


async def test_an_import_whose_reply_has_expired_is_told_in_the_channel(
    town: Town, mod: Any, desk: DeskStandIn, shelf: StandIn
) -> None:
    shown = (await mod.slash(town.channel, "source import", file=FILE)).response
    desk.curator.slow = 20 * MINUTES
    await mod.click(shown, label="Import")
    await town.env.advance_time(21 * MINUTES)
    assert read(await told_in_channel(town)) == "The sources of a file are imported."
    assert list(shelf.shelved[str(town.guild.id)]) == ["new-1"]


async def test_an_import_that_fails_after_its_reply_has_expired_is_told_in_the_channel(
    town: Town, mod: Any, desk: DeskStandIn
) -> None:
    async def broken(*_: object, **__: object) -> Any:
        await asyncio.sleep(20 * MINUTES)
        raise Unavailable("The secret papers cannot be made searchable now.")

    shown = (await mod.slash(town.channel, "source import", file=FILE)).response
    desk.drafts.importer = broken
    await mod.click(shown, label="Import")
    assert desk.drafts.heard == []
    await town.env.advance_time(21 * MINUTES)
    assert read(await told_in_channel(town)) == "A file could not be imported."
    assert desk.drafts.heard == ["job-1"]


async def test_a_fault_in_long_work_costs_one_sentence(town: Town, mod: Any, desk: DeskStandIn) -> None:
    async def broken(*_: object, **__: object) -> Any:
        raise RuntimeError("the judge is gone")

    desk.curator.balance = broken  # type: ignore[method-assign]  # the one verb that fails
    told = read((await mod.slash(town.channel, "source balance")).response)
    assert told.startswith("Something went wrong on our side; please try again in a moment.\n-# id ")
    assert "judge" not in told
