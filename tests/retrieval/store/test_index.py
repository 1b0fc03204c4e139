"""The index alone: real Chroma in a folder."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.store import folders, probe
from retrieval.store import index as indexes
from retrieval.store.embeddings import Entry
from retrieval.store.index import Index, IndexFailed
from retrieval.types import SHARED, Role


def _entry(name: str, angle: float, space: str = SHARED, role: Role = Role.REFERENCE) -> Entry:
    values = np.array([np.cos(angle), np.sin(angle)], np.float32)
    return Entry(name, f"source of {name}", space, role, f"digest {angle}", values)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    made = Index.create(tmp_path_factory.mktemp("index") / "chroma")
    yield made
    made.close()


@pytest.fixture
def filled(index: Index) -> Index:
    index.delete(list(index.places()))
    near = [_entry(f"near {number}", 0.001 * number) for number in range(400)]
    index.upsert([*near, _entry("far", 1.5, "g1"), _entry("article", 1.4, role=Role.ARTICLE)])
    return index


EAST = np.array([1, 0], np.float32)


def test_the_nearest_come_first_with_their_similarity(filled: Index) -> None:
    hits = filled.query(EAST, [SHARED], None, 3)
    assert hits[0][1] == pytest.approx(1, abs=1e-5)
    assert [score for _, score in hits] == sorted((score for _, score in hits), reverse=True)
    assert all(name.startswith("near") for name, _ in hits)


def test_what_is_rare_is_found_behind_much_that_is_not_visible(filled: Index) -> None:
    assert [name for name, _ in filled.query(EAST, ["g1"], None, 2)] == ["far"]
    assert [name for name, _ in filled.query(EAST, [SHARED, "g1"], Role.ARTICLE, 2)] == ["article"]
    assert filled.query(EAST, ["g2"], None, 2) == []
    assert filled.query(EAST, ["g1"], Role.ARTICLE, 2) == []


def test_places_say_what_is_held_and_upsert_replaces(filled: Index) -> None:
    filled.upsert([_entry("far", 0.5, "g2")])
    assert filled.places(["source of far"]) == {"far": ("source of far", "g2", "reference", "digest 0.5")}
    filled.delete(["far", "never there"])
    assert "far" not in filled.places()
    assert len(filled.places()) == 401


def test_places_of_more_than_a_page_are_all_there(filled: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = filled.places()
    for size in (1, 134, 402, 500):
        monkeypatch.setattr(indexes, "BATCH", size)
        assert filled.places() == whole
        assert list(filled.places(["source of near 7", "source of far"])) == ["near 7", "far"]


def test_an_empty_index_answers_with_nothing(index: Index) -> None:
    index.delete(list(index.places()))
    assert index.query(EAST, [SHARED], None, 5) == []
    assert index.places() == {}


def test_a_vector_of_another_size_is_a_failure_of_the_index_and_not_of_the_process(filled: Index) -> None:
    with pytest.raises(IndexFailed):
        filled.query(np.zeros(7, np.float32), [SHARED], None, 1)


def test_opening_what_is_not_there_is_a_failure_of_the_index(tmp_path: Path) -> None:
    with pytest.raises(IndexFailed):
        Index.open(tmp_path / "nothing")


def test_an_index_of_many_is_written_out_while_it_is_made_and_then_goes_by_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexes, "MANY", 20)
    told: list[int] = []
    entries = [_entry(f"p{number}", 0.01 * number) for number in range(65)]
    made = Index.create(tmp_path / "chroma", entries, len(entries), told.append)
    assert told == [21, 42, 63, 65]
    (synced,) = (tmp_path / "chroma").rglob("index_metadata.pickle")
    before = synced.read_bytes()
    made.upsert([_entry(f"later {number}", 1.5) for number in range(100)])
    assert synced.read_bytes() == before, "synced outside of making it: a kill then could cost the index"
    made.close()
    again = Index.open(tmp_path / "chroma")
    assert set(again.places()) == {entry.passage for entry in entries} | {f"later {number}" for number in range(100)}
    assert [name for name, _ in again.query(entries[0].values, [SHARED], None, 1)] == ["p0"]
    again.close()


@given(st.integers(0, 3_000_000))
def test_nearly_all_of_many_is_synced_when_an_index_is_made(total: int) -> None:
    making = indexes.Making.of(total)
    assert 0 < making.batch <= indexes.WRITTEN
    if total < indexes.MANY:
        assert making.sync_threshold == indexes.SYNC_THRESHOLD
    else:
        assert making.sync_threshold % making.batch == 0
        assert total % making.sync_threshold < total / 1_000 + indexes.SYNCS
        assert total // making.sync_threshold <= indexes.SYNCS


def test_a_sound_folder_passes_the_child_process_and_twins_are_no_misses(tmp_path: Path) -> None:
    made = Index.create(tmp_path / "chroma")
    entries = [_entry(f"twin {number}", 0.5) for number in range(20)]
    made.upsert(entries)
    made.close()
    stale = replace(entries[0], digest="another", values=EAST)
    assert folders.examine(tmp_path / "chroma", [*entries[1:], stale, _entry("missing", 0.1)], 20) is None


def test_vectors_that_are_not_those_of_the_records_are_noticed(tmp_path: Path) -> None:
    made = Index.create(tmp_path / "chroma")
    made.upsert([_entry("a", 0.0), _entry("b", 1.0)])
    made.close()
    wrong = [replace(_entry("a", 0.0), values=_entry("a", 1.0).values), _entry("b", 1.0)]
    assert folders.examine(tmp_path / "chroma", wrong, 2) == "1 of 2 passages are not found by their own vector"


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "opening it ends the process (signal 11)"),
        ("import time; time.sleep(60)", "it does not open in time"),
        ("raise RuntimeError", "it does not open"),
    ],
)
def test_a_child_process_that_dies_or_hangs_takes_nothing_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    (tmp_path / "probe.py").write_text(script)
    monkeypatch.setattr(probe, "__file__", str(tmp_path / "probe.py"))
    monkeypatch.setattr(folders, "PROBE_SECONDS", 0.5)
    assert folders.examine(tmp_path, [], 0) == why


def test_ctrl_c_at_the_terminal_does_not_reach_the_child_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terminal sends SIGINT to its whole session; a child that it ended would look like a damaged index."""
    script = f'import json, os; print(json.dumps({{"missed": int(os.getsid(0) == {os.getsid(0)})}}))'
    (tmp_path / "probe.py").write_text(script)
    monkeypatch.setattr(probe, "__file__", str(tmp_path / "probe.py"))
    assert folders.examine(tmp_path, [], 0) is None


