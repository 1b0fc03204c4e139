"""Every path ends in an answer or one sentence with an id that is in the log."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any

import pytest

from bot.client import PERMISSIONS, RejoinderClient
from retrieval.errors import BadInput, Busy, Misconfigured, NotFound, Refused, RejoinderError, Unavailable
from tests.bot.standin import Notebook, StandIn
from tests.bot.town import READING, WRITING, Town, labels, menu_id, read
from tests.bot.wire import Wire

QUESTION = "What did the bridge cost?"


def id_of(sentence: str) -> str:
    """The error id that a person sees."""
    found = re.search(r"\n-# id ([0-9a-f]{8})$", sentence)
    assert found, sentence
    return found[1]


async def ask(town: Town, **rest: Any) -> Any:
    return (await town.ada.slash(town.channel, "claim ask", question=QUESTION, **rest)).response


@pytest.mark.parametrize("kind", [RejoinderError, BadInput, NotFound, Refused, Busy, Unavailable, Misconfigured])
async def test_the_librarys_own_sentence_is_shown(
    kind: type[RejoinderError], town: Town, shelf: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.trouble = kind("The index is being rebuilt; please ask again in a minute.")
    with caplog.at_level(logging.INFO, logger="bot"):
        told = (await ask(town)).content
    assert told.startswith("The index is being rebuilt; please ask again in a minute.\n")
    assert id_of(told) in caplog.text
    assert "Traceback" not in caplog.text
    assert len(town.env.errors) == 1


async def test_a_fault_of_ours_is_one_sentence_and_a_traceback_under_its_id(
    town: Town, shelf: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.trouble = ZeroDivisionError("secret detail")
    told = (await ask(town, private=True)).content
    assert told.startswith("Something went wrong on our side; please try again in a moment.\n")
    assert "secret" not in told
    [record] = [record for record in caplog.records if id_of(told) in record.getMessage()]
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], ZeroDivisionError)
    assert len(town.env.errors) == 1


async def test_an_error_sentence_cannot_ping(town: Town, shelf: StandIn) -> None:
    shelf.trouble = NotFound("There is no <@123> and no @everyone here.")
    assert (await ask(town)).content.startswith(r"There is no \<\@123\> and no \@everyone here.")
    assert len(town.env.errors) == 1


@pytest.mark.parametrize(
    "press",
    ["More evidence (2)", "Helpful", "Share", "menu", "form"],
)
@pytest.mark.parametrize("trouble", [NotFound("It is gone; please ask again."), KeyError("x")], ids=["gone", "fault"])
async def test_every_press_ends_in_a_sentence(
    press: str, trouble: Exception, town: Town, shelf: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    shown = await ask(town, private=True)
    form = await town.ada.click(shown, label="Not helpful")
    shelf.trouble = trouble
    with caplog.at_level(logging.INFO, logger="bot"):
        if press == "menu":
            result = await town.ada.select(shown, ["O1"], custom_id=menu_id(shown))
        elif press == "form":
            result = await town.ada.submit_modal(form, {"reason": "x"})
        else:
            result = await town.ada.click(shown, label=press)
    told = result.followups[0] if result.followups else result.response
    assert told.ephemeral
    expected = "It is gone" if isinstance(trouble, NotFound) else "Something went wrong on our side"
    assert told.content.startswith(expected)
    assert id_of(told.content) in caplog.text


async def test_a_button_of_another_version_says_so(town: Town, shelf: StandIn) -> None:
    shown = await ask(town)
    message = town.env.backend.get_message(shown.channel_id, shown.id)
    for component in message.components:
        for child in component.get("components", []):
            if child.get("label") == "Helpful":
                child["custom_id"] = "rj:praise:0:answer-1"
    told = (await town.ada.click(shown, custom_id="rj:praise:0:answer-1")).response
    assert told.content.startswith("This button is from another version of me; please ask again.")
    assert shelf.feedbacks == []


async def test_a_claim_that_is_gone_says_so(town: Town, shelf: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = (await town.ada.slash(town.channel, "claim show", number="C03")).response

    async def none(space: str = "", *, article: str | None = None) -> list[Any]:  # noqa: ARG001  # the verb's shape
        return []

    monkeypatch.setattr(shelf, "claims", none)
    told = (await town.ada.click(shown, label="Show the evidence")).response
    assert told.content.startswith("This claim is no longer in the library")


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("claim show", {"number": "C99"}),
        ("claim show", {"number": "C01", "article": "unknown"}),
        ("claim list", {"article": "unknown"}),
        ("claim ask", {"question": "x", "article": "unknown"}),
    ],
)
async def test_what_is_not_there_is_said(command: str, given: dict[str, str], town: Town) -> None:
    told = (await town.ada.slash(town.channel, command, **given)).response.content
    assert told.startswith("There is no ")
    assert id_of(told)
    assert len(town.env.errors) == 1


async def test_an_empty_list_says_so(town: Town, shelf: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    async def none(space: str = "", *, article: str | None = None) -> list[Any]:  # noqa: ARG001  # the verb's shape
        return []

    monkeypatch.setattr(shelf, "claims", none)
    assert "no numbered claims here yet" in read((await town.ada.slash(town.channel, "claim list")).response)


async def test_a_slow_library_is_given_up_with_a_sentence(town: Town, shelf: StandIn) -> None:
    async def slow(*_: Any, **__: Any) -> Any:
        await asyncio.sleep(3_600)

    shelf.ask = slow  # type: ignore[method-assign]  # this library is slow now
    result = await town.ada.slash(town.channel, "claim ask", question=QUESTION)
    assert result.deferred
    await town.env.advance_time(121)
    assert result.response.content.startswith("That took too long; please try again in a moment.")
    assert len(town.env.errors) == 1


async def test_an_answer_after_the_tokens_life_is_logged_not_raised(
    town: Town, shelf: StandIn, notebook: Notebook, caplog: pytest.LogCaptureFixture
) -> None:
    await town.env.restart_bot(RejoinderClient(shelf, notebook, patience=7_200))
    ready = shelf.ask

    async def slow(*given: Any, **named: Any) -> Any:
        await asyncio.sleep(1_000)
        return await ready(*given, **named)

    shelf.ask = slow  # type: ignore[method-assign]  # this library is slow now
    await town.ada.slash(town.channel, "claim ask", question=QUESTION)
    await town.env.advance_time(1_001)
    assert "nobody to answer" in caplog.text
    assert len(town.env.errors) == 1


@pytest.mark.parametrize("code", [10_062, 40_060])
async def test_an_interaction_that_is_lost_is_logged_and_left(
    code: int, town: Town, shelf: StandIn, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    town.env.inject_error("POST", "/interactions/*/callback", status=404 if code == 10_062 else 400, code=code)
    before = len(wire.requests)
    await town.ada.slash(town.channel, "claim ask", question=QUESTION)
    assert len(wire.requests) == before + 1
    assert "nobody to answer" in caplog.text
    assert shelf.asked == []
    assert len(town.env.errors) == 1


async def test_a_reply_that_discord_refuses_is_followed_by_a_sentence(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=400, code=50_035)
    told = (await ask(town)).content
    assert told.startswith("Discord did not accept the reply; please try again in a moment.")
    assert id_of(told) in caplog.text
    assert len(town.env.errors) == 1


async def test_an_error_that_cannot_be_told_is_logged(
    town: Town, shelf: StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.trouble = KeyError("x")
    town.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=400, code=50_035)
    await town.ada.slash(town.channel, "claim ask", question=QUESTION)
    assert "could not tell the person" in caplog.text
    assert len(town.env.errors) == 1


async def test_sharing_names_the_permission_that_the_bot_lacks(town: Town) -> None:
    shown = await ask(town, private=True)
    town.permit(bot=READING, members=WRITING)
    told = (await town.ada.click(shown, label="Share")).followups[0]
    assert told.ephemeral
    assert "I may not write in this channel" in told.content
    assert "View Channel and Send Messages" in told.content
    assert "Share" in labels(shown)
    assert town.channel.history(viewer=town.ben) == []


async def test_sharing_is_refused_to_a_person_who_may_not_write(town: Town) -> None:
    shown = await ask(town, private=True)
    town.permit(bot=PERMISSIONS, members=READING)
    told = (await town.ada.click(shown, label="Share")).followups[0]
    assert told.content.startswith("You may not write in this channel")
    assert town.channel.history(viewer=town.ben) == []


async def test_a_permission_lost_at_the_last_moment_is_named(town: Town) -> None:
    shown = await ask(town, private=True)
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50_013)
    told = (await town.ada.click(shown, label="Share")).followups[0]
    assert "please ask a moderator to give me the permission" in told.content


async def test_the_cooldown_says_when_and_is_for_each_person(town: Town, shelf: StandIn) -> None:
    for _ in range(6):
        await ask(town)
    refused = await town.ada.slash(town.channel, "claim ask", question=QUESTION)
    assert refused.response.ephemeral
    assert re.match(
        r"You have reached the limit of 6 questions in 60 seconds; you can ask again in \d+ s\.",
        refused.response.content,
    )
    assert len(shelf.asked) == 6
    await town.ben.slash(town.channel, "claim ask", question=QUESTION)
    assert len(shelf.asked) == 7
    assert len(town.env.errors) == 1


async def test_picking_claims_counts_as_asking(town: Town, shelf: StandIn) -> None:
    shown = (await town.ada.slash(town.channel, "claim show", number="C03")).response
    for _ in range(6):
        await town.ada.click(shown, label="Show the evidence")
    refused = (await town.ada.click(shown, label="Show the evidence")).response
    assert refused.content.startswith("You have reached the limit")
    assert len(shelf.asked) == 6
