from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.errors import NotFound
from retrieval.store.records import Records
from retrieval.store.schema import now
from retrieval.types import SHARED, Abstention, Answer, Citation, Claim, Locator, Receipt, Source, Stance
from tests.retrieval.store.making import document

SEEN = (SHARED,)


def _citation(label: str, source: Source, quote: str = "One.") -> Citation:
    passage, locator = f"{source.id}:0", Locator("H", 1, 2, 3)
    return Citation(label, source, passage, quote, 0, len(quote), locator, 0.1 + 0.2, Stance.REFUTES, 1 / 3, later=True)


def _answer() -> Answer:
    one, two = document("a", "One.").source, document("b", "One.").source
    return Answer(
        id="x1",
        question='What "really" \u2013 \ud800 happened? \x00',
        claim=Claim("c", "a", "C01", "A claim", locators=(Locator("H", 1),), passages=("a:0",)),
        article=one,
        said=(_citation("A1", one),),
        opposing=(_citation("O1", two), _citation("O2", two)),
        text="Prose [A1] \U0001f600",
        receipt=Receipt(1, 2, 3, 4, dropped=5),
        abstention=Abstention.NOT_CLAIMED,
        reason="Because.",
        nearest=(Claim("d", "a", "P01", "Another"),),
        elapsed_ms=7,
    )


def test_an_answer_comes_back_exactly_as_it_was_kept(records: Records) -> None:
    records.answers.keep(_answer(), SHARED)
    assert records.answers.get("x1", SEEN) == _answer()


def test_the_same_id_again_replaces_it(records: Records) -> None:
    records.answers.keep(_answer(), SHARED)
    records.answers.keep(replace(_answer(), text="Better."), SHARED)
    assert records.answers.get("x1", SEEN).text == "Better."


def test_how_often_a_source_is_cited_counts_answers_of_these_spaces(records: Records) -> None:
    records.answers.keep(_answer(), SHARED)
    records.answers.keep(replace(_answer(), id="x2"), "g1")
    assert records.answers.cited("b", SEEN) == 1
    assert records.answers.cited("b", [SHARED, "g1"]) == 2
    assert records.answers.cited("c", SEEN) == 0


def test_old_answers_are_forgotten_with_their_feedback(records: Records) -> None:
    records.answers.keep(_answer(), SHARED)
    records.feedback.give("x1", SEEN, "p", helpful=True, reason=None)
    moment = now()
    records.answers.keep(replace(_answer(), id="x2"), SHARED)
    assert records.answers.forget(moment) == 1
    with pytest.raises(NotFound):
        records.answers.get("x1", SEEN)
    assert records.feedback.tally("x1").helpful == 0
    assert records.answers.get("x2", SEEN).id == "x2"


@pytest.mark.parametrize("held", ["its record", "its claim", "a claim offered instead"])
def test_erasing_a_source_takes_the_answers_that_hold_anything_of_it(records: Records, held: str) -> None:
    records.sources.put([document("a", "One.")], "ann")
    bare = replace(_answer(), claim=None, article=None, said=(), opposing=(), nearest=())
    kept = {
        "its record": replace(bare, article=_answer().article),
        "its claim": replace(bare, claim=_answer().claim),
        "a claim offered instead": replace(bare, nearest=_answer().nearest),
    }
    records.answers.keep(bare, SHARED)
    records.answers.keep(replace(kept[held], id="x2"), SHARED)
    records.sources.erase("a", SHARED, "ann")
    assert records.answers.get("x1", SEEN) == bare
    with pytest.raises(NotFound):
        records.answers.get("x2", SEEN)


def test_erasing_a_source_takes_the_answers_that_quote_it(records: Records) -> None:
    records.sources.put([document("b", "One."), document("c", "One.")], "ann")
    records.answers.keep(_answer(), SHARED)
    records.sources.erase("c", SHARED, "ann")
    assert records.answers.get("x1", SEEN) == _answer()
    records.sources.erase("b", SHARED, "ann")
    with pytest.raises(NotFound):
        records.answers.get("x1", SEEN)
