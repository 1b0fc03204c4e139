"""Embeddings by API as an operator meets them: what is told, what is asked, what happens without the server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from retrieval.answer.abstain import OFF_TOPIC_BELOW
from retrieval.rank.search import WORDS_ALONE
from tests.retrieval.chat.server import fails
from tests.retrieval.remote.server import EmbeddingsServer, embedding, gives, reply
from tests.terminal.conftest import Run

MODEL = "openai:text-embedding-3-small"
QUESTION = "Did the US create al-Qaeda in Afghanistan?"


@pytest.fixture
def server(
    run: Run,  # noqa: ARG001 - has to clear the environment before anything is set
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[EmbeddingsServer]:
    with embedding(gives(lambda number: reply([[1.0, 2.0]] * number))) as opened:
        monkeypatch.setenv("OPENAI_BASE_URL", opened.url)
        monkeypatch.setenv("REJOINDER_EMBEDDINGS", MODEL)
        monkeypatch.setenv("REJOINDER_EMBEDDINGS_PRICE", "0.02")
        yield opened


def test_the_cost_is_shown_before_anything_is_embedded_and_nobody_is_surprised(
    run: Run, server: EmbeddingsServer
) -> None:
    ran = run("embed")
    assert ran.status == 1
    assert "370 passages, about" in ran.err
    assert "at 0.02 a million" in ran.err
    assert "--yes" in ran.err
    assert server.calls == []


def test_after_embedding_the_new_one_serves_and_without_the_server_words_do(
    run: Run, server: EmbeddingsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("embed", "--yes", "--json")
    assert (ran.status, ran.objects) == (
        0,
        [{"wanted": MODEL, "serving": MODEL, "passages_left": 0, "tokens_left": 0}],
    )
    assert run("embed", "--yes").out == f"{MODEL} serves.\n"
    (answer,) = run("ask", QUESTION, "--json").objects
    assert (answer["made"]["embedder"], answer["notice"]) == (MODEL, None)
    server.plays(fails(500))
    (answer,) = run("ask", QUESTION, "--json", "--explain").objects
    assert answer["notice"] == WORDS_ALONE
    assert answer["claim"]["number"] == "C30"
    assert answer["trail"]["similarity"] > OFF_TOPIC_BELOW
    assert next(one["hits"] for one in answer["trail"]["lists"] if one["by"] == "meaning") == []
    monkeypatch.setenv("REJOINDER_EMBEDDINGS", "embedded")
    (answer,) = run("ask", QUESTION, "--json").objects
    assert answer["made"]["embedder"].startswith("rejoinder-embedder")


def test_the_doctor_says_how_far_it_is_and_whether_the_server_answers(run: Run, server: EmbeddingsServer) -> None:
    ran = run("doctor")
    words = " ".join(ran.out.split())
    assert ran.status == 0
    assert f"serves until {MODEL} is ready; to embed: 370 passages" in words
    assert "`rejoinder embed` does it now" in words
    server.plays(fails(401))
    ran = run("doctor")
    assert ran.status == 1
    assert "wrong embeddings" in " ".join(ran.out.split())
    assert "refuses the key; check OPENAI_API_KEY" in " ".join(ran.out.split())


def test_a_setting_that_cannot_be_used_is_one_sentence_and_a_row_of_the_doctor(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REJOINDER_EMBEDDINGS", "cohere:embed")
    ran = run("claims")
    assert (ran.status, ran.out) == (2, "")
    assert "write embedded, or a model like openai:text-embedding-3-small" in ran.err
    ran = run("doctor")
    assert ran.status == 1
    words = " ".join(ran.out.split())
    assert "wrong embeddings REJOINDER_EMBEDDINGS cannot be used" in words
    assert "ok stores 1 article" in words


def test_without_the_setting_there_is_nothing_to_embed(run: Run) -> None:
    assert run("embed").out == "The embedded model serves; set REJOINDER_EMBEDDINGS for another.\n"
    assert run("embed", "--json").objects == [
        {"wanted": "embedded", "serving": "embedded", "passages_left": 0, "tokens_left": 0}
    ]