def test_sweeping_leaves_one_folder(tmp_path: Path) -> None:
    for name in ("old", "current"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("x")
    (tmp_path / "stray").write_text("x")
    folders.sweep(tmp_path, "current")
    assert [path.name for path in tmp_path.iterdir()] == ["current"]
    folders.sweep(tmp_path / "missing", None)


def test_the_index_phones_nobody(filled: Index, caplog: pytest.LogCaptureFixture) -> None:
    # Every connection but loopback is refused in tests (conftest.py): telemetry would log that it failed.
    with caplog.at_level(logging.DEBUG, logger="chromadb"):
        filled.query(EAST, [SHARED], None, 1)
    assert "telemetry" not in caplog.text.lower() or "disabled" in caplog.text.lower()


@pytest.mark.parametrize(("unreached", "looked", "sound"), [(0, 3, True), (1, 9, False), (1, 32, True), (4, 32, False)])
def test_an_approximate_search_may_miss_one_in_ten_of_many_and_none_of_a_few(
    unreached: int, looked: int, sound: bool
) -> None:
    assert probe.tolerable(unreached, looked) is sound


@pytest.mark.parametrize("many", [20, 1_000])
def test_what_a_new_index_has_room_for_and_does_not_use_is_blank(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setattr(indexes, "MANY", many)
    made = Index.create(tmp_path / "new", [_entry(f"p{number}", 0.01 * number) for number in range(60)], 60)
    files = [path for name in (folders.VECTORS, "length.bin") for path in tmp_path.rglob(name)]
    assert files
    left = b"what was here before"
    for path in files:
        path.write_bytes(path.read_bytes()[: -len(left)] + left)
    folders.blank(tmp_path)
    assert [path for path in files if left in path.read_bytes()] == []
    made.close()
    again = Index.open(tmp_path / "new")
    assert len(again.query(EAST, [SHARED], None, 60)) == 60
    assert again.query(EAST, [SHARED], None, 1)[0][0] == "p0"
    again.close()
