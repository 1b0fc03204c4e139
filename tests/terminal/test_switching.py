"""From one model of a server to another under a running bot: who serves meanwhile, and that it goes on by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.composition import open_house
from bot.embeddings import embed_rest
from bot.settings import Settings
from tests.retrieval.chat.server import fails
from tests.retrieval.remote.server import EmbeddingsServer, embedding, gives, reply

FIRST, SECOND = "openai:first", "openai:second"
QUESTION = "claim 6"
GOOD = gives(lambda number: reply([[1.0, 2.0]] * number))


def settings(data: Path, server: EmbeddingsServer, model: str) -> Settings:
    chosen: dict[str, Any] = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "none", "REJOINDER_EMBEDDINGS": model}
    return Settings(REJOINDER_DATA=data, **chosen)


async def test_the_former_model_serves_until_the_next_one_is_ready_and_a_failure_is_tried_again(
    data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with embedding(GOOD) as server:
        async with open_house(settings(data, server, FIRST)) as house:
            answer = await house.library.ask(QUESTION)
            assert answer.made is not None
            assert answer.made.embedder == FIRST
        async with open_house(settings(data, server, SECOND), embed=False) as house:
            answer = await house.library.ask("claim 7")
            assert answer.made is not None
            assert (answer.made.embedder, answer.notice) == (FIRST, None)
            server.plays(fails(401), GOOD)
            switch = house.switch
            assert switch is not None
            await embed_rest(switch)
            assert "embedding goes on later" in caplog.text
            assert not switch.settled
            await embed_rest(switch)
            assert switch.settled
            answer = await house.library.ask("claim 8")
            assert answer.made is not None
            assert answer.made.embedder == SECOND
        assert {request["model"] for request in server.requests} == {"first", "second"}
