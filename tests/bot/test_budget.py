"""What moderators see of the chat model's budget in Discord, and who does not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.client import RejoinderClient
from bot.views.budget import NONE_SET, budget_lines
from retrieval.chat.budget import Limits, Spending, Usage
from tests.bot.desk import DeskStandIn
from tests.bot.standin import Notebook, StandIn
from tests.bot.town import Town, read

DAY = date(2026, 11, 22)


USED = Usage(11_000, 1_345)


USED = Usage(11_000, 1_345)


def spending(used: Usage = USED, **limits: float) -> Spending:
    return Spending("openai:gpt-5-mini", DAY, used, Limits(**limits))  # type: ignore[arg-type]  # names are real fields


@pytest.fixture
def simcord_bot(shelf: StandIn, notebook: Notebook, desk: DeskStandIn) -> RejoinderClient:
    return RejoinderClient(shelf, notebook, desk)


async def test_a_moderator_sees_what_the_server_used_today_and_nobody_else_does(
    town: Town, mod: Any, shelf: StandIn
) -> None:
    shelf.spendings[str(town.guild.id)] = spending(tokens=200_000, money=1.5, read_price=1.0, written_price=10.0)
    shown = (await mod.slash(town.channel, "claim budget")).response
    assert shown.ephemeral
    told = read(shown)
    assert "gpt-5-mini" in told
    assert "2026-11-22" in told
    assert "12,345 of 200,000 (11,000 read, 1,345 written)" in told
    assert "0.0244 of 1.5" in told


async def test_a_member_is_told_who_may(town: Town, shelf: StandIn) -> None:
    shelf.spendings[str(town.guild.id)] = spending()
    denied = (await town.ada.slash(town.channel, "claim budget")).response
    assert read(denied).startswith("Only moderators may do this")
    assert "gpt" not in read(denied)
    assert len(town.env.errors) == 1


async def test_without_a_chat_model_nothing_is_spent(town: Town, mod: Any) -> None:
    assert read((await mod.slash(town.channel, "claim budget")).response) == NONE_SET


async def test_in_direct_messages_there_is_no_budget_to_see(town: Town, simcord_env: Any) -> None:
    person = simcord_env.create_user("loner")
    town.guild.add_member(person)
    assert read((await person.slash("claim budget")).response).startswith("A budget is a server's")
    assert len(town.env.errors) == 1


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (spending(), "The operator has set no limit."),
        (spending(tokens=20_000), "12,345 of 20,000"),
        (spending(), "12,345, no limit"),
        (spending(Usage(20_000), tokens=20_000), "It is used up: until midnight UTC"),
        (spending(Usage(1_000_000), money=1.0, read_price=1.0), "1.0000 of 1"),
        (spending(read_price=2.0), "0.0220, no limit"),
    ],
)
def test_the_lines_say_what_there_is(made: Spending, says: str) -> None:
    assert says in "\n".join(budget_lines(made))
