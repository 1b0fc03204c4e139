from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retrieval.store.records import Records
from retrieval.types import SHARED, Role
from tests.retrieval.store.making import document

SEEN = (SHARED,)
NAUGHTY = (
    "",
    " ",
    '"',
    "'",
    "it's",
    '"unbalanced',
    "a AND b OR NOT c NEAR(d e)",
    "title:x",
    "-x +y ^z *",
    "{}[]()|&;:,.!?\\/",
    "'; DROP TABLE sources; --",
    "\x00nul\x00inside",
    "\ud800lone\udfff",
    "\U0001f600\U0001f3f3\ufe0f\u200d\U0001f308",
    "\u202eright to left\u202c",
    "z\u0351\u036ba\u0321lgo",
    "\uff46\uff55\uff4c\uff4c",
    "%s %(x)s {0} :name ?",
    "x" * 5_000,
    "many words " * 500,
    "0",
    "_",
)


@pytest.fixture
def filled(records: Records) -> Records:
    documents = [
        document("a", "Mark Zuckerberg bought Instagram in 2012.", "The café sold crêpes.", role=Role.ARTICLE),
        document("b", "Harassment was reported by 1,337 people.", "A second, unrelated remark.", title="Goat census"),
        document("g", "Zuckerberg again, for one server only.", space="g1"),
    ]
    records.sources.put(documents, "ann")
    records.sources.settle(["a", "b", "g"])
    return records


def _texts(records: Records, query: str, **options: object) -> list[str]:
    hits = records.passages.lexical(query, SEEN, **options)  # type: ignore[arg-type]  # passed through as they are
    return [passage.text for passage in records.passages.by_ids([hit for hit, _ in hits], SEEN)]


def test_names_and_numbers_are_found(filled: Records) -> None:
    assert _texts(filled, "What did Zuckerberg buy?") == ["Mark Zuckerberg bought Instagram in 2012."]
    assert _texts(filled, "in 2012?") == ["Mark Zuckerberg bought Instagram in 2012."]
    assert _texts(filled, "1,337") == ["Harassment was reported by 1,337 people."]


def test_forms_of_a_word_accents_and_case_do_not_matter(filled: Records) -> None:
    assert _texts(filled, "HARASSED") == ["Harassment was reported by 1,337 people."]
    assert _texts(filled, "cafe crepe") == ["The café sold crêpes."]


def test_a_misspelt_word_finds_what_was_meant(filled: Records) -> None:
    for query in ("Zukerberg", "Zuckreberg", "zuckerburg", "Zuckerbergg", "Harrassment"):
        assert len(_texts(filled, query)) == 1, query
    assert _texts(filled, "qqqqzzzz") == []


def test_words_of_the_title_count(filled: Records) -> None:
    assert len(_texts(filled, "goats")) == 2


def test_scores_are_best_first_and_higher_is_better(filled: Records) -> None:
    hits = filled.passages.lexical("Zuckerberg Instagram remark", SEEN)
    scores = [score for _, score in hits]
    assert len(hits) == 2
    assert scores == sorted(scores, reverse=True)
    assert min(scores) > 0


def test_only_the_asked_spaces_and_role_are_searched(filled: Records) -> None:
    assert len(filled.passages.lexical("Zuckerberg", [SHARED, "g1"])) == 2
    assert len(filled.passages.lexical("Zuckerberg", ["g1"])) == 1
    assert filled.passages.lexical("Zuckerberg", ["g2"]) == []
    assert filled.passages.lexical("Zuckerberg", []) == []
    assert _texts(filled, "Zuckerberg", role=Role.REFERENCE) == []
    assert len(_texts(filled, "Zuckerberg", role=Role.ARTICLE)) == 1
    assert len(_texts(filled, "Zuckerberg goat", limit=1)) == 1


@pytest.mark.parametrize("query", NAUGHTY, ids=range(len(NAUGHTY)))
def test_signs_in_a_query_mean_nothing(filled: Records, query: str) -> None:
    filled.passages.lexical(query, SEEN)
    assert _texts(filled, f"{query} Zuckerberg")[0].startswith("Mark Zuckerberg") or len(query) > 500


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(query=st.text(st.characters(), max_size=40))
def test_any_string_is_a_query(filled: Records, query: str) -> None:
    filled.passages.lexical(query, SEEN)


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_naughty_text_is_kept_found_and_stays_in_step(records: Records, text: str) -> None:
    made = document("a", f"before {text} marker", title=f"T {text}", claims=1, heading=text, role=Role.ARTICLE)
    records.sources.put([made], f"ann {text}")
    records.sources.settle(["a"])
    records.sources.put([made], "ann")
    (hit,) = records.passages.lexical("marker", SEEN)
    (passage,) = records.passages.by_ids([hit[0]], SEEN)
    assert records.passages.text("a", SEEN)[passage.start : passage.end] == passage.text
    assert passage.text.endswith(" marker")
    assert records.passages.full_text_consistent()


@pytest.mark.shared
def test_the_big_list_of_naughty_strings_passes_through_every_field(records: Records, shared: Path) -> None:
    strings = [text for text in json.loads((shared / "hostile" / "naughty_strings.json").read_text()) if text]
    made = document("a", *strings, title=strings[0])
    records.sources.put([made], strings[1])
    records.sources.settle(["a"])
    assert [passage.text for passage in records.passages.of_source("a", SEEN)] == strings
    for text in strings:
        records.passages.lexical(text, SEEN)
    assert records.passages.full_text_consistent()
