"""The whole thing: the real library with the real seeds and models, behind the real bot, on a simulated Discord."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.client import RejoinderClient
from bot.composition import open_library
from bot.settings import Settings
from bot.verbs import Memory, Verbs
from retrieval.library import Library
from retrieval.types import SHARED
from tests.bot.standin import Notebook
from tests.bot.town import Town, blocks, labels, menu_id, options, read

HOUR = 3_600.0
"""Seconds that a model may take on a busy machine before a test is given up."""
pytestmark = [pytest.mark.slow, pytest.mark.simcord(settle_timeout=HOUR)]
QUESTION = "Has ISIS captured a city in the Philippines?"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The seeded library, opened once; tests add nothing but answers."""
    data: Path = tmp_path_factory.mktemp("data")
    opened = open_library(Settings(_env_file=None, data=data, threads=2))
    with asyncio.Runner() as runner:
        yield runner.run(opened.__aenter__())
        runner.run(opened.__aexit__(None, None, None))


@pytest.fixture
def simcord_bot(library: Library, notebook: Notebook) -> RejoinderClient:
    return RejoinderClient(library, notebook, patience=HOUR)


def test_the_library_has_the_verbs_and_the_memory_that_the_bot_calls(library: Library) -> None:
    verbs: Verbs = library
    memory: Memory = library.memory
    assert callable(verbs.ask)
    assert callable(memory.get)


async def test_a_question_is_answered_from_the_article_and_buttons_work_after_a_restart(
    town: Town, library: Library
) -> None:
    shown = (await town.ada.slash(town.channel, "claim ask", question=QUESTION, private=True)).response
    assert "## Claim C03" in read(shown)
    headings = [block.split("\n")[0] for block in blocks(shown)]
    assert headings[:3] == ["### What the article says", "### Evidence against", "### Evidence for"]
    assert re.search(r"Searched \d+ sources, \d+ passages: \d+ opposes?", read(shown))
    await town.env.restart_bot(RejoinderClient(library, library.memory, patience=HOUR))
    for label in options(shown):
        context = (await town.ada.select(shown, [label], custom_id=menu_id(shown))).response
        assert f"## {label} in context" in read(context)
        assert re.search(r"\*\*[^*]+\*\*", read(context)), "the quote is marked"
    for label in labels(shown):
        if label.startswith("More evidence"):
            assert "Page 1" in read((await town.ada.click(shown, label=label)).response)
    assert "Thank you" in (await town.ada.click(shown, label="Helpful")).response.content
    form = await town.ada.click(shown, label="Not helpful")
    assert "Thank you" in (await town.ada.submit_modal(form, {"reason": "too long"})).response.content
    await town.ada.click(shown, label="Share")
    assert len(town.channel.history(viewer=town.ben)) == 1


async def test_every_quote_shown_is_in_the_stored_text(town: Town, library: Library) -> None:
    shown = (await town.ada.slash(town.channel, "claim ask", question="C06")).response
    [answer_id] = set(re.findall(r"rj:helpful:0:(\S+)", str(shown.components).replace("'", " ")))
    answer = await library.answer(answer_id, str(town.guild.id))
    assert answer.citations
    for cited in answer.citations:
        document = await library.document(cited.source.id)
        assert document.text[cited.start : cited.end] == cited.quote


async def test_what_is_off_topic_is_declined(town: Town) -> None:
    shown = (
        await town.ada.slash(town.channel, "claim ask", question="Who won the football world cup in 2010?")
    ).response
    assert "### Evidence" not in read(shown)
    assert "Helpful" in labels(shown)


async def test_all_claims_can_be_paged_through_and_one_picked(town: Town, library: Library) -> None:
    shown = (await town.ada.slash(town.channel, "claim list")).response
    seen = [read(shown)]
    while "Next" in enabled(shown):
        await town.ada.click(shown, label="Next")
        seen.append(read(shown))
    for claim in await library.claims(SHARED):
        assert sum(f"**{claim.number}**" in page for page in seen) == 1
    picked = (await town.ada.select(shown, [options(shown)[-1]], custom_id=menu_id(shown))).response
    assert picked.ephemeral
    assert "What the article says" in read(picked)


async def test_typing_finds_claims_and_show_tells_where(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.commands.claim._AUTOCOMPLETE", HOUR)
    offered = await town.ada.autocomplete(town.channel, "claim show", "number", "philippines")
    assert "C03" in [choice["value"] for choice in offered]
    shown = (await town.ada.slash(town.channel, "claim show", number="3")).response
    assert "## Claim C03" in read(shown)
    assert "Where: " in read(shown)


async def test_an_answer_of_one_server_does_not_open_in_another(town: Town, simcord_env: Any, library: Library) -> None:
    answer = await library.ask("C03", str(town.guild.id), claim="C03")
    other = Town(simcord_env, "Inland")
    own = (await other.ada.slash(other.channel, "claim ask", question="C03")).response
    message = simcord_env.backend.get_message(own.channel_id, own.id)
    for row in message.components:
        for child in row.get("components", []):
            if child.get("label") == "Helpful":
                child["custom_id"] = f"rj:helpful:0:{answer.id}"
    told = (await other.ada.click(own, label="Helpful")).response
    assert "Thank you" not in told.content
    assert re.search(r"-# id [0-9a-f]{8}$", told.content)


def enabled(message: Any) -> list[str]:
    """The labels of the buttons that can be pressed."""
    rows = [component for component in message.components if component["type"] == 1]
    children = [child for row in rows for child in row["components"] if child["type"] == 2]
    return [child["label"] for child in children if not child.get("disabled")]
