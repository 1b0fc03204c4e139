from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from retrieval.errors import BadInput
from retrieval.evaluate.questions import Gold, Place, measure_questions, quotes_one_of, read_questions, score
from retrieval.evaluate.tally import by_category, misses, questions_table, tally
from retrieval.types import Abstention, Answer, Citation, Locator, Role, Source, Stance

SOURCE = Source("R01", Role.REFERENCE, "Note")
REFUTING, SUPPORTING, QUALIFYING = (
    "The army never held the town in that year.",
    "The army held the town for two weeks.",
    "Reports differ on who held the town.",
)
GOLD = Gold(
    "Q1", "Who held the town?", "direct", True, (Place("The war", 2),),
    {"refutes": frozenset({REFUTING}), "supports": frozenset({SUPPORTING}), "qualifies": frozenset({QUALIFYING})},
)  # fmt: skip
UNANSWERABLE = Gold("Q2", "What is the weather?", "unanswerable", False, (), {})


def cited(label: str, quote: str, heading: str | None = None, paragraph: int | None = None) -> Citation:
    place = Locator(heading, paragraph)
    return Citation(label, SOURCE, "p", quote, 0, len(quote), place, 0.9, Stance.NEUTRAL, 0.9)


def answered(**lists: Any) -> Answer:
    return Answer("id", GOLD.question, None, None, elapsed_ms=10, **lists)


def test_a_good_answer_hits_everything() -> None:
    found = score(
        GOLD,
        answered(
            said=(cited("A1", "x", "The war", 1), cited("A2", "The army held it.", "The war", 2)),
            opposing=(cited("O1", REFUTING),),
            supporting=(cited("S1", SUPPORTING),),
        ),
    )
    assert (found.article, found.opposing, found.supporting, found.abstained) == (True, True, True, False)
    assert (found.shown, found.wrong_strict, found.wrong_lenient, found.unverified) == (1, 0, 0, 0)
    assert misses([found]) == []


def test_a_hit_beyond_its_depth_does_not_count() -> None:
    filler = tuple(cited(f"O{place}", f"A wholly different statement {place}.") for place in range(5))
    said = tuple(cited(f"A{place}", "x", "The war", 9) for place in range(3))
    found = score(
        GOLD,
        answered(said=(*said, cited("A4", "x", "The war", 2)), opposing=(*filler, cited("O6", REFUTING))),
    )
    assert (found.article, found.opposing, found.supporting) == (False, False, False)
    assert (found.shown, found.wrong_strict, found.wrong_lenient) == (6, 5, 0)


def test_wrong_sides_are_counted_strictly_and_leniently() -> None:
    shown = (cited("O1", SUPPORTING), cited("O2", QUALIFYING), cited("O3", "Nobody listed this one."))
    found = score(GOLD, answered(opposing=(*shown, cited("O4", REFUTING))))
    assert (found.shown, found.wrong_strict, found.wrong_lenient) == (4, 3, 2)


def test_a_statement_that_is_gold_on_both_sides_is_not_wrong() -> None:
    both = Gold("Q", "?", "direct", True, (), {"refutes": frozenset({REFUTING}), "supports": frozenset({REFUTING})})
    assert score(both, answered(opposing=(cited("O1", REFUTING),))).wrong_strict == 0


@pytest.mark.parametrize(
    ("gold", "shown", "hit"),
    [
        (Place("The war", 2), ("The war", 2), True),
        (Place("The war", 2), ("The peace", 2), False),
        (Place("The war", 2), (None, 2), False),
        (Place("(opening, before the first heading)", 1), (None, 1), True),
        (Place("(opening, before the first heading)", 1), ("The war", 1), False),
        (Place("America’s foot", 3), ("America's foot", 3), True),
        (Place("title, byline", None), ("header", None), True),
        (Place("title, byline", None), (None, 1), False),
    ],
)
def test_places_are_compared_by_heading_and_paragraph(
    gold: Place, shown: tuple[str | None, int | None], hit: bool
) -> None:
    one = Gold("Q", "?", "direct", True, (gold,), {})
    assert score(one, answered(said=(cited("A1", "x", *shown),))).article is hit


