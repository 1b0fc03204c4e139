"""The record of what an answer was made with: model, prompts, passages, tokens, whatever came of it."""

from __future__ import annotations

from dataclasses import replace

from retrieval.answer.made import with_errands
from retrieval.chat.budget import Usage
from retrieval.chat.errand import Errand
from retrieval.chat.faults import Trouble
from retrieval.store import codec
from retrieval.types import Answer, Made
from tests.retrieval.chat.server import fails, says, serving
from tests.retrieval.writing.story import SPACE, answer, draft, stored
from tests.retrieval.writing.writers import writing

MADE = Made("embedder-1", "judge-1")
PASSAGES = ("p-A1", "p-A2", "p-O1", "p-O2", "p-S1", "p-N1")


def embedded() -> Answer:
    return replace(answer(), made=MADE)


def test_a_written_answer_names_model_prompts_passages_and_tokens() -> None:
    with serving(says(draft(), read=2000)) as server, writing(server) as desk:
        written = desk.writer.write(embedded(), stored(), SPACE)
        prompts = desk.writer.version.partition("; ")[2]
    made = replace(MADE, model="openai:scripted", prompts=prompts, shown=PASSAGES, read=2000, written=90, calls=1)
    assert written.made == made
    assert "write 1" in prompts
    assert codec.read(Answer, codec.write(written)) == written


def test_an_answer_that_fell_back_names_what_was_spent_all_the_same() -> None:
    with serving(says("I would rather not.", read=2000)) as server, writing(server) as desk:
        written = desk.writer.write(embedded(), stored(), SPACE)
    assert written.mode == "embedded"
    assert written.made is not None
    assert written.made.model == "openai:scripted"
    assert written.made.calls == len(server.requests)
    assert written.made.read == 2000 * written.made.calls


def test_a_model_that_was_not_asked_is_not_named() -> None:
    with serving(fails(401)) as server, writing(server, failures=1) as desk:
        desk.writer.write(embedded(), stored(), SPACE)
        resting = desk.writer.write(embedded(), stored(), SPACE)
    assert desk.trails[-1].trouble is Trouble.RESTING
    assert resting.made == MADE


def test_what_was_asked_beside_writing_is_added_up() -> None:
    errands = [Errand("counter 1", (), "{}", Usage(100, 20), 1, None), Errand("second 1", (), "", Usage(50), 2, None)]
    found = with_errands(embedded(), "openai:m", errands).made
    assert found == replace(MADE, model="openai:m", prompts="counter 1, second 1", read=150, written=20, calls=3)
    assert with_errands(embedded(), "openai:m", []).made == MADE
    assert with_errands(embedded(), "openai:m", [Errand("x 1", (), "", Usage(), 0, Trouble.SPENT)]).made == MADE
