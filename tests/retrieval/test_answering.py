"""An answer in steps, on the real library with a scripted model: what is shown when, and what is kept."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.composition import open_library
from bot.settings import Settings
from retrieval import answering
from retrieval.answer.reuse import NOTICE
from retrieval.answering import WRITING
from retrieval.library import Library
from retrieval.types import Answer
from tests.retrieval.chat.server import ChatServer, Handler, Request, says, scripted, serving
from tests.retrieval.writing.goodmodel import answers

QUESTION = "Did the US create al-Qaeda in Afghanistan?"
HERE, THERE = "4711", "4712"


@pytest.fixture
def model() -> Any:
    with serving(scripted(answers)) as server:
        yield server


@pytest.fixture
async def library(data: Path, model: ChatServer) -> AsyncIterator[Library]:
    chat: dict[str, Any] = {"REJOINDER_CHAT_MODEL": "openai:scripted", "OPENAI_BASE_URL": model.url}
    chat |= {"REJOINDER_CHAT_SECONDS": 120, "OPENAI_API_KEY": "none"}
    async with open_library(Settings(REJOINDER_DATA=data, **chat)) as opened:
        yield opened


async def test_the_plain_answer_is_kept_and_shown_while_the_model_writes(
    library: Library, model: ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "SOON", 0.01)
    seen: list[tuple[Answer, Answer]] = []
    shown = threading.Event()

    def slow(handler: Handler, body: Request) -> None:
        if "Rejoinder gives in a community chat" in str(body):
            shown.wait(60)
        says(answers(body))(handler, body)

    async def early(answer: Answer) -> None:
        seen.append((answer, await library.answer(answer.id, HERE)))
        await library.feedback(answer.id, HERE, person="7", helpful=True)
        shown.set()

    model.plays(slow)
    final = await library.ask(QUESTION, HERE, early=early)
    ((plain, kept),) = seen
    assert (plain.mode, plain.notice, kept.notice) == ("embedded", WRITING, None)
    assert (final.id, final.mode, final.notice) == (plain.id, "model", None)
    assert final.opposing == plain.opposing
    assert await library.answer(final.id, HERE) == final
    assert await library.forget("7") == 1


async def test_the_same_question_costs_nothing_in_its_own_space_and_is_new_in_another(
    library: Library, model: ChatServer
) -> None:
    first = await library.ask(QUESTION, HERE)
    calls = len(model.requests)
    again = await library.ask(f"  {QUESTION.upper()}", HERE)
    assert (again.id, again.text, again.notice) == (first.id, first.text, NOTICE)
    assert len(model.requests) == calls
    elsewhere = await library.ask(QUESTION, THERE)
    assert elsewhere.id != first.id
    assert elsewhere.notice is None
    assert len(model.requests) > calls
    spent = [await library.spending(space) for space in (HERE, THERE, "4713")]
    assert [bool(one and one.used.total) for one in spent] == [True, True, False]
