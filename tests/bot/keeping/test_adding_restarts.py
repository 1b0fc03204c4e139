"""Stops of the bot while it adds and imports: everything handed in goes on, and its channel is told, once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.client import RejoinderClient
from bot.commands import adding, handed
from bot.composition import Desk, House
from bot.terminal.run import tidy_and_tell
from retrieval.curate.claim_finder import ClaimFinder
from retrieval.curate.preview import Understanding
from retrieval.curate.types import Stage
from retrieval.errors import Unavailable
from retrieval.ingest.fetch import Fetched
from retrieval.ingest.intake import Given, Intake
from retrieval.ingest.readers.hint import Hint
from retrieval.library import Library
from tests.bot.standin import Notebook
from tests.bot.test_adding import MINUTES, labels_of
from tests.bot.test_adding_shop import Premises, client, hand_in
from tests.bot.town import Town, labels, read
from tests.loopback import Site
from tests.retrieval.curate.shop import STORY

DAY = timedelta(days=1)
SEED = b"---\nid: R07\nrole: reference\ntitle: The seed\n---\n\n- The ferry sank in March.\n"


@pytest.fixture
def restart(town: Town, premises: Premises, notebook: Notebook) -> Callable[[], Awaitable[RejoinderClient]]:
    """Stops the bot where it is, whatever it is at, and starts it on the same folder."""

    async def restarted() -> RejoinderClient:
        made = client(await premises.reopen(), notebook)
        await town.env.restart_bot(made)
        return made

    return restarted


def posted(town: Town) -> list[str]:
    """What stands in the channel for all to see, oldest first."""
    return [read(message) for message in town.channel.history(viewer=town.ben)]


def stages(premises: Premises) -> list[str]:
    return [row.stage for row in premises.open.shelf.records.drafts.at(list(Stage))]


async def _of_discord(town: Town, link: str) -> Fetched:
    """What stands where Discord keeps a file, of the kind that Discord says it is, which may be wrong."""
    return Fetched(link, town.env.backend.cdn.get(link), Hint("x", "text/html"))


async def _for_ever(*_: object, **__: object) -> Any:
    """Longer than the bot lives: the stop comes first."""
    await asyncio.sleep(60 * MINUTES)


async def test_each_of_several_things_goes_on_after_a_stop_before_most_were_begun(
    town: Town,
    mod: Any,
    site: Site,
    premises: Premises,
    restart: Callable[[], Awaitable[RejoinderClient]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    links = [site.page(f"/{n}.txt", f"{STORY} {n}".encode(), Content_Type="text/plain") for n in range(2)]
    files = [("a.txt", STORY.encode()), ("R07.md", SEED), ("c.txt", f"{STORY} c".encode())]
    real, download = Intake.fetch, handed.fetched

    async def from_discord(intake: Intake, link: str) -> Fetched:
        return await (real(intake, link) if link in links else _of_discord(town, link))

    async def first_only(bot: discord.Client, address: str) -> bytes:
        return await (download(bot, address) if address.endswith("a.txt") else _for_ever())

    with monkeypatch.context() as patch:
        patch.setattr(Intake, "fetch", _for_ever)
        patch.setattr(Intake, "take_file", _for_ever)
        patch.setattr(handed, "fetched", first_only)
        patch.setattr(adding, "_AT_ONCE", 5)  # the simulated Discord cannot tell waiting for a turn from being stuck
        await hand_in(town, mod, handed="\n".join(links), files=files)
        assert stages(premises) == ["fetching", "fetching", "reading", "fetching", "fetching"]
    monkeypatch.setattr(Intake, "fetch", from_discord)
    await restart()
    [message] = town.channel.history(viewer=town.ben)
    lines = read(message).split("\n")
    assert lines[0] == "I was restarted while sources were being added."
    assert lines[1:] == [f"{n}. One is read and waits for a moderator to look at it." for n in range(1, 6)]
    titles = [read((await mod.click(message, label=label)).response) for label in labels_of(message)]
    assert len(titles) == 5
    assert "**Title** The seed" in titles[3]
    assert links[1] in titles[1]
    await restart()
    assert len(posted(town)) == 1


@pytest.mark.parametrize("step", ["begun", "added"])
async def test_an_import_cut_short_is_finished_and_told_in_its_channel(
    town: Town,
    mod: Any,
    premises: Premises,
    restart: Callable[[], Awaitable[RejoinderClient]],
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    here = str(town.guild.id)
    shown = (await mod.slash(town.channel, "source import", file=("R07.md", SEED))).response
    real = Library.add

    async def stopped(library: Library, *args: Any, **more: Any) -> Any:
        if step == "added":
            await real(library, *args, **more)
        await _for_ever()

    with monkeypatch.context() as patch:
        patch.setattr(Library, "add", stopped)
        await mod.click(shown, label="Import")
        assert stages(premises) == ["being imported"]
        premises.open.now += 2 * DAY
        await premises.open.curator.sweep()
        assert stages(premises) == ["being imported"], "not expired while it runs"
    await restart()
    assert posted(town) == ["I was restarted while sources were being added.\n1. The sources of a file are imported."]
    assert [source.title for source in await premises.open.library.sources(here)] == ["The seed"]
    assert [(entry.who, entry.what) for entry in await premises.open.curator.log(here)] == [(str(mod.id), "added")]
    assert stages(premises) == [], "once it was told, nothing is left of the job"


async def test_what_is_imported_in_one_go_leaves_no_job(town: Town, mod: Any, premises: Premises) -> None:
    shown = (await mod.slash(town.channel, "source import", file=("R07.md", SEED))).response
    await mod.click(shown, label="Import")
    assert "## Imported: 1 added" in read(shown)
    assert stages(premises) == []


async def test_a_preview_that_was_dismissed_before_the_press_came_is_imported_all_the_same(
    town: Town, mod: Any, premises: Premises
) -> None:
    shown = (await mod.slash(town.channel, "source import", file=("R07.md", SEED))).response
    town.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=404, code=10_008)
    await mod.click(shown, label="Import")
    assert [source.title for source in await premises.open.library.sources(str(town.guild.id))] == ["The seed"]


async def test_a_word_that_a_second_stop_swallowed_is_said_at_the_next_start_and_no_more(
    town: Town,
    mod: Any,
    restart: Callable[[], Awaitable[RejoinderClient]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Intake, "take_file", _for_ever)
        await hand_in(town, mod, handed=STORY)
    path = f"/channels/{town.channel.id}/messages"
    town.env.inject_error("POST", path, status=403, code=50_013)
    await restart()
    assert posted(town) == []
    assert "nobody told in channel" in caplog.text
    await restart()
    [told] = posted(town)
    assert told.endswith("1. One is read and waits for a moderator to look at it.")
    await restart()
    assert posted(town) == [told]


async def test_a_preview_that_could_not_be_shown_is_offered_at_the_next_start(
    town: Town, mod: Any, restart: Callable[[], Awaitable[RejoinderClient]]
) -> None:
    town.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=400, code=50_035)
    await hand_in(town, mod, handed=STORY)
    await restart()
    [message] = town.channel.history(viewer=town.ben)
    assert labels_of(message) == ["Show preview 1"]


async def test_who_saw_what_came_of_it_is_not_told_again(
    town: Town, mod: Any, site: Site, premises: Premises, restart: Callable[[], Awaitable[RejoinderClient]]
) -> None:
    link = site.page("/a.txt", f"{STORY} 0".encode(), Content_Type="text/plain")
    added = (await hand_in(town, mod, handed=link)).response
    await mod.click(added, label="Add")
    [source] = await premises.open.library.sources(str(town.guild.id))
    await hand_in(town, mod, files=[("a.txt", f"{STORY} a".encode()), ("b.png", b"\x89PNG\r\n")])
    await hand_in(town, mod, files=[("b.png", b"\x89PNG\r\n")])
    site.page("/a.txt", f"{STORY} 1".encode(), Content_Type="text/plain")
    await mod.slash(town.channel, "source refresh", source=source.id)
    assert sorted(stages(premises)) == ["added", "awaiting confirmation", "awaiting confirmation"]
    await restart()
    assert posted(town) == []


async def test_what_breaks_off_as_the_bot_leaves_discord_goes_on_at_the_next_start(
    town: Town,
    mod: Any,
    premises: Premises,
    restart: Callable[[], Awaitable[RejoinderClient]],
    simcord_bot: RejoinderClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def away(bot: discord.Client, _: str) -> bytes:
        await bot.close()  # as Ctrl-C does; what Discord was asked for does not come any more
        raise Unavailable("Discord did not give me that file; please hand it in again.")

    with monkeypatch.context() as patch:
        patch.setattr(handed, "fetched", away)
        with contextlib.suppress(AssertionError):  # the reply still says "thinking", since nobody can fill it
            await hand_in(town, mod, files=[("a.txt", STORY.encode())])
    assert simcord_bot.is_closed()
    assert stages(premises) == ["fetching"]
    monkeypatch.setattr(Intake, "fetch", lambda _, link: _of_discord(town, link))
    await restart()
    assert stages(premises) == ["awaiting confirmation"]
    assert len(posted(town)) == 1


async def test_an_addition_that_was_not_heard_of_is_told_at_the_next_start(
    town: Town, mod: Any, restart: Callable[[], Awaitable[RejoinderClient]], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = (await hand_in(town, mod, handed=STORY, title="The report")).response
    real = Library.add

    async def stopped(library: Library, *args: Any, **more: Any) -> Any:
        await real(library, *args, **more)
        await _for_ever()

    with monkeypatch.context() as patch:
        patch.setattr(Library, "add", stopped)
        await mod.click(shown, label="Add")
    await restart()
    assert posted(town) == ["I was restarted while sources were being added.\n1. pasted text is added."]


async def test_previews_that_nobody_decided_on_in_time_are_told_of_without_a_title(
    town: Town, mod: Any, premises: Premises, restart: Callable[[], Awaitable[RejoinderClient]]
) -> None:
    dismissed = (await hand_in(town, mod, handed=STORY, title="A canary")).response
    assert labels(dismissed)
    bot = await restart()
    shop = premises.open
    shop.now += 2 * DAY
    house = House(shop.library, Desk(shop.drafts, shop.curator), Understanding(shop.shelf.records, ClaimFinder()))
    await tidy_and_tell(house, 90, bot)
    [told] = posted(town)
    assert told.startswith("A preview waited for more than a day, so it was tidied away; please hand the source in")
    assert stages(premises) == []
    refused = (await mod.click(dismissed, label="Add")).followups[0]
    assert "is gone" in read(refused)
    await tidy_and_tell(house, 90, bot)
    assert posted(town) == [told]


async def test_what_expired_while_the_bot_was_away_is_told_when_it_is_back(
    town: Town,
    mod: Any,
    premises: Premises,
    notebook: Notebook,
    monkeypatch: pytest.MonkeyPatch,
    restart: Callable[[], Awaitable[RejoinderClient]],
) -> None:
    for n in range(2):
        await hand_in(town, mod, handed=f"{STORY} {n}", title="A canary")
    with monkeypatch.context() as patch:
        patch.setattr(Intake, "take_file", _for_ever)
        await hand_in(town, mod, handed=STORY, title="A canary")
    shop = await premises.reopen()
    shop.now += 2 * DAY
    await shop.curator.sweep()
    starting = client(shop, notebook)
    await starting.tell_changes()
    assert posted(town) == [], "it is not on Discord yet"
    town.env.inject_error("POST", f"/channels/{town.channel.id}/messages", status=403, code=50_013)
    await town.env.restart_bot(starting)
    assert posted(town) == []
    await restart()
    [told] = posted(town)
    assert told.startswith("3 previews waited for more than a day, so they were tidied away; please hand the sources")


async def test_of_several_things_whose_reply_has_expired_the_channel_hears_that_some_failed(
    town: Town, mod: Any, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Intake.take_file

    async def slow(intake: Intake, data: bytes, hint: Hint, given: Given) -> Any:
        await asyncio.sleep(20 * MINUTES)
        return await real(intake, data, hint, given)

    monkeypatch.setattr(Intake, "take_file", slow)
    await hand_in(town, mod, files=[("a.txt", STORY.encode()), ("b.png", b"\x89PNG\r\n")])
    await town.env.advance_time(21 * MINUTES)
    for _ in range(1000):
        if posted(town):
            break
        await asyncio.to_thread(int)
        await town.env.advance_time(0)
    [told] = posted(town)
    assert told.startswith("A source that was handed in is read; a moderator can look at it and add it. 1 more could")
    assert stages(premises) == ["awaiting confirmation"]
