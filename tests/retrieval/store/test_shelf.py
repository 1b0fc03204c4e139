from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import Misconfigured, NotFound, Unavailable
from retrieval.store import index as indexes
from retrieval.store import index_note, waiting
from retrieval.store.dense import IndexState
from retrieval.store.schema import State
from retrieval.store.shelf import Shelf
from retrieval.store.versions import ChangeKind
from retrieval.types import SHARED, Role
from tests.retrieval.store.making import WordEmbedder, document

SEEN = (SHARED,)


def _nearest(shelf: Shelf, words: str, spaces: tuple[str, ...] = SEEN, role: Role | None = None) -> str | None:
    hits = shelf.dense(WordEmbedder(shelf._dense._embedder).embed_queries([words])[0], spaces, role, 1)
    return hits[0][0].partition(":")[0] if hits else None


def _state(shelf: Shelf) -> IndexState:
    return shelf.state.state


def _fill(shelf: Shelf) -> None:
    shelf.put_many(
        [
            document("cats", "Cats purr.", role=Role.ARTICLE, claims=1),
            document("dogs", "Dogs bark."),
            document("owls", "Owls hoot.", space="g1"),
        ],
        "ann",
    )


@pytest.fixture(params=["exact", "index"])
def filled(shelf: Shelf, request: pytest.FixtureRequest) -> Shelf:
    """Three sources; served by exact search, or by the index."""
    _fill(shelf)
    if request.param == "index":
        shelf.reconcile()
        assert _state(shelf) is IndexState.READY
    return shelf


def test_what_is_put_is_found_by_meaning_and_by_word(filled: Shelf) -> None:
    assert _nearest(filled, "cats purr") == "cats"
    assert _nearest(filled, "dogs bark") == "dogs"
    assert _nearest(filled, "owls hoot", (SHARED, "g1")) == "owls"
    assert filled.lexical("hoot", [SHARED, "g1"])[0][0].startswith("owls")


def test_no_other_space_and_no_other_role_is_found(filled: Shelf) -> None:
    vector = WordEmbedder().embed_queries(["owls hoot"])[0]
    assert {hit.partition(":")[0] for hit, _ in filled.dense(vector, SEEN)} == {"cats", "dogs"}
    assert {hit.partition(":")[0] for hit, _ in filled.dense(vector, ["g1"])} == {"owls"}
    assert filled.dense(vector, ["g2"]) == []
    assert filled.dense(vector, []) == []
    assert {hit.partition(":")[0] for hit, _ in filled.dense(vector, SEEN, Role.ARTICLE)} == {"cats"}


def test_what_changes_is_found_as_it_is_now(filled: Shelf) -> None:
    assert filled.put(document("dogs", "Wolves howl."), "ann").kind is ChangeKind.CHANGED
    assert _nearest(filled, "wolves howl") == "dogs"
    filled.remove("dogs", SHARED, "ann")
    assert _nearest(filled, "wolves howl") == "cats"
    filled.restore("dogs", SHARED, "ann")
    assert _nearest(filled, "wolves howl") == "dogs"
    filled.erase("dogs", SHARED, "ann")
    assert _nearest(filled, "wolves howl") == "cats"
    with pytest.raises(NotFound):
        filled.restore("dogs", SHARED, "ann")


def test_putting_the_same_again_embeds_nothing(shelf: Shelf, embedder: WordEmbedder) -> None:
    _fill(shelf)
    embedded = len(embedder.texts)
    assert embedded == 3
    _fill(shelf)
    shelf.put(document("cats", "Cats purr.", "And sleep.", role=Role.ARTICLE, claims=1), "ann")
    assert embedder.texts[embedded:] == ["Title of cats\nAnd sleep."]


def test_a_new_title_is_embedded_anew(shelf: Shelf, embedder: WordEmbedder) -> None:
    _fill(shelf)
    shelf.reconcile()
    shelf.put(document("dogs", "Dogs bark.", title="Wolves"), "ann")
    assert embedder.texts[-1] == "Wolves\nDogs bark."
    assert _nearest(shelf, "wolves") == "dogs"


