"""One call to an embeddings server, whatever the server does."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
import pytest

from retrieval.chat.faults import Fault, Trouble
from retrieval.errors import Misconfigured
from retrieval.remote.server import open_server
from tests.retrieval.chat.server import Play, drips, fails, hangs, resets, sends, truncates
from tests.retrieval.remote.server import embedding, gives, reply, vectors


def rows(number: int) -> list[list[float]]:
    return [[float(place), 1.0] for place in range(number)]


def test_vectors_come_in_the_order_of_the_texts_whatever_the_order_of_the_reply() -> None:
    def turned(number: int) -> object:
        return reply(rows(number)[::-1], list(range(number))[::-1])

    with embedding(gives(turned)) as server:
        asked = open_server("openai:m", base_url=server.url, api_key=None)
        given = asked.embed(["a", "b", "c"], 30)
        asked.close()
    np.testing.assert_array_equal(given.rows, rows(3))
    assert given.tokens == 7
    assert server.requests == [{"input": ["a", "b", "c"], "model": "m", "encoding_format": "float"}]
    assert server.headers[0]["authorization"] == "Bearer none"


@pytest.mark.parametrize(
    ("play", "trouble"),
    [
        (fails(401, "Incorrect API key"), Trouble.REJECTED_KEY),
        (fails(404, "The model does not exist", "model_not_found"), Trouble.NO_MODEL),
        (fails(429, "You exceeded your current quota", "insufficient_quota"), Trouble.NO_CREDIT),
        (fails(429, "slow down"), Trouble.LIMITED),
        (fails(400, "maximum context length is 8192 tokens"), Trouble.CONTEXT),
        (fails(413, "payload too large"), Trouble.CONTEXT),
        (fails(422, "batch size 64 > 32"), Trouble.UNSUPPORTED),
        (fails(500, "oops"), Trouble.UNREACHABLE),
        (fails(503, "loading"), Trouble.UNREACHABLE),
        (resets, Trouble.UNREACHABLE),
        (truncates, Trouble.UNREACHABLE),
        (sends("<html>Sign in to the network</html>", "text/html"), Trouble.UNREADABLE),
        (sends("{"), Trouble.UNREADABLE),
        (sends("{}"), Trouble.UNREADABLE),
        (sends('{"data": null}'), Trouble.UNREADABLE),
    ],
)
def test_a_failing_server_is_a_fault_that_says_what_to_do(play: Play, trouble: Trouble) -> None:
    with embedding(play) as server:
        asked = open_server("openai:m", base_url=server.url, api_key="k")
        with pytest.raises(Fault) as caught:
            asked.embed(["a", "b"], 30)
        asked.close()
    assert caught.value.trouble is trouble
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "made",
    [
        lambda number: reply(rows(number - 1)),
        lambda number: reply(rows(number), [0] * number),
        lambda number: reply(rows(number), [None] * number),
        lambda number: reply([*rows(number - 1), [1.0]]),
        lambda number: reply(["AACAPwAAAEA="] * number),
    ],
    ids=["one too few", "all first", "no place", "other length", "base64"],
)
def test_a_reply_without_one_vector_for_each_text_is_refused(made: Callable[[int], object]) -> None:
    with embedding(gives(made)) as server:
        asked = open_server("openai:m", base_url=server.url, api_key="k")
        with pytest.raises(Fault) as caught:
            asked.embed(["a", "b"], 30)
        asked.close()
    assert caught.value.trouble is Trouble.UNREADABLE


@pytest.mark.parametrize("play", [hangs, drips])
def test_a_server_that_does_not_come_to_an_end_is_given_up(play: Play) -> None:
    with embedding(play) as server:
        asked = open_server("openai:m", base_url=server.url, api_key="k")
        start = time.monotonic()
        with pytest.raises(Fault) as caught:
            asked.embed(["a"], 0.1)
        assert time.monotonic() - start < 5
        asked.close()
    assert caught.value.trouble is Trouble.LATE


def test_a_number_that_is_none_is_handed_on_for_the_embedder_to_refuse() -> None:
    with embedding(gives(lambda _: reply([[math.nan, 1e300, None]]))) as server:
        asked = open_server("openai:m", base_url=server.url, api_key="k")
        given = asked.embed(["a"], 30)
        asked.close()
    assert not np.isfinite(given.rows).any()


def test_a_closed_server_is_not_asked() -> None:
    with embedding(vectors()) as server:
        asked = open_server("openai:m", base_url=server.url, api_key="k")
        asked.close()
        with pytest.raises(Fault):
            asked.embed(["a"], 30)
    assert server.requests == []


@pytest.mark.parametrize("setting", ["", "openai", "openai:", "cohere:embed", "text-embedding-3-small"])
def test_a_setting_that_names_no_model_says_how_it_is_written(setting: str) -> None:
    with pytest.raises(Misconfigured, match="openai:text-embedding-3-small"):
        open_server(setting, base_url="http://127.0.0.1:1/v1", api_key="k")


def test_without_key_and_address_there_is_nobody_to_ask() -> None:
    with pytest.raises(Misconfigured, match="OPENAI_API_KEY"):
        open_server("openai:m", base_url=None, api_key=None)
