from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from retrieval.answer.abstain import Grounds, Said, abstention, figure_covered, strangers
from retrieval.rank.match import ArticleView, Match
from retrieval.rank.question import read
from retrieval.rank.search import Candidate
from retrieval.types import Abstention, Role, Verdict
from tests.making import claim, passage, source

ARTICLE = source("A01", role=Role.ARTICLE)
CLAIM = claim("C06", "Ostra sold the harbour of Velm for 3 million crowns in 2014.")
NO_VECTORS = np.zeros((0, 4), dtype=np.float32)


def grounds(text: str, *, similarity: float = 0.8, score: float = 0.9, stated: Said | None = None) -> Grounds:
    said = passage("Ostra sold the harbour of Velm in 2014.", "A01")
    view = ArticleView(ARTICLE, (CLAIM,), NO_VECTORS, (said,), NO_VECTORS)
    found = Candidate(passage("The registry shows a lease of the harbour, not a sale."), source("R01"), 0.1, similarity)
    return Grounds(
        read(text),
        Match(view, ((CLAIM, score),), ((said, score),)),
        similarity,
        [found],
        None if stated is None else [stated],
    )


def kind(text: str, **fields: Any) -> Abstention | None:
    return abstention(grounds(text, **fields))


def test_a_question_about_a_claim_is_answered() -> None:
    assert kind("Did Ostra sell the harbour?") is None


def test_something_else_altogether_is_off_topic() -> None:
    assert kind("Who won the cup?", similarity=0.2, score=0.1) is Abstention.OFF_TOPIC


def test_somebody_s_private_life_is_off_topic_however_near_the_words_are() -> None:
    assert kind("What is the home address of the mayor of Velm?") is Abstention.OFF_TOPIC


def test_words_put_into_the_article_s_mouth_are_refused() -> None:
    for_it, against = Verdict(0.1, 0.6, 0.3, 0.9), Verdict(0.6, 0.1, 0.3, 0.9)
    question = "Where does it say that Ostra sold the harbour?"
    assert kind(question, stated=Said(0.2, for_it)) is None
    assert kind(question, stated=Said(0.9, Verdict(0.3, 0.4, 0.3, 0.9))) is None
    assert kind(question, stated=Said(0.9, against)) is Abstention.NOT_CLAIMED
    assert kind(question, stated=Said(0.5, Verdict(0.3, 0.4, 0.3, 0.9))) is Abstention.NOT_CLAIMED
    assert kind("Where does it say that Karelund sold the harbour?", stated=Said(0.9, for_it)) is Abstention.NOT_CLAIMED


def test_a_weak_match_is_not_claimed_by_the_article() -> None:
    assert kind("Did Ostra build ships?", similarity=0.6, score=0.3) is Abstention.NOT_CLAIMED


def test_a_claim_named_by_number_is_always_answered() -> None:
    assert kind("claim 6", similarity=0.1, score=0.1) is None


@pytest.mark.parametrize(
    ("question", "similarity", "covered"),
    [
        ("How much did Ostra get for the harbour of Velm in 2014?", 0.5, True),
        ("How much did Ostra get for the harbour of Velm in 2019?", 0.9, False),
        ("How many sailors drowned off Velm?", 0.5, False),
        ("How many sailors drowned off Velm?", 0.8, True),
    ],
)
def test_a_figure_needs_its_year_and_its_words_or_a_close_passage(
    question: str, similarity: float, covered: bool
) -> None:
    found = grounds(question, similarity=similarity, score=0.5)
    assert figure_covered(found.question, found) is covered


def test_a_name_that_nothing_mentions_is_a_stranger() -> None:
    assert strangers(read("What did Ostra say about North Karelund?"), grounds("x")) == {"Karelund"}
    assert strangers(read("Did Ostra sell Velm?"), grounds("x")) == set()
    assert kind("What did Ostra say about North Karelund?", similarity=0.55) is Abstention.NOT_COVERED
