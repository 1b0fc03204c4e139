"""A backup is whole, made while others write, and a library made from it answers as the one it was made of."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from retrieval.errors import BadInput, Busy, Misconfigured, NotFound
from retrieval.store import backup as backups
from retrieval.store import migrations
from retrieval.store.backup import back_up, restore
from retrieval.store.dense import IndexState
from retrieval.store.drafts import DraftRow
from retrieval.store.schema import now
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED, Answer, Role
from tests.retrieval.store.making import WordEmbedder, document, hand_in

SPACES = (SHARED, "g1")


@pytest.fixture
def filled(shelf: Shelf) -> Shelf:
    """Sources of two spaces, one removed, one with two versions; an answer, feedback, a draft, a log."""
    shelf.put(document("a", "The ferry sank.", "Nobody knew why.", role=Role.ARTICLE, claims=1), "ann")
    shelf.put(document("b", "First words.", space="g1"), "ann")
    shelf.put(document("b", "Second words.", space="g1"), "ann")
    shelf.put(document("c", "It is gone.", space="g1"), "ann")
    shelf.remove("c", "g1", "ben")
    shelf.records.answers.keep(Answer("one", "Did it sink?", None, None, text="So the article says."), "g1")
    shelf.records.feedback.give("one", ["g1"], "cleo", True, "short")
    hand_in(shelf.records, DraftRow("d", "g1", "ann", "awaiting confirmation", "{}", now(), b"bytes"))
    shelf.reconcile()
    return shelf


def _everything(records: Path) -> dict[str, list[str]]:
    """All rows of all tables, but for those of the full text and the name of the index."""
    with sqlite3.connect(records) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'passage_w%'")
        tables = [name for (name,) in names.fetchall() if not name.startswith(("sqlite_", "vocabulary"))]
        found = {name: sorted(map(repr, database.execute(f"SELECT * FROM {name}"))) for name in tables}  # noqa: S608
    database.close()
    found["settings"] = [row for row in found["settings"] if "index folder" not in row]
    return found


def test_a_restored_library_holds_every_row_and_answers_as_before(filled: Shelf, tmp_path: Path) -> None:
    held = back_up(tmp_path / "shelf", tmp_path / "copy")
    assert (held.sources, held.passages, held.size) == (2, 3, (tmp_path / "copy").stat().st_size)
    before = _everything(tmp_path / "shelf" / "rejoinder.db")
    assert len(before) > 8
    again = restore(tmp_path / "copy", tmp_path / "new")
    assert (again.sources, again.passages) == (2, 3)
    assert _everything(tmp_path / "new" / "rejoinder.db") == before
    shelf = Shelf.open(tmp_path / "new", WordEmbedder())
    try:
        report = shelf.reconcile()
        assert (report.rebuilt, report.embedded, report.failed) == ("there is none yet", 0, ())
        assert shelf.state.state is IndexState.READY
        for spaces in (SPACES, (SHARED,)):
            for words in ("ferry sank", "second words", "first"):
                assert shelf.lexical(words, spaces) == filled.lexical(words, spaces)
                (vector,) = WordEmbedder().embed_queries([words])
                ours, theirs = shelf.dense(vector, spaces), filled.dense(vector, spaces)
                assert [name for name, _ in ours] == [name for name, _ in theirs]
        assert shelf.restore("c", "g1", "ben").id == "c"
    finally:
        shelf.close()


def test_a_backup_is_one_file_for_its_owner_alone_and_leaves_nothing_beside_it(filled: Shelf, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    back_up(tmp_path / "shelf", tmp_path / "out" / "copy")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["copy"]
    assert stat.S_IMODE((tmp_path / "out" / "copy").stat().st_mode) == 0o600
    restore(tmp_path / "out" / "copy", tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} <= {"rejoinder.db", "rejoinder.lock"}
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["copy"]
    assert filled.settled


def test_what_was_acknowledged_before_is_in_a_backup_made_while_others_write(filled: Shelf, tmp_path: Path) -> None:
    stop = threading.Event()
    written: list[int] = []

    def write() -> None:
        while not stop.is_set():
            filled.records.audit.note("ann", f"change {len(written)}", SHARED)
            written.append(len(written))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            while len(written) < 10 * number:
                pass
            told = len(written)
            back_up(tmp_path / "shelf", tmp_path / f"copy {number}")
            with sqlite3.connect(tmp_path / f"copy {number}") as copy:
                (found,) = copy.execute("SELECT count(*) FROM audit WHERE what LIKE 'change %'").fetchone()
            copy.close()
            assert told <= found <= len(written)
    finally:
        stop.set()
        writer.join()


def test_a_library_whose_process_was_killed_is_backed_up_with_its_log(filled: Shelf, tmp_path: Path) -> None:
    (tmp_path / "dead").mkdir()
    for path in (tmp_path / "shelf").glob("rejoinder.db*"):
        (tmp_path / "dead" / path.name).write_bytes(path.read_bytes())
    assert back_up(tmp_path / "dead", tmp_path / "copy").sources == 2
    assert filled.settled


def test_a_library_that_nobody_uses_is_backed_up(filled: Shelf, tmp_path: Path) -> None:
    filled.close()
    assert back_up(tmp_path / "shelf", tmp_path / "copy").sources == 2
    assert not list((tmp_path / "shelf").glob("*-wal"))


def test_nothing_is_overwritten(filled: Shelf, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(BadInput, match="copy is there already: name another file"):
        back_up(tmp_path / "shelf", tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "mine"
    back_up(tmp_path / "shelf", tmp_path / "good")
    filled.close()
    before = (tmp_path / "shelf" / "rejoinder.db").read_bytes()
    with pytest.raises(BadInput, match=r"There is a library in .*shelf already \(rejoinder\.db\): move it away"):
        restore(tmp_path / "good", tmp_path / "shelf")
    assert (tmp_path / "shelf" / "rejoinder.db").read_bytes() == before


def test_a_log_left_behind_is_not_played_into_a_restored_library(filled: Shelf, tmp_path: Path) -> None:
    back_up(tmp_path / "shelf", tmp_path / "copy")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "rejoinder.db-wal").write_bytes(b"an old log")
    with pytest.raises(BadInput, match=r"rejoinder\.db-wal"):
        restore(tmp_path / "copy", tmp_path / "new")
    assert filled.settled


def test_a_name_taken_meanwhile_is_not_overwritten(
    filled: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backups._checked

    def slow(copy: Path, origin: Path) -> backups.Held:
        (tmp_path / "copy").write_text("somebody was faster")
        return real(copy, origin)

    monkeypatch.setattr(backups, "_checked", slow)
    with pytest.raises(BadInput, match="is there already"):
        back_up(tmp_path / "shelf", tmp_path / "copy")
    assert (tmp_path / "copy").read_text() == "somebody was faster"
    assert {path.name for path in tmp_path.iterdir()} == {"shelf", "copy"}
    assert filled.settled


def test_a_directory_in_use_is_not_restored_into(filled: Shelf, tmp_path: Path) -> None:
    back_up(tmp_path / "shelf", tmp_path / "copy")
    with pytest.raises(Busy):
        restore(tmp_path / "copy", tmp_path / "shelf")
    assert filled.settled


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + bytes(4096)])
def test_what_is_no_backup_is_a_sentence_and_leaves_no_library(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "odd").write_bytes(content)
    with pytest.raises(BadInput, match=r"odd is damaged or holds no Rejoinder library"):
        restore(tmp_path / "odd", tmp_path / "new")
    assert not list((tmp_path / "new").glob("rejoinder.db*"))
    assert not list((tmp_path / "new").glob("restoring-*"))


def test_a_damaged_backup_is_noticed(filled: Shelf, tmp_path: Path) -> None:
    back_up(tmp_path / "shelf", tmp_path / "copy")
    content = bytearray((tmp_path / "copy").read_bytes())
    half = len(content) // 2
    content[half : half + 20_000] = b"\xff" * 20_000
    (tmp_path / "copy").write_bytes(content)
    with pytest.raises(BadInput, match="damaged"):
        restore(tmp_path / "copy", tmp_path / "new")
    assert not list((tmp_path / "new").glob("rejoinder.db*"))
    assert filled.settled


def test_a_backup_of_an_earlier_version_is_brought_to_the_newest_and_a_newer_one_is_refused(
    filled: Shelf, tmp_path: Path
) -> None:
    back_up(tmp_path / "shelf", tmp_path / "copy")
    with sqlite3.connect(tmp_path / "copy") as copy:
        copy.execute("UPDATE schema_version SET version = ?", (len(migrations.STEPS) + 1,))
    copy.close()
    with pytest.raises(Misconfigured, match="newer Rejoinder"):
        restore(tmp_path / "copy", tmp_path / "new")
    assert not list((tmp_path / "new").glob("rejoinder.db*"))
    with sqlite3.connect(tmp_path / "copy") as copy:
        copy.executescript(
            "DROP TABLE reuse; DROP TABLE shingles; DROP INDEX sources_by_current_document;"
            "ALTER TABLE drafts DROP COLUMN untold;"
            "UPDATE schema_version SET version = 3;"
        )
    copy.close()
    assert restore(tmp_path / "copy", tmp_path / "new").sources == 2
    assert "reuse" in _everything(tmp_path / "new" / "rejoinder.db")
    assert filled.settled


def test_a_restore_cut_short_leaves_no_library_and_is_done_again(
    filled: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(tmp_path / "shelf", tmp_path / "copy")
    (tmp_path / "new" / "restoring-left").mkdir(parents=True)
    with monkeypatch.context() as patch:
        patch.setattr("retrieval.store.backup._publish", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            restore(tmp_path / "copy", tmp_path / "new")
    assert not list((tmp_path / "new").glob("rejoinder.db*"))
    assert restore(tmp_path / "copy", tmp_path / "new").sources == 2
    assert not list((tmp_path / "new").glob("restoring-*"))
    assert filled.settled


def test_files_and_folders_that_are_not_there_are_sentences(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no library in .*nowhere to back up"):
        back_up(tmp_path / "nowhere", tmp_path / "copy")
    with pytest.raises(NotFound, match=r"There is no file .*missing"):
        restore(tmp_path / "missing", tmp_path / "new")
    with pytest.raises(BadInput, match=r"copy cannot be written: No such file or directory\."):
        back_up(tmp_path / "shelf", tmp_path / "no folder" / "copy")
    assert shelf.settled
