from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.terminal.surroundings import data_directory
from retrieval.store.lock import DirectoryLock
from tests.retrieval.chat.server import Play, fails, says, sends, serving
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


def test_a_setting_that_cannot_be_used_stops_with_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_THREADS", "many")
    ran = run("claims")
    assert ran.status == 2
    assert "REJOINDER_THREADS" in ran.err


def test_the_doctor_shows_bad_settings_as_rows_and_checks_the_rest(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_THREADS", "many")
    monkeypatch.setenv("REJOINDER_KEEP_DAYS", "never")
    ran = run("doctor")
    assert (ran.status, ran.err) == (1, "")
    words = " ".join(ran.out.split())
    assert words.index("REJOINDER_KEEP_DAYS") < words.index("REJOINDER_THREADS") < words.index("89 references")


def test_the_doctor_says_where_settings_were_read_and_which_names_mean_nothing(run: Run, tmp_path: Path) -> None:
    assert "no .env here" in run("doctor").out
    (tmp_path / ".env").write_text("REJOINDER_TREADS=2\nREJOINDER_LOG_LEVEL=ERROR\n", encoding="utf-8")
    ran = run("doctor")
    assert ran.status == 0
    words = " ".join(ran.out.split())
    assert "REJOINDER_TREADS is no setting; perhaps REJOINDER_THREADS is meant." in words
    assert "LOG_LEVEL" not in words
    assert ".env and the environment" in words


def test_an_env_file_that_is_no_text_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"REJOINDER_THREADS=\xff\xfe")
    ran = run("doctor")
    assert ran.status == 1
    assert "UTF-8" in " ".join(ran.out.split())
    assert run("claims").status == 2


def test_the_doctor_says_of_the_data_directory_whether_it_can_be_used(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert ", there, " in " ".join(run("doctor").out.split())
    found = data_directory(tmp_path / "new" / "folder")
    assert found.ok
    assert "will be made" in found.says
    assert not (tmp_path / "new").exists()
    monkeypatch.setenv("REJOINDER_DATA", "/dev/null/data")
    ran = run("doctor")
    assert ran.status == 1
    assert "data directory /dev/null/data cannot be written" in " ".join(ran.out.split())


def test_a_fault_of_the_chat_model_has_its_own_row_and_the_stores_are_checked(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("REJOINDER_CHAT_MODEL", "openai:gpt-5-mini")
    ran = run("doctor")
    assert ran.status == 1
    words = " ".join(ran.out.split())
    assert "wrong chat model REJOINDER_CHAT_MODEL needs a key" in words
    assert "ok stores 1 article with 36 claims, 89 references; index ready" in words
    monkeypatch.setenv("OPENAI_API_KEY", "canary-key")
    ran = run("doctor", "--no-ask-model")
    assert ran.status == 0
    assert "ok chat model openai:gpt-5-mini, not asked anything now" in " ".join(ran.out.split())
    assert "canary" not in ran.out


@pytest.mark.parametrize(
    ("play", "mark", "says", "status"),
    [
        (says('{"word": "ready"}', read=31), "ok", "answers in", 0),
        (fails(401, "Incorrect API key provided: canary-key"), "wrong", "refuses the key; check OPENAI_API_KEY", 1),
        (fails(404, "no such model"), "wrong", "does not know the model", 1),
        (fails(429, "quota", "insufficient_quota"), "wrong", "account is used up", 1),
        (sends("<html>Sign in</html>", "text/html"), "wrong", "check OPENAI_BASE_URL", 1),
        (fails(429, "slow down", Retry_After="600"), "note", "too many requests", 0),
    ],
    ids=["well", "key", "model", "credit", "no server of the kind", "busy"],
)
def test_the_doctor_asks_the_chat_model_once_and_says_what_is_wrong(
    run: Run, monkeypatch: pytest.MonkeyPatch, play: Play, mark: str, says: str, status: int
) -> None:
    monkeypatch.setenv("REJOINDER_CHAT_MODEL", "openai:gpt-5-mini")
    monkeypatch.setenv("OPENAI_API_KEY", "canary-key")
    with serving(play) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        ran = run("doctor")
    (row,) = re.findall(r"(ok|wrong|note) +chat model(.*?)(?:ok|wrong|note) +stores", ran.out, re.DOTALL)
    assert row[0] == mark
    assert says in " ".join(row[1].split())
    assert ran.status == status
    assert "canary" not in ran.out
    assert len(server.requests) <= 3


def test_no_reason_of_the_past_stands_beside_an_index_that_serves(run: Run, data: Path) -> None:
    shutil.rmtree(data / "index", ignore_errors=True)
    assert "index ready" in run("doctor").out
    assert "index ready (" not in run("doctor").out
