"""A damaged index heals from the records, and answers are there before and after."""

from __future__ import annotations

import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.store import index as indexes
from retrieval.store.dense import IndexState
from retrieval.store.index import Index
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED
from tests.retrieval.store.making import WordEmbedder, document

SEEN = (SHARED,)


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def _delete(path: Path) -> None:
    path.unlink()


LOGGED = ("chroma.sqlite3", "data_level0.bin", "header.bin", "length.bin", "link_lists.bin")
SYNCED = (*LOGGED, "index_metadata.pickle")


def _sound(folder: Path) -> Path:
    """A data directory whose index is whole."""
    shelf = Shelf.open(folder, WordEmbedder())
    shelf.put_many(
        [document(f"s{number}", *(f"Word{number}x{n} here." for n in range(9))) for number in range(9)], "ann"
    )
    shelf.reconcile()
    shelf.close()
    return folder


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whose index stands on its log, as that of few passages does."""
    return _sound(tmp_path_factory.mktemp("sound"))


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One whose index was written out, as that of many is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(indexes, "MANY", 20)
        return _sound(tmp_path_factory.mktemp("synced"))


def _copy(sound: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the data directory, and its index folder."""
    folder = tmp_path / "data"
    shutil.copytree(sound, folder)
    (index,) = (folder / "index").iterdir()
    return folder, index


def _heals(folder: Path) -> str | None:
    """Opens the directory, checks that everything is found before and after; why the index was rebuilt."""
    shelf = Shelf.open(folder, WordEmbedder())
    try:
        assert _misses(shelf) == 0
        report = shelf.reconcile()
        assert shelf.state.state is IndexState.READY
        assert _misses(shelf) == 0
        assert shelf._dense._index is not None
        assert shelf._dense._index.places() == shelf.records.embeddings.places("words-1")
        assert len(list((folder / "index").iterdir())) == 1
        return report.rebuilt
    finally:
        shelf.close()


def _misses(shelf: Shelf) -> int:
    entries = [entry for batch in shelf.records.embeddings.entries("words-1") for entry in batch]
    return sum(shelf.dense(entry.values, SEEN, None, 1)[0][0] != entry.passage for entry in entries)


@pytest.mark.slow
@pytest.mark.parametrize("damage", [_truncate, _zero, _delete])
@pytest.mark.parametrize(
    ("kind", "name"), [*(("sound", name) for name in LOGGED), *(("synced", name) for name in SYNCED)]
)
def test_a_damaged_file_of_the_index_costs_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, name: str, damage: Callable[[Path], None]
) -> None:
    folder, index = _copy(request.getfixturevalue(kind), tmp_path)
    (path,) = index.rglob(name)
    damage(path)
    _heals(folder)


def test_an_index_that_is_gone_is_rebuilt(sound: Path, tmp_path: Path) -> None:
    folder, index = _copy(sound, tmp_path)
    shutil.rmtree(index)
    assert _heals(folder) == "its folder is gone"


def test_an_index_that_ends_the_process_or_hangs_is_rebuilt_without_ending_this_one(
    sound: Path, tmp_path: Path
) -> None:
    folder, _ = _copy(sound, tmp_path)
    for why in ("opening it ends the process (signal 11)", "it does not open in time"):
        shelf = Shelf.open(folder, WordEmbedder(), examine=lambda *_, why=why: why)
        assert shelf.reconcile().rebuilt == why
        assert _misses(shelf) == 0
        shelf.close()


def test_vectors_lost_inside_the_index_are_noticed_though_the_count_is_right(sound: Path, tmp_path: Path) -> None:
    folder, index = _copy(sound, tmp_path)
    opened = Index.open(index)
    found = opened._collection.get(include=["metadatas"])
    garbage = WordEmbedder("garbage").embed_passages(found["ids"])
    opened._collection.upsert(ids=found["ids"], embeddings=garbage, metadatas=found["metadatas"])
    opened.close()
    why = _heals(folder)
    assert why is not None
    assert why.endswith("passages are not found by their own vector")


def test_an_index_that_cannot_be_rebuilt_leaves_exact_search(sound: Path, tmp_path: Path) -> None:
    folder, index = _copy(sound, tmp_path)
    shutil.rmtree(index.parent)
    index.parent.write_text("a file where the folder should be")
    shelf = Shelf.open(folder, WordEmbedder())
    shelf.reconcile()
    assert shelf.state.state is IndexState.BROKEN
    assert _misses(shelf) == 0
    shelf.close()


@pytest.mark.shared
def test_a_wedged_chroma_is_replaced(sound: Path, tmp_path: Path, shared: Path) -> None:
    folder, index = _copy(sound, tmp_path)
    with tarfile.open(shared / "hostile" / "wedged_chroma_1.5.9.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    shutil.rmtree(index)
    (tmp_path / "wedged_chroma_1.5.9").rename(index)
    assert _heals(folder) == "it does not open"


@pytest.mark.shared
def test_a_wedged_collection_of_ours_is_replaced(sound: Path, tmp_path: Path, shared: Path) -> None:
    """The same files, with the wedged collection under the name that we open."""
    import sqlite3

    folder, index = _copy(sound, tmp_path)
    with tarfile.open(shared / "hostile" / "wedged_chroma_1.5.9.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    shutil.rmtree(index)
    (tmp_path / "wedged_chroma_1.5.9").rename(index)
    database = sqlite3.connect(index / "chroma.sqlite3")
    database.execute("UPDATE collections SET name = 'passages' WHERE name = 'kill'")
    database.commit()
    database.close()
    assert _heals(folder) == "it does not open"
