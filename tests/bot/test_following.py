"""Follow-ups: the button under an answer, its form, and the conversation that it is read against."""

from __future__ import annotations

from typing import Any

from bot.client import RejoinderClient
from tests.bot.standin import Notebook, StandIn
from tests.bot.town import Town, labels, read
from tests.bot.values import ARTICLE

FIRST, SECOND = "What did the bridge cost?", "Was the bridge opened by the mayor?"


async def ask(town: Town, question: str = FIRST, **rest: Any) -> Any:
    return (await town.ada.slash(town.channel, "claim ask", question=question, **rest)).response


async def follow(town: Town, shown: Any, question: str, who: Any = None) -> Any:
    person = who or town.ada
    form = await person.click(shown, label="Ask a follow-up")
    return (await person.submit_modal(form, {"question": question})).response


async def test_a_follow_up_is_answered_to_the_one_who_asked_and_says_how_it_was_read(
    town: Town, shelf: StandIn
) -> None:
    shown = await follow(town, await ask(town), "and who paid for it?")
    assert shown.ephemeral
    assert "Asked: and who paid for it?" in read(shown)
    assert "Read as: Who paid for it? (about: " in read(shown)
    assert "Share" in labels(shown)
    [(question, turns)] = shelf.followed
    assert (question, [turn.question for turn in turns], turns[-1].article) == (
        "and who paid for it?",
        [FIRST],
        ARTICLE.id,
    )


async def test_a_follow_up_can_be_followed_up(town: Town, shelf: StandIn) -> None:
    second = await follow(town, await ask(town), "and who paid for it?")
    await follow(town, second, "and when was the bridge paid?")
    asked = [turn.question for turn in shelf.followed[-1][1]]
    assert asked[0] == FIRST
    assert asked[1].startswith("Who paid for it?")


async def test_the_conversation_is_the_persons_own_and_the_answer_pressed_comes_last(
    town: Town, shelf: StandIn
) -> None:
    first, _ = await ask(town), await ask(town, SECOND)
    await follow(town, first, "and why did the bridge cost that?")
    await follow(town, first, "and the bridge?", who=town.ben)
    by_ada, by_ben = ([turn.question for turn in turns] for _, turns in shelf.followed)
    assert by_ada == [SECOND, FIRST]
    assert by_ben == [FIRST]


async def test_the_button_and_an_open_form_work_after_a_restart(
    town: Town, simcord_env: Any, shelf: StandIn, notebook: Notebook
) -> None:
    shown = await ask(town, private=True)
    form = await town.ada.click(shown, label="Ask a follow-up")
    await simcord_env.restart_bot(RejoinderClient(shelf, notebook))
    answered = (await town.ada.submit_modal(form, {"question": "and the bridge?"})).response
    assert "Asked: and the bridge?" in read(answered)
    assert [turn.question for turn in shelf.followed[-1][1]] == [FIRST]
    assert "Asked: " in read(await follow(town, shown, "who paid for the bridge?"))


async def test_a_form_without_a_question_gets_a_sentence(town: Town, shelf: StandIn) -> None:
    form = await town.ada.click(await ask(town), label="Ask a follow-up")
    told = (await town.ada.submit_modal(form, {"question": "  "})).response
    assert "The question is empty" in told.content
    assert shelf.followed == []


async def test_an_answer_that_is_gone_says_so(town: Town, shelf: StandIn) -> None:
    shown = await ask(town)
    shelf._answers.clear()
    told = await follow(town, shown, "and who paid?")
    assert "no longer kept" in told.content


async def test_follow_ups_count_as_questions(town: Town, simcord_env: Any, shelf: StandIn, notebook: Notebook) -> None:
    shown = await ask(town)
    await simcord_env.restart_bot(RejoinderClient(shelf, notebook, asks_per_minute=1))
    await follow(town, shown, "and who paid for the bridge?")
    told = await follow(town, shown, "and when was the bridge paid?")
    assert len(shelf.followed) == 1
    assert "minute" in told.content or "second" in told.content
