"""`rejoinder backup` and `restore` as an operator meets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.terminal.conftest import Run


def test_a_library_goes_through_a_file_into_another_directory(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = run("backup", "copy.backup")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("backed up: ")
    assert ran.out.endswith(" MiB, to copy.backup\n")
    listed = run("source", "list", "--json").out
    monkeypatch.setenv("REJOINDER_DATA", str(tmp_path / "new"))
    (held,) = run("restore", "copy.backup", "--json").objects
    assert held["sources"] == len(listed.splitlines()) or held["sources"] > 50
    assert run("source", "list", "--json").out == listed


def test_mistakes_are_one_sentence(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("backup", "copy.backup").status == 0
    for arguments, words in (
        (("backup", "copy.backup"), "copy.backup is there already: name another file."),
        (("backup", "no/folder"), "no/folder cannot be written: No such file or directory."),
        (("restore", "missing"), "There is no file missing."),
        (("restore", "copy.backup"), "There is a library in"),
    ):
        ran = run(*arguments)
        assert (ran.status, ran.out) == (1, "")
        assert len(ran.err.splitlines()) == 1
        assert words in ran.err
    monkeypatch.setenv("REJOINDER_DATA", str(tmp_path / "empty"))
    assert "There is no library in" in run("backup", "other").err
