"""Adding with nothing left out: the house as `rejoinder run` opens it, its models, its reader in a child process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.client import RejoinderClient
from bot.composition import House, open_house
from bot.settings import Settings
from tests.bot.standin import Notebook
from tests.bot.test_adding_shop import hand_in
from tests.bot.test_real import HOUR
from tests.bot.town import Town, read
from tests.retrieval.ingest.documents import line, make_pdf

pytestmark = [pytest.mark.slow, pytest.mark.simcord(settle_timeout=HOUR)]
QUESTION = "Did the Umbrandal ferry office sell lifeboats?"
LINES = ("The Umbrandal ferry office sold twelve lifeboats.", "The register of the port says so in its own words.")


@pytest.fixture
async def house(data: Path) -> AsyncIterator[House]:
    """The seeded house, opened in the test's own loop, since its reader's child belongs to one."""
    async with open_house(Settings(_env_file=None, data=data, threads=2)) as opened:
        yield opened


@pytest.fixture
def simcord_bot(house: House, notebook: Notebook) -> RejoinderClient:
    return RejoinderClient(house.library, notebook, house.desk, patience=HOUR, pace=2 * HOUR)


async def test_a_pdf_is_read_in_a_child_and_quoted_and_a_broken_one_costs_a_sentence(town: Town, house: House) -> None:
    mod: Any = town.moderator()
    good = make_pdf([line(words) for words in LINES], "/Title (The ferry office)")
    result = await hand_in(town, mod, files=[("ferry.pdf", good), ("broken.pdf", b"%PDF-1.7\n" + b"<<" * 9_000)])
    assert "ferry.pdf: read; its preview is below." in read(result.response)
    assert "on our side" not in read(result.response)
    [shown] = result.followups
    assert "**Title** The ferry office" in read(shown)
    await mod.click(shown, label="Add")
    assert "The ferry office is added" in read(shown)
    space = str(town.guild.id)
    assert "The ferry office" in [source.title for source in await house.library.sources(space)]
    article = (await hand_in(town, mod, "article", handed=f"{QUESTION[:-1]} said: {LINES[0]}", title="F")).response
    await mod.click(article, label="Add")
    assert "is added" in read(article)
    answer = await house.library.ask(QUESTION, space)
    assert "The ferry office" in {citation.source.title for citation in answer.citations}
