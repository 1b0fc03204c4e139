"""A space that sees few of many passages is searched exactly, without the slow filter of the index."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.store import exact
from retrieval.store.exact import Exact
from retrieval.store.index import Index
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED, Role
from tests.retrieval.store.making import DIMENSIONS, WordEmbedder, document

WORDS = ("ferry", "harbour", "mayor", "flood", "inquiry")


@pytest.fixture
def crowded(shelf: Shelf) -> Shelf:
    """A hundred passages that all see, six of one server, one of them an article's."""
    paragraphs = [f"The {WORDS[number % 5]} and the number {number}." for number in range(100)]
    shelf.put_many([document(f"s{at}", *paragraphs[at : at + 10]) for at in range(0, 100, 10)], "ann")
    own = [document("own", *(f"Our {word} is ours." for word in WORDS), space="g1")]
    shelf.put_many([*own, document("told", "Our mayor said so.", space="g1", role=Role.ARTICLE)], "ann")
    shelf.reconcile()
    return shelf


def _nearest(shelf: Shelf, text: str, spaces: tuple[str, ...], role: Role | None = None) -> list[str]:
    (vector,) = WordEmbedder().embed_queries([text])
    return [passage.partition(":")[0] for passage, _ in shelf.dense(vector, spaces, role, 5)]


def test_a_space_that_sees_few_is_searched_without_the_index(crowded: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Index, "query", None)
    assert _nearest(crowded, "Our mayor", ("g1",), Role.REFERENCE) == ["own"] * 5
    assert _nearest(crowded, "Our mayor", (SHARED, "g1"), Role.ARTICLE) == ["told"]
    assert _nearest(crowded, "Our mayor", ("g2",)) == []


def test_both_ways_find_the_same(crowded: Shelf) -> None:
    index, alone = crowded._dense._index, crowded._dense._exact
    assert index is not None
    for text in WORDS:
        (vector,) = WordEmbedder().embed_queries([text])
        for spaces in ((SHARED,), ("g1",), (SHARED, "g1")):
            for role in (None, *Role):
                ours, theirs = alone.query(vector, spaces, role, 4), index.query(vector, spaces, role, 4)
                assert [score for _, score in ours] == pytest.approx([score for _, score in theirs], abs=1e-5)


def test_what_changes_is_seen_at_once(crowded: Shelf) -> None:
    assert _nearest(crowded, "Our ferry is new", ("g1",), Role.REFERENCE)[0] == "own"
    crowded.put(document("late", "Our ferry is new.", space="g1"), "ann")
    assert _nearest(crowded, "Our ferry is new", ("g1",), Role.REFERENCE)[0] == "late"
    crowded.remove("late", "g1", "ann")
    assert "late" not in _nearest(crowded, "Our ferry is new", ("g1",), Role.REFERENCE)
    crowded.restore("late", "g1", "ann")
    assert _nearest(crowded, "Our ferry is new", ("g1",), Role.REFERENCE)[0] == "late"
    crowded.put(document("late", "Our ferry is new.", space="g1", role=Role.ARTICLE), "ann")
    assert _nearest(crowded, "Our ferry is new", ("g1",), Role.ARTICLE)[0] == "late"
    crowded.erase("late", "g1", "ann")
    assert "late" not in _nearest(crowded, "Our ferry is new", ("g1",))


def test_copies_in_memory_are_few_and_the_latest_stay(crowded: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "KEPT", 8)
    alone = Exact(crowded.records.embeddings, "words-1", DIMENSIONS)
    vector = np.ones(DIMENSIONS, np.float32)
    for spaces in (("g1",), (SHARED,), ("g1",)):
        assert alone.query(vector, spaces, Role.REFERENCE, 3)
    assert list(alone._blocks) == [("g1", Role.REFERENCE)]
    for _ in range(2):
        assert len(alone.query(vector, (SHARED, "g1"), Role.REFERENCE, 200)) == 105
        assert list(alone._blocks) == [(SHARED, Role.REFERENCE), ("g1", Role.REFERENCE)], "one question keeps its own"


def test_counting_stops_where_it_no_longer_matters(crowded: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact, "FEW", 50)
    alone = Exact(crowded.records.embeddings, "words-1", DIMENSIONS)
    assert alone.seen(("g1",), None) == 6
    assert alone.seen((SHARED, "g1"), Role.REFERENCE) == 51 + 5


def test_an_empty_library_is_searched(tmp_path: Path) -> None:
    shelf = Shelf.open(tmp_path / "empty", WordEmbedder())
    assert _nearest(shelf, "anything", (SHARED,)) == []
    shelf.reconcile()
    assert _nearest(shelf, "anything", (SHARED,)) == []
    shelf.close()
