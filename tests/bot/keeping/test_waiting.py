"""`/source waiting` over the real stores: previews that Discord no longer shows are found again in their server."""

from __future__ import annotations

from typing import Any

import pytest

from bot.views.waiting import awaiting_view
from retrieval.curate.types import Stage, Waiting
from retrieval.ingest.intake import Given
from tests.bot.desk import draft
from tests.bot.keeping.refusals import refusal
from tests.bot.standin import Notebook
from tests.bot.test_adding_shop import Premises, client, hand_in
from tests.bot.test_views import texts
from tests.bot.town import Town, labels, read
from tests.retrieval.curate.shop import STORY

HEADING = "**These wait: yours first, the newest first**"


async def waiting(town: Town, person: Any) -> Any:
    """What `/source waiting` shows."""
    return (await person.slash(town.channel, "source waiting")).response


async def wait(town: Town, mod: Any, *titles: str) -> None:
    """Hand in a text for each title; nobody decides on the previews."""
    for title in titles:
        await hand_in(town, mod, handed=f"{STORY} {title}", title=title)


async def test_previews_that_wait_are_listed_and_opened_again(
    town: Town, mod: Any, premises: Premises, notebook: Notebook
) -> None:
    await wait(town, mod, "The older", "The newer")
    await town.env.restart_bot(client(await premises.reopen(), notebook))
    shown = await waiting(town, mod)
    assert shown.ephemeral
    assert read(shown).split("\n") == [
        "2 sources wait to be confirmed here.",
        HEADING,
        "1. The newer",
        "2. The older",
    ]
    assert labels(shown) == ["Show preview 1", "Show preview 2"]
    preview = (await mod.click(shown, label="Show preview 2")).response
    assert preview.ephemeral
    await mod.click(preview, label="Add")
    assert "The older is added" in read(preview)
    assert read(await waiting(town, mod)).split("\n")[0] == "1 source waits to be confirmed here."


async def test_ones_own_come_first(town: Town, mod: Any) -> None:
    other = town.guild.add_member(town.env.create_user("other"), roles=[town._members, town.guild.roles["role 32"]])
    await wait(town, mod, "Mine")
    await wait(town, other, "Theirs")
    assert read(await waiting(town, mod)).split("\n")[2:] == ["1. Mine", "2. Theirs"]
    assert read(await waiting(town, other)).split("\n")[2:] == ["1. Theirs", "2. Mine"]


async def test_more_than_can_be_listed_are_counted(town: Town, mod: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.curate.room.SHOWN", 2)
    await wait(town, mod, "One", "Two", "Three")
    shown = await waiting(town, mod)
    assert read(shown).split("\n")[0] == (
        "3 sources wait to be confirmed here, 1 more than are listed; add or cancel some to see them."
    )
    assert labels(shown) == ["Show preview 1", "Show preview 2"]


async def test_where_nothing_waits_it_says_so_and_of_other_servers_nothing(town: Town, mod: Any) -> None:
    inland = Town(town.env, "Inland")
    await wait(inland, inland.moderator(), "A canary")
    shown = await waiting(town, mod)
    assert read(shown) == "Nothing waits to be confirmed here; /source add hands a source in."
    assert labels(shown) == []


async def test_it_is_for_moderators_in_a_server(town: Town, mod: Any) -> None:
    await wait(town, mod, "A canary")
    told = refusal(town, await town.ada.slash(town.channel, "source waiting"))
    assert told.startswith("Only moderators may do this")
    told = refusal(town, await mod.user.slash("source waiting"))
    assert told.startswith("Sources belong to a server")


async def test_a_preview_that_cannot_be_read_back_hides_no_other(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    await wait(town, mod, "Sound", "Broken")
    rows = premises.open.shelf.records.drafts
    [broken, sound] = rows.newest(here, [Stage.AWAITING], first="", limit=2)
    rows.move(broken.id, here, [Stage.AWAITING], Stage.AWAITING, "{")
    shown = await waiting(town, mod)
    assert read(shown).split("\n")[2:] == ["1. Sound"]
    rows.move(sound.id, here, [Stage.AWAITING], Stage.AWAITING, "{")
    assert read(await waiting(town, mod)) == "What waits here cannot be shown any more; please hand it in again."


def test_as_many_as_have_buttons_are_listed() -> None:
    drafts = tuple(draft(f"d{n}", Given(title=f"T{n}"), "x") for n in range(12))
    [told] = texts(awaiting_view(Waiting(drafts, 3)))
    assert told.startswith("15 sources wait to be confirmed here, 5 more than are listed;")
    assert told.endswith("10. T9")