def test_progress_counts_up_to_all(shelf: Shelf) -> None:
    seen: list[tuple[str, int, int]] = []
    documents = [document(f"s{number}", "Text.") for number in range(120)]
    shelf.put_many(documents, "ann", lambda *step: seen.append(step))
    assert seen == [("Adding sources", 50, 120), ("Adding sources", 100, 120), ("Adding sources", 120, 120)]


def test_an_embedder_that_fails_is_a_sentence_and_the_source_is_not_lost(
    shelf: Shelf, embedder: WordEmbedder, tmp_path: Path
) -> None:
    embedder.failing = RuntimeError("out of memory")
    with pytest.raises(Unavailable, match="words-1 failed"):
        shelf.put(document("cats", "Cats purr."), "ann")
    assert shelf.records.sources.state("cats")[0] is State.FAILED
    assert shelf.reconcile().failed == ("cats",)
    embedder.failing = None
    shelf.close()
    again = Shelf.open(tmp_path / "shelf", WordEmbedder())
    assert again.reconcile().finished == ("cats",)
    assert _nearest(again, "cats") == "cats"
    again.close()


def test_a_failing_embedder_is_not_asked_for_every_waiting_source(shelf: Shelf, embedder: WordEmbedder) -> None:
    embedder.failing = RuntimeError("down")
    with pytest.raises(Unavailable):
        shelf.put_many([document(f"s{number}", "Text.") for number in range(10)], "ann")
    assert len(shelf.reconcile().failed) == 3
    embedder.failing = None
    assert len(shelf.reconcile().finished) == 10


@pytest.mark.parametrize("wrong", [np.zeros((1, 3), np.float32), np.full((1, 16), np.nan, np.float32)])
def test_vectors_that_cannot_be_are_refused(tmp_path: Path, wrong: np.ndarray) -> None:
    class Odd(WordEmbedder):
        def embed_passages(self, _texts: object) -> np.ndarray:
            return wrong

    shelf = Shelf.open(tmp_path, Odd())
    with pytest.raises(Unavailable, match="no usable vectors"):
        shelf.put(document("cats", "Cats purr."), "ann")
    shelf.close()


def test_a_sound_start_rebuilds_nothing(shelf: Shelf, tmp_path: Path) -> None:
    _fill(shelf)
    assert shelf.reconcile().rebuilt == "there is none yet"
    assert shelf.reconcile().rebuilt is None
    shelf.close()
    again = Shelf.open(tmp_path / "shelf", WordEmbedder())
    assert _state(again) is IndexState.STARTING
    report = again.reconcile()
    assert (report.rebuilt, report.finished, report.embedded) == (None, (), 0)
    assert _state(again) is IndexState.READY
    again.close()


def test_an_index_that_missed_changes_catches_up_at_the_start(shelf: Shelf, tmp_path: Path) -> None:
    _fill(shelf)
    shelf.reconcile()
    shelf.close()
    without_index = Shelf.open(tmp_path / "shelf", WordEmbedder())
    without_index.put(document("bees", "Bees hum."), "ann")
    without_index.remove("dogs", SHARED, "ann")
    without_index.close()
    again = Shelf.open(tmp_path / "shelf", WordEmbedder())
    assert again.reconcile().rebuilt is None
    assert _state(again) is IndexState.READY
    assert _nearest(again, "bees hum") == "bees"
    assert {place[0] for place in again._dense._index.places().values()} == {"cats", "owls", "bees"}  # type: ignore[union-attr]
    again.close()


