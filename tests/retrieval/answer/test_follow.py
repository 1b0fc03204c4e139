from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.answer.follow import Turn, Whole, leans, whole
from tests.retrieval.writing.story import answer

TURN = Turn("Was the harbour sold?", "The harbour was sold in secret to Freedonia.", "A01")


@pytest.mark.parametrize(
    "question",
    [
        "and who paid for it?",
        "But when?",
        "why?",
        "Who paid?",
        "Since when?",
        "What about the price",
        "how about Sylvania?",
        "Did they deny that?",
        "Is that right?",
        "Who told him the price of the boats?",
        "just confirm it already",
    ],
)
def test_a_question_that_points_back_leans(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize(
    "question",
    [
        "Was the harbour of Sylvania sold in secret?",
        "Does the article say that the ministry armed the fleet?",
        "Is there any evidence for a secret sale of boats?",
        "Did the ministry of Freedonia know what its officials sold?",
        "and claim 7?",
        "How much did this article say the harbour cost?",
        "",
    ],
)
def test_a_question_that_stands_by_itself_does_not(question: str) -> None:
    assert not leans(question)


@pytest.mark.shared
def test_the_development_questions_stand_by_themselves(shared: Path) -> None:
    asked = json.loads((shared / "corpus" / "questions.dev.json").read_text(encoding="utf-8"))["questions"]
    leaning = [row["id"] for row in asked if leans(row["question"])]
    assert leaning == ["Q21"], "“Isn't this all propaganda” points at the article, and may"


def test_a_follow_up_is_searched_with_the_claims_words_and_stays_with_its_article() -> None:
    assert whole("and who paid for it?", [TURN]) == Whole(
        "Who paid for it? (about: harbour sold secret Freedonia)", "A01"
    )


def test_the_last_turn_counts() -> None:
    later = Turn("Who armed the fleet?", None, "A02")
    assert whole("and when?", [TURN, later]) == Whole("When? (about: armed fleet)", "A02")


def test_without_a_conversation_or_a_need_the_question_stays_as_it_is() -> None:
    assert whole("and who paid for it?", []) == Whole("and who paid for it?")
    assert whole("Was the harbour of Sylvania sold?", [TURN]) == Whole("Was the harbour of Sylvania sold?")


def test_a_turn_keeps_what_was_asked_the_claim_and_the_article() -> None:
    assert Turn.of(answer()) == Turn("Was the harbour sold in secret?", "The harbour was sold in secret.", "A01")
