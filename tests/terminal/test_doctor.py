from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.store.lock import DirectoryLock
from tests.terminal.conftest import Run


def test_the_doctor_finds_a_fresh_library_well_and_says_which_models_serve(run: Run) -> None:
    ran = run("doctor")
    assert ran.status == 0
    for words in ("embedder", "judge", "89 references", "not set", "MiB free", "chromadb"):
        assert words in " ".join(ran.out.split())


def test_the_doctor_names_a_damaged_model_and_what_to_do(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REJOINDER_MODELS", str(tmp_path))
    ran = run("doctor")
    assert ran.status == 1
    assert "manifest.json" in ran.out


def test_a_running_bot_is_no_fault_but_a_second_one_is_refused(run: Run, data: Path) -> None:
    lock = DirectoryLock(data)
    lock.take()
    try:
        assert run("doctor").status == 0
        ran = run("claims")
        assert ran.status == 3
        assert "REJOINDER_DATA" in ran.err
    finally:
        lock.release()


def test_running_without_a_token_says_where_to_get_one(run: Run) -> None:
    ran = run("run")
    assert ran.status == 2
    assert "DISCORD_TOKEN" in ran.err
    assert "developer portal" in ran.err


def test_every_command_has_help_with_a_first_sentence(run: Run) -> None:
    for arguments in (
        (),
        ("ask",),
        ("chat",),
        ("claims",),
        ("demo",),
        ("seed",),
        ("run",),
        ("doctor",),
        ("source", "add"),
        ("eval", "stance"),
    ):
        ran = run(*arguments, "--help")
        assert ran.status == 0
        assert "Usage" in ran.out
    assert run("--version").out.startswith("rejoinder ")


def test_a_setting_that_cannot_be_used_stops_with_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_THREADS", "many")
    ran = run("claims")
    assert ran.status == 2
    assert "REJOINDER_THREADS" in ran.err
