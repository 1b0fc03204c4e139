from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.errors import Busy, Unavailable
from retrieval.store.lock import DirectoryLock
from retrieval.store.shelf import Shelf
from tests.retrieval.store.making import WordEmbedder

HOLD = """
import pathlib, sys
from retrieval.store.lock import DirectoryLock
lock = DirectoryLock(pathlib.Path(sys.argv[1]))
lock.take()
print("held", flush=True)
sys.stdin.read()
"""


def _hold(directory: Path) -> subprocess.Popen[str]:
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(directory)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def _end(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.communicate()


def test_a_second_process_is_told_which_directory_is_taken_and_what_to_do(tmp_path: Path) -> None:
    child = _hold(tmp_path)
    with pytest.raises(Busy) as refusal:
        Shelf.open(tmp_path, WordEmbedder())
    _end(child)
    assert str(tmp_path) in str(refusal.value)
    assert "REJOINDER_DATA" in str(refusal.value)


def test_a_killed_owner_gives_the_directory_up(tmp_path: Path) -> None:
    _end(_hold(tmp_path))
    lock = DirectoryLock(tmp_path)
    lock.take()
    lock.release()


def test_a_second_shelf_in_the_same_process_is_refused_until_the_first_closes(tmp_path: Path) -> None:
    first = Shelf.open(tmp_path, WordEmbedder())
    with pytest.raises(Busy):
        Shelf.open(tmp_path, WordEmbedder())
    first.close()
    first.close()
    Shelf.open(tmp_path, WordEmbedder()).close()


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(Unavailable, match="cannot be written"):
        DirectoryLock(tmp_path / "file" / "data").take()
