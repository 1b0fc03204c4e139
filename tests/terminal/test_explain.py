"""The whole trail of an answer in the terminal, and answers from the store, with a scripted model on a local server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from retrieval.answer.reuse import NOTICE
from tests.retrieval.chat.server import ChatServer, says, scripted, serving
from tests.retrieval.writing.goodmodel import answers
from tests.terminal.conftest import Run

QUESTION = "Did the US create al-Qaeda in Afghanistan?"


@pytest.fixture
def model(
    run: Run,  # noqa: ARG001 - has to clear the environment before anything is set
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[ChatServer]:
    with serving(scripted(answers)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("REJOINDER_CHAT_MODEL", "openai:scripted")
        monkeypatch.setenv("REJOINDER_CHAT_PRICE_READ", "1")
        monkeypatch.setenv("REJOINDER_CHAT_SECONDS", "120")
        yield server


def test_without_a_model_the_trail_goes_from_the_question_to_the_judge(run: Run) -> None:
    (answer,) = run("ask", QUESTION, "--json", "--explain").objects
    trail = answer["trail"]
    assert trail["matched"]["claims"][0]["number"] == answer["claim"]["number"]
    assert {one["by"] for one in trail["lists"]} == {"meaning", "words"}
    assert all(one["hits"] == sorted(one["hits"], key=lambda hit: -hit["score"]) for one in trail["lists"])
    labels = {item["label"] for item in trail["candidates"]} - {None}
    assert labels == {cited["label"] for side in ("opposing", "supporting", "context") for cited in answer[side]}
    verdict = trail["candidates"][0]["verdicts"][0]
    assert verdict["refutes"] + verdict["supports"] + verdict["neutral"] == pytest.approx(1, abs=0.001)
    assert (trail["errands"], trail["writing"], answer["made"]["model"]) == ([], None, None)
    assert answer["made"]["judge"] == trail["judge"]


def test_the_trail_reads_well_and_holds_prompt_words_and_what_was_dropped(run: Run, model: ChatServer) -> None:
    ran = run("ask", QUESTION, "--explain")
    before, _, after = " ".join(ran.out.split()).partition("Writing with openai:scripted")
    steps = (
        "Searched 89 sources",
        "Question ─",
        "Search, by meaning with",
        "candidates, judged by",
        "Asked of the model",
    )
    assert sorted(steps, key=before.index) == [*steps]
    said = (
        "--- system You write the answer",
        "--- the model's own words",
        "What held ─",
        "kept: The article says that",
    )
    assert sorted(said, key=after.index) == [*said]
    assert "\x1b" not in ran.out
    model.plays(says('{"sentences": [{"text": "It is all true.", "citations": []}]}', read=2_000))
    (answer,) = run("ask", QUESTION, "--explain", "--json").objects
    writing = answer["trail"]["writing"]
    assert writing["dropped"] == [{"text": "It is all true.", "why": "it cites nothing"}]
    assert writing["raw"].startswith('{"sentences"')
    assert writing["trouble"] == "unfounded"
    assert answer["mode"] == "embedded"


def test_the_same_question_is_answered_from_the_store_and_the_budget_is_shown(run: Run, model: ChatServer) -> None:
    first, again = run("ask", "--json", "-", stdin=f"{QUESTION}\n {QUESTION.upper()} \n").objects
    assert (first["mode"], first["notice"]) == ("model", None)
    assert first["made"]["model"] == "openai:scripted"
    assert first["made"]["passages"]
    assert first["made"]["tokens"]["read"] > 0
    assert again == {**first, "notice": NOTICE, "elapsed_ms": 0}
    calls = len(model.requests)
    (spent,) = run("budget", "--json").objects
    assert spent["tokens"]["read"] >= first["made"]["tokens"]["read"]
    assert spent["money"]["used"] == pytest.approx(spent["tokens"]["read"] / 1e6)
    assert "openai:scripted, used here today" in run("budget").out
    assert run("budget", "--space", "4711", "--json").objects[0]["tokens"]["read"] == 0
    assert len(model.requests) == calls


def test_without_a_model_there_is_no_budget(run: Run) -> None:
    assert run("budget", "--json").objects == [None]
    assert "No chat model is set" in run("budget").out
