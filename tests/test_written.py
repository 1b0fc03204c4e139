"""A configured chat model, from the settings to the kept answer, over a real local server."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.composition import open_library
from bot.settings import Settings
from retrieval.answer.fallback import NOTICES
from retrieval.answer.follow import Turn
from retrieval.chat.faults import Trouble
from retrieval.errors import BadInput, Misconfigured
from tests.retrieval.chat.server import ChatServer, Request, hangs, scripted, serving


async def test_a_server_that_cannot_be_reached_costs_nicer_prose_and_nothing_else(data: Path) -> None:
    settings = Settings(
        REJOINDER_DATA=data,
        REJOINDER_CHAT_MODEL="openai:any",
        OPENAI_BASE_URL="http://127.0.0.1:9/v1",
        REJOINDER_CHAT_SECONDS=3,
    )
    async with open_library(settings) as library:
        answer = await library.ask("Has ISIS captured a city in the Philippines?")
        assert answer.mode == "embedded"
        assert answer.notice
        assert answer.said
        assert await library.answer(answer.id) == answer
        assert "openai:any" in library.writing


async def test_a_model_without_key_or_address_is_refused_with_what_to_set(data: Path) -> None:
    with pytest.raises(Misconfigured, match="OPENAI_API_KEY"):
        async with open_library(Settings(REJOINDER_DATA=data, REJOINDER_CHAT_MODEL="openai:any", OPENAI_API_KEY=None)):
            pass


def reply(request: Request) -> str:
    """What a model that does everything well says, told by the prompt that it got."""
    rules, told = (message["content"] for message in request["messages"])
    if "search queries" in rules:
        return json.dumps({"restated": "a", "negated": "bank robbery of Dodge", "critic": "no city was captured"})
    if "how each passage stands" in rules:
        labels = re.findall(r"^<<\w+ (P\d+)>>", told, re.MULTILINE)
        return json.dumps({"refutes": [], "supports": [], "neutral": labels})
    if "follow-up question whole" in rules:
        return json.dumps({"question": "When did ISIS capture the city in the Philippines?"})
    return json.dumps({"sentences": []})


def errands(server: ChatServer) -> list[str]:
    """The first words of each prompt that was sent."""
    return [" ".join(request["messages"][0]["content"].split()[:3]) for request in server.requests]


def with_model(data: Path, server: ChatServer) -> Settings:
    return Settings(REJOINDER_DATA=data, REJOINDER_CHAT_MODEL="openai:any", OPENAI_BASE_URL=server.url)


async def test_a_model_hunts_and_reads_again_before_it_writes(data: Path) -> None:
    question = "Is ISIS funded by Saudi Arabia?"
    async with open_library(Settings(REJOINDER_DATA=data)) as library:
        alone = await library.ask(question)
    with serving(scripted(reply)) as server:
        async with open_library(with_model(data, server)) as library:
            answer = await library.ask(question)
            again = await library.ask(question)
    assert errands(server)[:3] == ["You help to", "You read how", "You write the"]
    assert errands(server).count("You help to") == 1, "the queries of a claim are remembered"
    assert answer.claim == alone.claim
    read = {citation.passage for citation in answer.citations if citation.second}
    assert read
    assert all(citation.disputed for citation in answer.opposing + answer.supporting if citation.second)
    assert [citation.second for citation in again.citations] == [citation.second for citation in answer.citations]


async def test_nothing_is_hunted_for_a_question_about_no_claim(data: Path) -> None:
    with serving(scripted(reply)) as server:
        async with open_library(with_model(data, server)) as library:
            assert (await library.ask("What will the weather be in Manila tomorrow?")).abstained
    assert server.requests == []


async def test_a_follow_up_is_understood_kept_and_stays_with_the_article(data: Path) -> None:
    with serving(scripted(reply)) as server:
        async with open_library(with_model(data, server)) as library:
            first = await library.ask("Has ISIS captured a city in the Philippines?")
            answer = await library.follow_up("and when?", turns=[Turn.of(first)])
            assert await library.answer(answer.id) == answer
    assert (answer.asked, answer.question) == ("and when?", "When did ISIS capture the city in the Philippines?")
    assert answer.article == first.article
    assert "You make a" in errands(server)


async def test_a_follow_up_is_understood_by_rules_where_there_is_no_model(data: Path) -> None:
    async with open_library(Settings(REJOINDER_DATA=data)) as library:
        first = await library.ask("Has ISIS captured a city in the Philippines?")
        answer = await library.follow_up("and who did it?", turns=[Turn.of(first)])
        gone = await library.follow_up("and who did it?", turns=[replace(Turn.of(first), article="X99")])
        alone = await library.follow_up("Was the memo leaked?", turns=[Turn.of(first)])
        with pytest.raises(BadInput):
            await library.follow_up(" ", turns=[Turn.of(first)])
    assert answer.asked == "and who did it?"
    assert answer.question.startswith("Who did it? (about: ISIS captured")
    assert answer.claim == first.claim == gone.claim
    assert alone.asked is None


async def test_a_server_that_hangs_costs_each_aide_its_share_of_the_time(data: Path) -> None:
    with serving(hangs) as server:
        settings = Settings(
            REJOINDER_DATA=data,
            REJOINDER_CHAT_MODEL="openai:any",
            OPENAI_BASE_URL=server.url,
            REJOINDER_CHAT_SECONDS=1,
        )
        async with open_library(settings) as library:
            answer = await library.ask("Is ISIS funded by Saudi Arabia?")
    assert (answer.mode, answer.notice) == ("embedded", NOTICES[Trouble.LATE])
    assert answer.opposing
