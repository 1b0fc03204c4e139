from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.cite import cite, is_later
from tests.making import evidence, passage

TEXT = "The harbour was sold in 2015. Nobody knows the price."


def test_a_quote_that_stands_in_the_stored_passage_is_cited_with_its_place() -> None:
    item = replace(evidence(TEXT), end=29)
    cited = cite([item], "O", {item.passage.id: item.passage}, None)
    assert [(c.label, c.quote, c.start, c.end) for c in cited.citations] == [
        ("O1", "The harbour was sold in 2015.", 0, 29)
    ]
    assert cited.dropped == 0


@pytest.mark.parametrize(
    "stored",
    [
        {},
        {"R01-0": passage("The harbour was sold in 2016. Nobody knows the price.")},
        {"R01-0": passage(TEXT, start=5)},
        {"R01-0": passage("Gone.")},
    ],
    ids=["gone", "another year", "moved", "shorter"],
)
def test_what_does_not_verify_is_dropped_and_counted(stored: dict[str, object]) -> None:
    cited = cite([evidence(TEXT)], "O", stored, None)  # type: ignore[arg-type]  # parametrized by hand
    assert (cited.citations, cited.dropped) == ((), 1)


def test_labels_count_without_gaps_when_one_is_dropped() -> None:
    good, bad, last = evidence("One.", "R01"), evidence("Two.", "R02"), evidence("Three.", "R03")
    cited = cite([good, bad, last], "S", {item.passage.id: item.passage for item in (good, last)}, None)
    assert [citation.label for citation in cited.citations] == ["S1", "S2"]


@given(text=st.text(min_size=1), stored=st.text(min_size=1), cut=st.tuples(st.integers(0, 60), st.integers(0, 60)))
def test_any_quote_shown_is_character_for_character_in_the_stored_passage(
    text: str, stored: str, cut: tuple[int, int]
) -> None:
    item = replace(evidence(text), start=min(cut), end=max(cut))
    kept = passage(stored)
    for citation in cite([item], "O", {kept.id: kept}, None).citations:
        assert citation.quote == stored[citation.start : citation.end] == text[citation.start : citation.end]


@pytest.mark.parametrize(
    ("date", "than", "later"),
    [
        ("2018", "2017-08-11", True),
        ("2017-08", "2017-08-11", False),
        ("2017-09", "2017-08-11", True),
        ("2017-08-12", "2017-08-11", True),
        ("2017", "2017-08-11", False),
        (None, "2017-08-11", False),
        ("2020", None, False),
    ],
)
def test_later_means_surely_later(date: str | None, than: str | None, later: bool) -> None:
    assert is_later(date, than) is later