def test_quotes_match_whole_statements_and_sizeable_parts() -> None:
    statements = frozenset({REFUTING})
    assert quotes_one_of(f"Before. {REFUTING} After.", statements)
    assert quotes_one_of("never held the town in that year", statements)
    assert quotes_one_of("The  army never held the\ntown in that year.", statements)
    assert not quotes_one_of("held the town", statements)
    assert not quotes_one_of("", statements)


def test_a_quote_that_does_not_fit_its_offsets_is_counted() -> None:
    broken = Citation("A1", SOURCE, "p", "words", 0, 99, Locator(None, None), 1.0, Stance.NEUTRAL, 1.0)
    assert score(GOLD, answered(said=(broken,))).unverified == 1


def test_abstaining_is_right_on_the_unanswerable_only() -> None:
    abstained = Answer("id", "?", None, None, abstention=Abstention.NOT_COVERED, reason="Not here.")
    scores = [score(GOLD, abstained), score(UNANSWERABLE, abstained), score(UNANSWERABLE, answered())]
    total = tally(scores)
    assert (total.abstained_unanswerable, total.abstained_falsely) == (0.5, 1.0)
    assert "abstained falsely" in misses(scores)[0]
    assert "should have abstained" in misses(scores)[1]
    assert len(misses(scores)) == 2


def test_the_table_has_a_row_a_category_and_one_for_all() -> None:
    scores = [score(GOLD, answered(opposing=(cited("O1", SUPPORTING),))), score(UNANSWERABLE, answered())]
    assert list(by_category(scores)) == ["direct", "unanswerable"]
    table = questions_table(scores).splitlines()
    assert len(table) == 5
    assert table[-1].startswith("| all ")
    assert tally(scores).wrong_side_strict == tally(scores).wrong_side_lenient == 1.0
    assert tally([]).opposing_hit_5 is None


def write_questions(folder: Path) -> Path:
    notes = {"references": [{"statements": [{"id": "R01.s1", "text": REFUTING}]}]}
    row = {
        "id": "Q1", "question": GOLD.question, "category": "direct", "answerable": True,
        "gold_article": [{"heading": "The war", "para": 2}, {"heading": "title"}],
        "gold_references": [{"ref": "R01", "claim": "C01", "stance": "refutes", "statements": ["R01.s1"]}],
    }  # fmt: skip
    (folder / "references.json").write_text(json.dumps(notes))
    (folder / "questions.json").write_text(json.dumps({"questions": [row]}))
    return folder / "questions.json"


async def test_a_set_is_read_asked_and_scored(tmp_path: Path) -> None:
    async def ask(question: str) -> Answer:
        assert question == GOLD.question
        return answered(said=(cited("A1", "x", "The war", 2),), opposing=(cited("O1", REFUTING),))

    (gold,) = questions = read_questions(write_questions(tmp_path))
    assert gold.places == (Place("The war", 2), Place("title", None))
    (found,) = await measure_questions(ask, questions)
    assert (found.article, found.opposing, found.supporting) == (True, True, None)


def test_a_set_without_its_references_is_refused(tmp_path: Path) -> None:
    path = write_questions(tmp_path)
    (tmp_path / "references.json").unlink()
    with pytest.raises(BadInput, match=r"There is no file .*references\.json"):
        read_questions(path)


@pytest.mark.shared
def test_the_development_questions_can_be_read(shared: Path) -> None:
    questions = read_questions(shared / "corpus" / "questions.dev.json")
    assert len(questions) == 20
    assert all(gold.places for gold in questions if gold.answerable)
    assert sum(bool(gold.of("refutes")) for gold in questions) >= 8