def test_an_index_that_was_changed_much_is_made_anew_at_the_start(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "MANY", 20)
    monkeypatch.setattr(index_note, "NOTED", 7)
    monkeypatch.setattr(waiting, "ROOM", 0)  # each change goes into the index at once
    shelf.put_many([document(f"bees {number}", f"Bees {number} hum.") for number in range(30)], "ann")
    shelf.reconcile()
    for _ in range(15):
        shelf.remove("bees 0", SHARED, "ann")
        shelf.restore("bees 0", SHARED, "ann")
    shelf.close()
    monkeypatch.setattr(index_note, "LOGGED", 27)
    for rebuilt in ("28 changes wait in its log, and make each further one slower", None):
        again = Shelf.open(tmp_path / "shelf", WordEmbedder())
        assert again.reconcile().rebuilt == rebuilt
        assert len(again._dense._index.places()) == 30  # type: ignore[union-attr]
        again.close()


def test_another_embedder_means_new_vectors_and_a_new_index(shelf: Shelf, tmp_path: Path) -> None:
    _fill(shelf)
    shelf.reconcile()
    shelf.close()
    other = Shelf.open(tmp_path / "shelf", WordEmbedder("words-2", 8))
    assert other.dense(np.ones(8, np.float32), SEEN) == []
    report = other.reconcile()
    assert (report.rebuilt, report.embedded) == ("it was made by another embedder", 3)
    assert _nearest_of(other, "cats purr") == "cats"
    assert [path.name for path in (tmp_path / "shelf" / "index").iterdir()] == [other._dense._note.folder]
    other.close()


def _nearest_of(shelf: Shelf, words: str) -> str:
    vector = WordEmbedder("words-2", 8).embed_queries([words])[0]
    return shelf.dense(vector, SEEN, None, 1)[0][0].partition(":")[0]


def test_an_index_that_fails_while_in_use_is_replaced_and_nobody_notices(shelf: Shelf) -> None:
    _fill(shelf)
    shelf.reconcile()
    assert shelf._dense._index is not None
    shelf._dense._index._client.delete_collection("passages")
    assert _nearest(shelf, "cats purr") == "cats"
    assert _state(shelf) is IndexState.BROKEN
    assert shelf.state.why
    assert shelf.put(document("bees", "Bees hum."), "ann").kind is ChangeKind.ADDED
    assert _nearest(shelf, "bees hum") == "bees"
    assert shelf.reconcile().rebuilt == "it failed while in use"
    assert _state(shelf) is IndexState.READY
    assert _nearest(shelf, "bees hum") == "bees"


def test_removed_sources_are_erased_when_their_time_is_over(shelf: Shelf) -> None:
    _fill(shelf)
    shelf.remove("dogs", SHARED, "ann")
    shelf.remove("owls", "g1", "ann")
    now = datetime.now(UTC)
    assert shelf.erase_removed(now - timedelta(days=7), "the clock") == 0
    assert shelf.erase_removed(now + timedelta(seconds=1), "the clock") == 2
    assert shelf.records.sources.removed("g1") == []
    with pytest.raises(NotFound):
        shelf.records.sources.state("dogs")
    with pytest.raises(ValueError, match="time zone"):
        shelf.erase_removed(datetime(2026, 1, 1), "the clock")  # noqa: DTZ001 - that is the point


def test_asking_while_adding_from_many_threads_works(shelf: Shelf) -> None:
    _fill(shelf)
    shelf.reconcile()
    failed = threading.Event()

    def ask(number: int) -> None:
        if number % 4 == 0:
            shelf.put(document(f"s{number}", f"Text of number {number}."), "ann")
        elif not shelf.lexical("cats", SEEN) or _nearest(shelf, "cats purr") != "cats":
            failed.set()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(40)))
    assert not failed.is_set()
    assert _state(shelf) is IndexState.READY
    assert shelf.records.sources.counts(SEEN).sources == 12


def test_a_shelf_that_cannot_open_gives_the_directory_up(shelf: Shelf, tmp_path: Path) -> None:
    shelf.records.settings.set("k", "v")
    with shelf.records._database.write() as connection:
        connection.exec_driver_sql("UPDATE schema_version SET version = 99")
    shelf.close()
    for _ in range(2):
        with pytest.raises(Misconfigured):
            Shelf.open(tmp_path / "shelf", WordEmbedder())
