"""Gone means gone: after an erasure no file of the data directory holds the text, its words or its vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from retrieval.store import index as indexes
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED, Answer, Citation, Locator, Role, Stance
from tests.retrieval.store.making import WordEmbedder, document

CANARY = "Xylocanary"
SEEN = (SHARED,)


def _holding(folder: Path, needles: list[bytes]) -> set[tuple[str, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return {(path.name, needle) for path in files for needle in needles if needle in path.read_bytes().lower()}


def _needles() -> list[bytes]:
    texts = [f"Title {CANARY}\nThe {CANARY} said {word}." for word in ("first", "second")]
    vectors = WordEmbedder().embed_passages(texts)
    # Files are searched in lower case, bytes of vectors included.
    return [CANARY.lower().encode(), *(row.astype("<f4").tobytes().lower() for row in vectors)]


def _fill(shelf: Shelf) -> None:
    shelf.put_many([document(f"s{number}", f"Text {number}.", "More text.") for number in range(30)], "ann")
    for word in ("first", "second"):  # two versions: the earlier one is kept for answers
        made = document("x", f"The {CANARY} said {word}.", title=f"Title {CANARY}", role=Role.ARTICLE, claims=1)
        shelf.put(made, "ann")
    quote = f"The {CANARY} said second."
    citation = Citation(
        "A1", made.source, made.passages[0].id, quote, 0, len(quote), Locator(None, 1), 1.0, Stance.NEUTRAL, 1.0
    )
    answer = Answer("answer", f"What did {CANARY} say?", made.claims[0], made.source, said=(citation,), text=quote)
    shelf.records.answers.keep(answer, SHARED)


@pytest.fixture(params=["index open", "index not open", "index written out"])
def filled(shelf: Shelf, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    if request.param == "index written out":
        monkeypatch.setattr(indexes, "MANY", 20)
    _fill(shelf)
    shelf.reconcile()
    assert len({needle for _, needle in _holding(tmp_path, _needles())}) == 3, "the search would not find what is there"
    if request.param == "index not open":
        shelf._dense.close()
    return shelf


def test_after_erasing_no_file_holds_text_words_or_vectors(filled: Shelf, tmp_path: Path) -> None:
    filled.erase("x", SHARED, "ann")
    assert _holding(tmp_path, _needles()) == set()
    assert not filled.records.purge_due
    filled.reconcile()
    assert filled.records.sources.counts(SEEN).sources == 30
    assert len(filled.dense(np.ones(16, np.float32), SEEN, None, 100)) == 60
    filled.close()
    assert _holding(tmp_path, _needles()) == set()


def test_an_erasure_that_was_cut_short_is_finished_at_the_next_start(shelf: Shelf, tmp_path: Path) -> None:
    _fill(shelf)
    shelf.reconcile()
    shelf.records.sources.erase("x", SHARED, "ann")  # the records' part alone, as if killed right after it
    assert _holding(tmp_path, _needles())
    shelf.close()
    again = Shelf.open(tmp_path / "shelf", WordEmbedder())
    assert again.records.purge_due
    again.reconcile()
    assert not again.records.purge_due
    assert _holding(tmp_path, _needles()) == set()
    again.close()


def test_an_erasure_waits_for_a_reader_and_is_finished_later(shelf: Shelf, tmp_path: Path) -> None:
    _fill(shelf)
    with shelf.records._database.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM sources").one()
        shelf.erase("x", SHARED, "ann")
        assert shelf.records.purge_due
    shelf.reconcile()
    assert not shelf.records.purge_due
    assert _holding(tmp_path, _needles()) == set()
