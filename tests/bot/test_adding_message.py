"""The message menu "Add as source": links, files, a choice among several, and words when there is neither."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.client import RejoinderClient
from bot.commands.handed import Thing
from bot.commands.offers import Offers
from retrieval.errors import NotFound
from retrieval.types import Role
from tests.bot.desk import DeskStandIn
from tests.bot.rules import walk
from tests.bot.standin import Notebook, StandIn
from tests.bot.town import Town, read


@pytest.fixture
def fresh(shelf: StandIn, notebook: Notebook, desk: DeskStandIn) -> Callable[[], RejoinderClient]:
    """A client as after a start, on the same desk."""
    return lambda: RejoinderClient(shelf, notebook, desk)


@pytest.fixture
def simcord_bot(fresh: Callable[[], RejoinderClient]) -> RejoinderClient:
    return fresh()


async def menu(town: Town, mod: Any, words: str, files: list[tuple[str, bytes]] | None = None) -> Any:
    """Pick "Add as source" on a message."""
    message = await town.ben.send(town.channel, words, attachments=files or [])
    return await mod.context_menu(town.channel, "Add as source", message)


def said(form: Any) -> str:
    """The text that stands in a form."""
    return "\n".join(part["content"] for part in walk(form.modal["components"]) if part["type"] == 10)


def offered(form: Any) -> list[str]:
    """The labels of a form's menu."""
    menus = [part for part in walk(form.modal["components"]) if part["type"] == 3]
    return [option["label"] for part in menus for option in part["options"]]


async def test_a_link_in_a_message_is_added(town: Town, mod: Any, desk: DeskStandIn) -> None:
    form = await menu(
        town, mod, "Look (https://a.example/bridge_(1910)), it says it all: <https://a.example/bridge_(1910)>."
    )
    assert said(form).startswith("To be added:\nhttps\\://a.example/bridge\\_(1910)")
    shown = (await mod.submit_modal(form, {"role": "article"})).response
    assert shown.ephemeral
    [(item, given, *_)] = desk.drafts.proposed
    assert (item.link, given.role) == ("https://a.example/bridge_(1910)", Role.ARTICLE)
    await mod.click(shown, label="Add")
    assert "is added" in read(shown)


async def test_a_file_of_a_message_is_added(town: Town, mod: Any, desk: DeskStandIn) -> None:
    form = await menu(town, mod, "As promised", [("report.txt", b"The report.")])
    await mod.submit_modal(form, {"role": "reference", "publisher": "Court of Audit"})
    [(item, given, *_)] = desk.drafts.proposed
    assert (item.name, item.data, given.publisher) == ("report.txt", b"The report.", "Court of Audit")


async def test_several_things_are_offered_and_those_picked_are_added(town: Town, mod: Any, desk: DeskStandIn) -> None:
    form = await menu(town, mod, "https://a.example/1, https://a.example/2", [("b.txt", b"B."), ("c.txt", b"C.")])
    assert offered(form) == ["https://a.example/1", "https://a.example/2", "b.txt", "c.txt"]
    result = await mod.submit_modal(form, {"picked": ["1", "2"], "role": "reference"})
    assert [(item.link, item.name) for item, *_ in desk.drafts.proposed] == [
        ("https://a.example/2", None),
        (None, "b.txt"),
    ]
    assert len(result.followups) == 2


async def test_what_a_message_forwards_is_offered(town: Town, mod: Any, desk: DeskStandIn) -> None:
    original = await town.ben.send(town.channel, "Read https://a.example/1!")
    message = await town.ben.forward(original, town.channel)
    form = await mod.context_menu(town.channel, "Add as source", message)
    await mod.submit_modal(form, {"role": "reference"})
    assert desk.drafts.proposed[0][0].link == "https://a.example/1"


async def test_words_are_taken_only_when_there_is_nothing_else_and_it_is_said(
    town: Town, mod: Any, desk: DeskStandIn
) -> None:
    form = await menu(town, mod, "The mayor said so himself.")
    assert said(form) == (
        "This message has no link and no file, so its own words are taken:\nThe mayor said so himself."
    )
    await mod.submit_modal(form, {"role": "reference"})
    assert desk.drafts.proposed[0][0].data == b"The mayor said so himself."


async def test_a_message_with_nothing_to_add_says_so(town: Town, mod: Any) -> None:
    shown = (await town.ada.slash(town.channel, "claim show", number="C03")).response
    told = (await mod.context_menu(town.channel, "Add as source", shown)).response
    assert told.content.startswith("This message has no link, no file and no words that I could add.")
    assert told.ephemeral
    assert len(town.env.errors) == 1


async def test_a_form_that_a_restart_forgot_says_what_to_do(
    town: Town, mod: Any, desk: DeskStandIn, fresh: Callable[[], RejoinderClient]
) -> None:
    form = await menu(town, mod, "https://a.example/1")
    await town.env.restart_bot(fresh())
    told = (await mod.submit_modal(form, {"role": "reference"})).response
    assert told.content.startswith("I was restarted in between; please pick “Add as source” on the message once more.")
    assert desk.drafts.proposed == []


def test_an_offer_is_for_one_person_in_one_server_once() -> None:
    offers = Offers()
    key = offers.keep(1, "100", [Thing("a", link="https://a.example")])
    for person, space in ((2, "100"), (1, "200")):
        with pytest.raises(NotFound):
            offers.take(key, person, space)
    assert [thing.name for thing in offers.take(key, 1, "100")] == ["a"]
    with pytest.raises(NotFound):
        offers.take(key, 1, "100")


def test_old_offers_are_forgotten() -> None:
    offers = Offers()
    keys = [offers.keep(1, "100", []) for _ in range(201)]
    with pytest.raises(NotFound):
        offers.take(keys[0], 1, "100")
    assert offers.take(keys[1], 1, "100") == ()
