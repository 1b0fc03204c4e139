"""`rejoinder eval questions --model scripted` on the starter library: no key, no network but loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.terminal.conftest import Run

QUESTION = "Did the US create Al Qaeda in Afghanistan?"


def question_set(folder: Path) -> Path:
    row = {
        "id": "Q1", "question": QUESTION, "category": "direct", "answerable": True,
        "gold_article": [], "gold_references": [],
    }  # fmt: skip
    (folder / "references.json").write_text(json.dumps({"references": []}), encoding="utf-8")
    path = folder / "questions.json"
    path.write_text(json.dumps({"questions": [row]}), encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_set_is_asked_from_end_to_end_with_the_scripted_model(run: Run, tmp_path: Path) -> None:
    ran = run("eval", "questions", str(question_set(tmp_path)), "--model", "scripted", "--json")
    (told,) = ran.objects
    (answer,) = told["answers"]
    assert (ran.status, told["model"], told["scripted"], answer["mode"]) == (0, "scripted", True, "model")
    assert told["prose"]["written"] == told["prose"]["answers"] == 1
    assert (told["prose"]["uncited"], told["prose"]["own_voice"], told["all"]["unverified_quotes"]) == (0, 0, 0)
    assert told["prose"]["read"] > 500
    assert all(one["labels"] and one["quotes"] for one in answer["sentences"])


def test_a_model_without_a_key_is_refused_in_one_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    ran = run("eval", "questions", str(question_set(tmp_path)), "--model", "openai:gpt-5-mini")
    assert ran.status != 0
    assert "OPENAI_API_KEY" in ran.err
