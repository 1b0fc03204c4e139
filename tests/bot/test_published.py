"""Publisher and date in one field of the forms: told apart, and nothing is lost of what is no date."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.client import RejoinderClient
from bot.views.published import published, unusable_date
from tests.bot.desk import DeskStandIn
from tests.bot.rules import walk
from tests.bot.standin import Notebook, StandIn
from tests.bot.test_adding import TEXT, hand_in
from tests.bot.test_adding_message import menu
from tests.bot.town import Town, read

REMARK = "**Please check** {} is not a date that can be used, so it stands with the publisher: press Edit details and"


@pytest.fixture
def simcord_bot(shelf: StandIn, notebook: Notebook, desk: DeskStandIn) -> RejoinderClient:
    return RejoinderClient(shelf, notebook, desk)


@pytest.mark.parametrize(
    ("typed", "publisher", "date"),
    [
        ("World Health Organization, 2021-03-05", "World Health Organization", "2021-03-05"),
        ("World Health Organization, 2021-03", "World Health Organization", "2021-03"),
        ("World Health Organization,2021", "World Health Organization", "2021"),
        ("World Health Organization", "World Health Organization", None),
        ("2021-03-05", None, "2021-03-05"),
        (" , 2021.", None, "2021"),
        ("Moss, Ferry & Co., Inc., 2014-04,", "Moss, Ferry & Co., Inc.", "2014-04"),
        ("Harbour Press Inc.", "Harbour Press Inc.", None),
        ("Channel 2021", "Channel 2021", None),
        ("Studio, 54", "Studio, 54", None),
        (",", ",", None),
        (None, None, None),
        ("", None, None),
    ],
)
def test_what_is_the_publisher_and_what_the_date(typed: str | None, publisher: str | None, date: str | None) -> None:
    assert published(typed) == (publisher, date)
    assert unusable_date(publisher) is None


@pytest.mark.parametrize(
    "date",
    [
        *("2021-13-45", "2021-02-30", "2021-3-5", "20210305", "0000", "5/3/2021", "05.03.2021", "5.3.21"),
        *("2021-03-05T10:00", "5 March 2021", "5th March 2021", "March 5, 2021", "Sept. 2021", "may 2021"),
    ],
)
def test_what_only_looks_like_a_date_stays_and_is_named(date: str) -> None:
    for typed in (date, f"WHO, {date}", f"WHO, Geneva, {date}."):
        assert published(typed) == (typed, None)
        assert unusable_date(typed) == date


@given(st.text(max_size=200))
def test_nothing_that_is_typed_is_lost(typed: str) -> None:
    publisher, date = published(typed)
    kept = f"{publisher or ''}{date or ''}"
    assert [letter for letter in typed if letter not in " ,;."] == [letter for letter in kept if letter not in " ,;."]


async def test_the_date_is_typed_after_the_publisher(town: Town, mod: Any, desk: DeskStandIn) -> None:
    form = await mod.slash(town.channel, "source add")
    named = [part for part in walk(form.modal["components"]) if part.get("label") == "Publisher, date (optional)"]
    assert [part["component"]["custom_id"] for part in named] == ["publisher"]
    assert "World Health Organization, 2021-03-05" in named[0]["description"]
    both = {"publisher": "The Harbour Paper, 2016-05"}
    shown = (await mod.submit_modal(form, {"role": "reference", "handed": TEXT, **both})).response
    assert "**Publisher** The Harbour Paper\n**Date** 2016-05" in read(shown)
    [(_, said, *_)] = desk.drafts.proposed
    assert (said.publisher, said.date) == ("The Harbour Paper", "2016-05")


async def test_a_date_that_cannot_be_loses_nothing_and_is_said_at_the_preview(town: Town, mod: Any) -> None:
    shown = (await hand_in(town, mod, handed=TEXT, publisher="WHO, 2021-13-45")).response
    assert REMARK.format("2021-13-45") in read(shown)
    assert "**Publisher** WHO, 2021-13-45\n**Date** not found" in read(shown)
    await mod.click(shown, label="Add")
    assert "is added" in read(shown)


async def test_it_is_said_until_the_publisher_is_mended(town: Town, mod: Any) -> None:
    await hand_in(town, mod, handed=TEXT, publisher="WHO, 5 March 2021")
    shown = (await mod.slash(town.channel, "source waiting")).response
    preview = (await mod.click(shown, label="Show preview 1")).response
    assert REMARK.format("5 March 2021") in read(preview)
    opened = await mod.click(preview, label="Edit details")
    await mod.submit_modal(opened, {"title": "Cement", "publisher": "WHO", "date": "2021-03-05"})
    assert "**Publisher** WHO\n**Date** 2021-03-05" in read(preview)
    assert "so it stands with the publisher" not in read(preview)


async def test_each_of_several_things_has_the_publisher_and_the_date(town: Town, mod: Any, desk: DeskStandIn) -> None:
    await hand_in(town, mod, handed="https://a.example/1\nhttps://a.example/2", publisher="Court of Audit, 2018")
    assert [(said.publisher, said.date) for _, said, *_ in desk.drafts.proposed] == [("Court of Audit", "2018")] * 2


async def test_a_message_is_dated_in_the_same_way(town: Town, mod: Any, desk: DeskStandIn) -> None:
    form = await menu(town, mod, "https://a.example/1")
    shown = (await mod.submit_modal(form, {"role": "article", "publisher": "The Paper, 2014-04-02"})).response
    assert "**Date** 2014-04-02" in read(shown)
    [(_, said, *_)] = desk.drafts.proposed
    assert (said.publisher, said.date) == ("The Paper", "2014-04-02")
