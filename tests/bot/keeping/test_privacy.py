"""`/privacy show` counts; after `/privacy forget` no file holds the person's id, nor a word that was theirs alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bot.commands.privacy import kept
from bot.views.privacy import kept_view
from retrieval.store.people import FORGOTTEN, Kept
from retrieval.types import Role
from tests.bot.rules import walk
from tests.bot.standin import Notebook
from tests.bot.test_adding_shop import Premises, client, hand_in
from tests.bot.test_views import texts
from tests.bot.town import Town, labels, read
from tests.retrieval.curate.shop import STORY

REASON, PENDING = "Quizzaciously", "Vespertilian"
QUESTION = "Did the mayor sell twelve lifeboats?"


def holding(folder: Path, *words: str) -> set[str]:
    """The words that some file of the folder holds, as UTF-8 or UTF-16."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return {word for word in words for data in files if word.encode() in data or word.encode("utf-16-le") in data}


async def live(town: Town, person: Any) -> Any:
    """All that a moderator can leave behind: sources added, removed, waiting; a question, a word on its answer."""
    article = (await hand_in(town, person, "article", handed=STORY, title="The ferry report")).response
    await person.click(article, label="Add")
    note = (await hand_in(town, person, handed="A note of the port.", title="A note")).response
    await person.click(note, label="Add")
    await hand_in(town, person, handed=f"{PENDING} words that wait.", title="Waiting")
    sources = await person.autocomplete(town.channel, "source remove", "source", "note")
    removal = (await person.slash(town.channel, "source remove", source=sources[0]["value"])).response
    await person.click(removal, label="Remove")
    answer = (await person.slash(town.channel, "claim ask", question=QUESTION)).response
    form = await person.click(answer, label="Not helpful")
    await person.submit_modal(form, {"reason": REASON})
    return answer


async def test_after_forgetting_no_file_holds_the_person(
    town: Town, mod: Any, premises: Premises, here: str, notebook: Notebook
) -> None:
    who = str(mod.id)
    await live(town, mod)
    assert holding(premises.folder, who, REASON, PENDING) == {who, REASON, PENDING}
    asked = (await mod.slash(town.channel, "privacy forget")).response
    assert asked.ephemeral
    assert labels(asked) == ["Forget me", "Cancel"]
    await mod.click(asked, label="Forget me")
    assert re.match(r"Done: \d+ entries about you deleted or made nameless\.", read(asked))
    assert holding(premises.folder, who, REASON, PENDING) == set(), "while the bot runs"
    shop = await premises.reopen()
    assert holding(premises.folder, who, REASON, PENDING) == set(), "and after it was started again"
    assert {entry.who for entry in await shop.curator.log(here)} == {FORGOTTEN}
    assert [source.title for source in await shop.library.sources(here)] == ["The ferry report"]
    await town.env.restart_bot(client(shop, notebook))
    assert FORGOTTEN in read((await mod.slash(town.channel, "source log")).response)


async def test_the_answers_of_the_forgotten_stay(town: Town, mod: Any) -> None:
    answer = await live(town, mod)
    await mod.click((await mod.slash(town.channel, "privacy forget")).response, label="Forget me")
    context = next(part["custom_id"] for part in walk(answer.components) if part["type"] == 3)
    shown = (await town.ben.select(answer, ["A1"], custom_id=context)).response
    assert "in context" in read(shown)


async def test_the_conversation_is_forgotten_too(town: Town, mod: Any, premises: Premises, here: str) -> None:
    await premises.open.add(STORY, here, Role.ARTICLE, title="The ferry report")
    await mod.slash(town.channel, "claim ask", question=QUESTION)
    await mod.click((await mod.slash(town.channel, "privacy forget")).response, label="Forget me")
    asked = (await mod.slash(town.channel, "privacy forget")).response
    await mod.click(asked, label="Forget me")
    assert read(asked) == "There was nothing about you."


async def test_others_are_not_forgotten_with_one(town: Town, mod: Any, premises: Premises, here: str) -> None:
    await live(town, mod)
    asked = (await town.ada.slash(town.channel, "privacy forget")).response
    await town.ada.click(asked, label="Forget me")
    assert read(asked) == "There was nothing about you."
    assert {entry.who for entry in await premises.open.curator.log(here)} == {str(mod.id)}
    assert holding(premises.folder, str(mod.id), REASON) == {str(mod.id), REASON}


async def test_forgetting_can_be_called_off(town: Town, mod: Any, premises: Premises) -> None:
    await live(town, mod)
    asked = (await mod.slash(town.channel, "privacy forget")).response
    await mod.click(asked, label="Cancel")
    assert read(asked) == "Nothing was deleted."
    assert labels(asked) == []
    assert holding(premises.folder, str(mod.id)) == {str(mod.id)}


async def test_show_tells_of_drafts_the_log_and_how_to_be_forgotten(town: Town) -> None:
    shown = (await town.ada.slash(town.channel, "privacy show")).response
    assert shown.ephemeral
    assert read(shown).startswith(kept(90))
    for part in (
        "the preview with your Discord id, until you cancel it",
        "in the server's log",
        "/privacy forget deletes",
    ):
        assert part in read(shown)


def counted(shown: Any) -> list[str]:
    """The lines about the person who asked."""
    return read(shown).split("**About you, at this moment, in all servers together**\n")[1].split("\n")


async def test_show_counts_what_is_kept_about_whoever_asks_and_nothing_after_forgetting(town: Town, mod: Any) -> None:
    await live(town, mod)
    shown = (await mod.slash(town.channel, "privacy show")).response
    lines = counted(shown)
    assert lines == [
        "• 3 things that you handed in, for a day or two",
        "• 3 entries of servers' logs",
        "• 2 sources that say you added them",
        "• 1 answer that quotes such a source",
        "• 1 answer that you found helpful or not",
        "• 1 conversation, in memory only",
    ]
    assert counted((await town.ada.slash(town.channel, "privacy show")).response) == ["Nothing."]
    asked = (await mod.slash(town.channel, "privacy forget")).response
    await mod.click(asked, label="Forget me")
    total = sum(int(line.split()[1]) for line in lines)
    assert read(asked) == f"Done: {total} entries about you deleted or made nameless."
    assert counted((await mod.slash(town.channel, "privacy show")).response) == ["Nothing."]


async def test_showing_leaves_no_mark_of_whoever_asks(town: Town, premises: Premises) -> None:
    await town.ada.slash(town.channel, "privacy show")
    salt = premises.open.shelf.records.settings.get("salt of persons")
    assert salt is None, "nobody has said anything, so there is nothing to hash"
    assert holding(premises.folder, str(town.ada.id)) == set()


def test_what_is_shown_fits_whatever_is_kept() -> None:
    many = 10**12
    every = kept_view(kept(3_650), Kept(many, many, many, many, many, many), many)
    assert every.content_length() <= 4_000
    assert len(texts(every)[1].split("\n")) == 8
    assert texts(kept_view(kept(90), None, 3)) == [kept(90)]
    [_, one] = texts(kept_view(kept(90), Kept(1, 1, 1, 1, 1, 1), 1))
    assert "sources" not in one
    assert "• 1 preview of somebody else that names you" in one
