"""Which answers are given again, and when no longer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.reuse import NOTICE, Reuse, normal
from retrieval.store.records import Records
from retrieval.types import SHARED, Answer, Receipt
from tests.making import citation
from tests.retrieval.store.making import document

HERE, THERE = "4711", "4712"
QUESTION = "Who sold the harbour?"


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records.open(tmp_path)
    put(opened, "a1", "The council sold the harbour.", SHARED)
    yield opened
    opened.close()


def put(records: Records, name: str, text: str, space: str) -> None:
    records.sources.put([document(name, text, space=space)], "ann")
    records.sources.settle([name])


def written(answer_id: str = "answer-1", mode: str = "model", notice: str | None = None) -> Answer:
    cited = (citation("O1", "x"),)
    made = Answer(answer_id, QUESTION, None, None, opposing=cited, text="It says so [O1].", mode=mode, notice=notice)
    return replace(made, receipt=Receipt(1, 1, 1, 0), elapsed_ms=900)


def kept(records: Records, space: str = HERE, answer: Answer | None = None) -> Reuse:
    reuse, answer = Reuse(records.reusable, lambda: "model 1"), answer or written()
    records.answers.keep(answer, space)
    reuse.remember(reuse.key(QUESTION, space, None), answer)
    return reuse


def again(reuse: Reuse, space: str = HERE, question: str = QUESTION, article: str | None = None) -> Answer | None:
    return reuse.find(reuse.key(question, space, article), space)


def test_the_same_question_gets_the_same_answer_and_is_told_so(records: Records) -> None:
    found = again(kept(records))
    assert found == replace(written(), notice=NOTICE, elapsed_ms=0)
    assert records.answers.get("answer-1", (HERE,)).notice is None


@pytest.mark.parametrize("question", ["who sold the  harbour", "WHO SOLD THE HARBOUR??", " Who sold the harbour ?! "])
def test_differences_that_mean_nothing_do_not_count(records: Records, question: str) -> None:
    assert again(kept(records), question=question)


def test_another_question_article_or_space_is_another(records: Records) -> None:
    reuse = kept(records)
    assert again(reuse, question="Who bought the harbour?") is None
    assert again(reuse, article="a1") is None
    assert again(reuse, THERE) is None
    assert again(reuse, SHARED) is None


def test_a_key_of_another_space_opens_nothing(records: Records) -> None:
    reuse = kept(records)
    assert reuse.find(reuse.key(QUESTION, HERE, None), THERE) is None


def test_any_change_of_what_is_visible_makes_it_new(records: Records) -> None:
    reuse = kept(records)
    put(records, "b1", "Elsewhere nothing was sold.", THERE)
    assert again(reuse)
    put(records, "b2", "The council kept the harbour.", HERE)
    assert again(reuse) is None
    records.sources.remove("b2", HERE, "ann")
    assert again(reuse)  # everything is as it was
    put(records, "a1", "The council sold the harbour in May.", SHARED)
    assert again(reuse) is None


def test_another_maker_makes_it_new(records: Records) -> None:
    kept(records)
    assert again(Reuse(records.reusable, lambda: "model 2")) is None


@pytest.mark.parametrize("fields", [{"mode": "embedded"}, {"notice": "The language model did not answer in time."}])
def test_an_answer_that_is_plainer_than_usual_is_made_anew(records: Records, fields: dict[str, str]) -> None:
    assert again(kept(records, answer=written(**fields))) is None


def test_it_goes_when_the_answer_goes(records: Records) -> None:
    reuse = kept(records)
    assert records.answers.forget("9999") == 1
    assert again(reuse) is None


def test_a_later_answer_takes_its_place(records: Records) -> None:
    kept(records)
    found = again(kept(records, answer=written("answer-2")))
    assert found is not None
    assert found.id == "answer-2"


@given(st.text(max_size=40))
def test_normal_is_normal(question: str) -> None:
    assert normal(normal(question)) == normal(question)
    assert normal(f"  {question} ?") == normal(question)
