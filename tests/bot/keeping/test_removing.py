"""`/source remove` and `/source removed` over the real stores: out, back, and gone after seven days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from retrieval.curate.shelving import UNDO
from retrieval.types import SHARED, Role
from tests.bot.keeping.refusals import refusal
from tests.bot.standin import Notebook
from tests.bot.test_adding_shop import Premises, client
from tests.bot.town import Town, labels, read
from tests.retrieval.curate.shop import STORY


async def remove(town: Town, mod: Any, source: str) -> Any:
    shown = (await mod.slash(town.channel, "source remove", source=source)).response
    await mod.click(shown, label="Remove")
    return shown


async def titles(premises: Premises, space: str) -> list[str]:
    return [source.title for source in await premises.open.library.sources(space)]


async def test_removing_asks_first_and_says_what_it_does(town: Town, mod: Any, premises: Premises, here: str) -> None:
    article = await premises.open.add(STORY, here, Role.ARTICLE, title="The ferry report")
    await town.ada.slash(town.channel, "claim ask", question="Did the mayor sell twelve lifeboats?")
    shown = (await mod.slash(town.channel, "source remove", source=article)).response
    assert shown.ephemeral
    assert "“The ferry report”\nIt is quoted in 1 of the answers kept here." in read(shown)
    assert await titles(premises, here) == ["The ferry report"]
    await mod.click(shown, label="Keep it")
    assert read(shown) == "Nothing was removed."
    assert labels(shown) == []
    assert await titles(premises, here) == ["The ferry report"]


async def test_what_is_removed_is_out_of_answers_and_comes_back_with_undo(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    source = await premises.open.add(STORY, here, Role.ARTICLE, title="The ferry report")
    shown = await remove(town, mod, source)
    assert "“The ferry report” is removed. From 2" in read(shown)
    assert await titles(premises, here) == []
    assert await premises.open.library.claims(here) == []
    await mod.click(shown, label="Undo")
    assert "“The ferry report” is back" in read(shown)
    assert await titles(premises, here) == ["The ferry report"]
    assert [entry.what for entry in await premises.open.curator.log(here)][:2] == ["restored", "removed"]
    assert {entry.who for entry in (await premises.open.curator.log(here))[:2]} == {str(mod.id)}


async def test_undo_works_after_a_restart(
    town: Town, mod: Any, premises: Premises, notebook: Notebook, here: str
) -> None:
    shown = await remove(town, mod, await premises.open.add("A note.", here, title="Note"))
    await town.env.restart_bot(client(await premises.reopen(), notebook))
    await mod.click(shown, label="Undo")
    assert await titles(premises, here) == ["Note"]


async def test_the_removed_are_listed_and_restored_for_seven_days_and_no_longer(
    town: Town, mod: Any, premises: Premises, here: str
) -> None:
    for number in range(8):
        await remove(town, mod, await premises.open.add(f"Note number {number}.", here, title=f"Note {number}"))
    shown = (await mod.slash(town.channel, "source removed")).response
    assert shown.ephemeral
    assert "8 can be brought back · page 1 of 2" in read(shown)
    assert "Note 7" in read(shown), "the latest first"
    await mod.click(shown, label="Next")
    assert "Note 0" in read(shown)
    await mod.click(shown, custom_id=_restore(shown, -1))
    assert await titles(premises, here) == ["Note 0"]
    last = (await mod.slash(town.channel, "source removed")).response
    premises.open.now += UNDO + timedelta(minutes=1)
    await premises.open.curator.sweep()
    gone = await mod.click(last, custom_id=_restore(last))
    assert "is not among the removed ones (any more)" in gone.followups[0].content
    assert "Nothing was removed" in read((await mod.slash(town.channel, "source removed")).response)


async def test_a_second_press_on_remove_changes_nothing(town: Town, mod: Any, premises: Premises, here: str) -> None:
    source = await premises.open.add("A note.", here, title="Note")
    first = (await mod.slash(town.channel, "source remove", source=source)).response
    second = (await mod.slash(town.channel, "source remove", source=source)).response
    await mod.click(first, label="Remove")
    told = await mod.click(second, label="Remove")
    assert told.followups[0].content.startswith("There is no such source here")
    assert [entry.what for entry in await premises.open.curator.log(here)].count("removed") == 1


async def test_a_shared_source_cannot_be_removed(town: Town, mod: Any, premises: Premises) -> None:
    shared = await premises.open.add("A note.", SHARED, title="Shared")
    told = refusal(town, await mod.slash(town.channel, "source remove", source=shared))
    assert told.startswith("That source is shared with every server, so only whoever runs this bot")


def _restore(message: Any, which: int = 0) -> str:
    """The custom_id of one of the Restore buttons, which stand beside their sources."""
    buttons = [part["accessory"]["custom_id"] for part in message.components if part["type"] == 9]
    return str(buttons[which])
