"""A configured chat model, from the settings to the kept answer, over a real local server."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.composition import open_library
from bot.settings import Settings
from retrieval.errors import Misconfigured


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
