"""`/source curators`, `/source log`, and the channel that changes are posted to, over the real stores."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import discord

from bot.client import PERMISSIONS, RejoinderClient
from bot.composition import Desk, House
from bot.terminal.run import tidy_and_tell
from retrieval.curate.claim_finder import ClaimFinder
from retrieval.curate.preview import Understanding
from retrieval.curate.types import Rules
from retrieval.types import SHARED
from tests.bot.keeping.refusals import refusal
from tests.bot.standin import Notebook
from tests.bot.test_adding_shop import Premises, client, hand_in
from tests.bot.town import WRITING, Town, labels, read

ROLES = "rj-menu:curators:0:"


async def posted(channel: Any, viewer: Any) -> list[str]:
    return [read(message) for message in channel.history(viewer=viewer)]


async def test_a_named_role_lets_its_people_add_and_is_taken_back(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    role = town.guild.create_role("librarians <@&1>")
    lee = town.guild.add_member(town.env.create_user("lee"), roles=[town._members, role])
    assert "Only moderators" in refusal(town, await lee.slash(town.channel, "source add"))
    shown = (await mod.slash(town.channel, "source curators")).response
    assert shown.ephemeral
    await mod.select(shown, [role], custom_id=ROLES)
    assert "and the role **librarians \\<\\@&1\\>**" in read(shown)
    assert (await premises.open.curator.rules(here)).curators == str(role.id)
    assert (await lee.slash(town.channel, "source add")).modal
    told = refusal(town, await lee.slash(town.channel, "source curators"))
    assert told.startswith("Only people with the permission Manage Server")
    await mod.click(shown, label="No role")
    assert (await premises.open.curator.rules(here)).curators is None
    log = read((await mod.slash(town.channel, "source log")).response)
    assert [line.split(" · ")[2] for line in log.split("\n")[2:]] == [
        "cleared the curators' role",
        "set the curators' role",
    ]
    assert "Only moderators" in refusal(town, await lee.slash(town.channel, "source add"))


async def test_everybody_cannot_be_named(town: Town, mod: Any, premises: Premises, here: str) -> None:
    shown = (await mod.slash(town.channel, "source curators")).response
    told = await mod.select(shown, [town.guild.roles["@everyone"]], custom_id=ROLES)
    assert told.followups[0].content.startswith("Everybody has that role")
    assert await premises.open.curator.rules(here) == Rules()


async def test_the_log_says_who_when_and_what_page_by_page(town: Town, mod: Any, premises: Premises, here: str) -> None:
    for number in range(14):
        shown = (await hand_in(town, mod, handed=f"Note number {number}.", title=f"Note {number}")).response
        await mod.click(shown, label="Add")
    await premises.open.add("A note.", SHARED, title="Shared note")
    await premises.open.library.remove((await premises.open.library.sources(here))[0].id, here, actor="999")
    log = (await mod.slash(town.channel, "source log")).response
    assert log.ephemeral
    assert "Changes are not posted to any channel" in read(log)
    first, *_ = [line for line in read(log).split("\n") if " · removed" in line]
    assert "somebody who is not here any more · removed" in first
    assert f"UTC · {mod.name} · added" in read(log)
    assert "Note 13" in read(log)
    assert "Shared note" not in read(log)
    await mod.click(log, label="Older")
    assert "Note 13" not in read(log)
    assert "Note 0" in read(log)
    assert "Older" not in labels(log)


async def test_every_change_is_posted_to_the_channel_from_then_on(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    await premises.open.add("An old note.", here, title="Before")
    channel = town.guild.create_text_channel("changes")
    shown = (await mod.slash(town.channel, "source log", channel=channel)).response
    assert "Changes are posted to \\#changes." in read(shown)
    preview = (await hand_in(town, mod, handed="A note. <@&5> @everyone", title="A note <@1>")).response
    await mod.click(preview, label="Add")
    [source] = [one for one in await premises.open.library.sources(here) if one.title == "A note <@1>"]
    remove = (await mod.slash(town.channel, "source remove", source=source.id)).response
    await mod.click(remove, label="Remove")
    await mod.click(remove, label="Undo")
    await mod.slash(town.channel, "source export", source=source.id)
    told = await posted(channel, town.ada)
    assert told[0] == "Changes of this server's sources are posted here from now on."
    found = [line.split(" · ")[1:3] for message in told[1:] for line in message.split("\n")]
    assert found == [[mod.name, what] for what in ("set the log channel", "added", "removed", "restored", "exported")]
    assert "“A note \\<\\@1\\>”" in told[2]
    assert not any("Before" in message for message in told)
    await mod.click((await mod.slash(town.channel, "source log")).response, label="Stop posting")
    remove = (await mod.slash(town.channel, "source remove", source=source.id)).response
    await mod.click(remove, label="Remove")
    assert await posted(channel, town.ada) == told
    log = read((await mod.slash(town.channel, "source log")).response)
    assert log.split("\n")[3].endswith("cleared the log channel")


async def test_a_channel_that_the_bot_may_not_write_in_is_not_taken(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    channel = town.guild.create_text_channel("changes")
    town.permit(bot=discord.Permissions.none(), members=WRITING)
    told = refusal(town, await mod.slash(town.channel, "source log", channel=channel))
    assert told.startswith("I may not write in that channel, so nothing is set")
    assert await premises.open.curator.rules(here) == Rules()


async def test_a_curator_does_not_choose_the_channel(town: Town, premises: Premises, here: str) -> None:
    role = town.guild.create_role("librarians")
    lee = town.guild.add_member(town.env.create_user("lee"), roles=[town._members, role])
    await premises.open.curator.set_rules(here, Rules(curators=str(role.id)), actor="1")
    told = refusal(town, await lee.slash(town.channel, "source log", channel=town.channel))
    assert told.startswith("Only people with the permission Manage Server")
    assert "set the curators' role" in read((await lee.slash(town.channel, "source log")).response)


async def test_posting_that_fails_is_said_once_and_made_up_for_later(
    town: Town, mod: Any, premises: Premises, here: str, notebook: Notebook
) -> None:
    channel = town.guild.create_text_channel("changes")
    await mod.slash(town.channel, "source log", channel=channel)
    before = await posted(channel, town.ada)
    town.permit(bot=discord.Permissions.none(), members=WRITING)
    source = await premises.open.add("A note.", here, title="A note")
    remove = (await mod.slash(town.channel, "source remove", source=source)).response
    result = await mod.click(remove, label="Remove")
    [told] = result.followups
    assert told.ephemeral
    assert "This is done, but I could not post it" in read(told)
    assert "is removed" in read(remove)
    assert (await mod.click(remove, label="Undo")).followups == []
    assert "is back" in read(remove)
    assert await posted(channel, town.ada) == before
    town.permit(bot=PERMISSIONS, members=WRITING)
    await town.env.restart_bot(client(await premises.reopen(), notebook))
    [late] = (await posted(channel, town.ada))[len(before) :]
    assert [line.split(" · ")[2] for line in late.split("\n")] == ["added", "removed", "restored"]


async def test_what_the_daily_tidying_erases_is_posted_at_once(
    town: Town, mod: Any, premises: Premises, simcord_bot: RejoinderClient
) -> None:
    channel = town.guild.create_text_channel("changes")
    await mod.slash(town.channel, "source log", channel=channel)
    shop = premises.open
    understanding = Understanding(shop.shelf.records, ClaimFinder())
    house = House(shop.library, Desk(shop.drafts, shop.curator), understanding)
    preview = (await hand_in(town, mod, handed="A note.", title="A note")).response
    await mod.click(preview, label="Add")
    [source] = await shop.library.sources(str(town.guild.id))
    remove = (await mod.slash(town.channel, "source remove", source=source.id)).response
    await mod.click(remove, label="Remove")
    before = await posted(channel, town.ada)
    for days, lines in ((2, 0), (6, 1), (1, 1)):
        shop.now += timedelta(days=days)
        await tidy_and_tell(house, 90, simcord_bot)
        assert len(await posted(channel, town.ada)) == len(before) + lines
    told = (await posted(channel, town.ada))[-1]
    assert told.split(" · ")[1:] == ["the clean-up after seven days", "erased", source.id]


async def test_of_many_changes_at_once_the_newest_are_named_and_the_others_counted(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    channel = town.guild.create_text_channel("changes")
    await mod.slash(town.channel, "source log", channel=channel)
    before = await posted(channel, town.ada)
    sources = [await premises.open.add(f"Note number {number}.", here, title=f"Note {number}") for number in range(14)]
    await mod.slash(town.channel, "source export", source=sources[0])
    [told] = (await posted(channel, town.ada))[len(before) :]
    lines = told.split("\n")
    assert lines[0].endswith("5 more before these: /source log shows them.")
    assert len(lines) == 11
    assert "exported" in lines[-1]
