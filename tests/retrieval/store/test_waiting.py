"""Changes that the index has not been told of: found at once all the same, and written together."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from retrieval.store import waiting
from retrieval.store.embeddings import Entry
from retrieval.store.index import Index
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED, Document, Role
from tests.retrieval.store.making import WordEmbedder, document


@pytest.fixture
def bees(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Ten sources in the index, and room for five changes beside it."""
    shelf.put_many([_bees(number) for number in range(10)], "ann")
    shelf.reconcile()
    monkeypatch.setattr(waiting, "ROOM", 5)
    return shelf


def _bees(number: int, *, says: str = "hum", space: str = SHARED, role: Role = Role.REFERENCE) -> Document:
    return document(f"bees {number}", f"Bees {number} {says}.", space=space, role=role)


def _found(shelf: Shelf, words: str, *spaces: str, role: Role | None = None, limit: int = 1) -> list[str]:
    (vector,) = WordEmbedder().embed_queries([words])
    return [passage.partition(":")[0] for passage, _ in shelf.dense(vector, spaces or (SHARED,), role, limit)]


def _held(shelf: Shelf) -> set[str]:
    assert shelf._dense._index is not None
    return {place[0] for place in shelf._dense._index.places().values()}


def test_what_waits_is_found_and_goes_into_the_index_in_one_write(bees: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[list[str]] = []
    upsert = Index.upsert

    def told(index: Index, entries: Sequence[Entry]) -> None:
        written.append([entry.source for entry in entries])
        upsert(index, entries)

    monkeypatch.setattr(Index, "upsert", told)
    for number in range(20, 25):
        bees.put(_bees(number), "ann")
        assert _found(bees, f"Title of bees {number}: Bees {number} hum") == [f"bees {number}"]
    assert bees._dense.waiting == {f"bees {number}" for number in range(20, 25)}
    assert not written
    bees.put(_bees(25), "ann")
    assert [sorted(batch) for batch in written] == [[f"bees {number}" for number in range(20, 26)]]
    assert not bees._dense.waiting
    assert _held(bees) == {f"bees {number}" for number in (*range(10), *range(20, 26))}


def test_what_the_index_says_of_a_source_that_waits_counts_no_more(bees: Shelf) -> None:
    bees.put(_bees(3, says="buzz"), "ann")
    bees.remove("bees 4", SHARED, "ann")
    bees.put(_bees(5, role=Role.ARTICLE), "ann")
    assert _found(bees, "Title of bees 3: Bees 3 buzz") == ["bees 3"]
    everything = _found(bees, "bees hum", limit=50)
    assert sorted(everything) == [f"bees {number}" for number in range(10) if number != 4]
    assert _found(bees, "bees hum", role=Role.ARTICLE, limit=50) == ["bees 5"]
    assert _held(bees) == {f"bees {number}" for number in range(10)}, "the index was told of none of it"
    bees.restore("bees 4", SHARED, "ann")
    bees.reconcile()
    assert not bees._dense.waiting
    assert sorted(_found(bees, "bees hum", limit=50)) == [f"bees {number}" for number in range(10)]


def test_no_space_sees_what_waits_in_another(bees: Shelf) -> None:
    bees.put(_bees(7_000, space="g1"), "ann")
    assert "bees 7000" not in _found(bees, "Bees 7000 hum", limit=50)
    assert _found(bees, "Title of bees 7000: Bees 7000 hum", SHARED, "g1") == ["bees 7000"]


def test_rare_ones_are_found_behind_many_that_wait(shelf: Shelf) -> None:
    shelf.put_many([document("one", *(f"Bees hum {number}." for number in range(200)))], "ann")
    shelf.put_many([document("other", "Owls hoot at night.", "Owls sleep by day.")], "ann")
    shelf.reconcile()
    shelf.put(document("one", "Nothing of it is left."), "ann")
    assert shelf._dense.waiting == {"one"}
    assert sorted(_found(shelf, "Bees hum", limit=3)) == ["one", "other", "other"]


def test_an_index_that_fails_when_it_is_told_is_noticed(bees: Shelf) -> None:
    assert bees._dense._index is not None
    for number in range(20, 25):
        bees.put(_bees(number), "ann")
    bees._dense._index._client.delete_collection("passages")
    bees.put(_bees(25), "ann")
    assert _found(bees, "Title of bees 25: Bees 25 hum") == ["bees 25"]
    bees.reconcile()
    assert _held(bees) == {f"bees {number}" for number in (*range(10), *range(20, 26))}
