from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from bot.terminal.app import app
from bot.terminal.context import interruptible
from tests.terminal.conftest import Run


def leaves() -> Iterator[tuple[str, ...]]:
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]  # the app is a group
        inner = getattr(command, "commands", None)
        yield from ((name, one) for one in inner) if inner else ((name,),)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nonsense",), "`rejoinder --help`"),
        (("ask",), "`rejoinder ask --help`"),
        (("source", "lst"), "`rejoinder source --help`"),
        (("source", "list", "--role", "nonsense"), "'article', 'reference'"),
        (("claims", "--nope"), "--nope"),
        (("source", "add"), "`rejoinder source add --help`"),
        (("source", "balance", "A01", "--picture"), "`rejoinder source balance --help`"),
        (("--nope",), "`rejoinder --help`"),
    ],
)
def test_a_command_written_wrong_is_one_sentence_that_leads_to_help(
    run: Run, arguments: tuple[str, ...], words: str
) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.out) == (1, "")
    assert len(ran.err.splitlines()) == 1
    assert words in ran.err
    assert "--help" in ran.err


@pytest.mark.parametrize("arguments", [(), ("source",), ("privacy",), ("eval",)])
def test_a_group_alone_shows_its_help(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == run(*arguments, "--help").out
    assert ran.out.startswith("Usage: rejoinder")


@pytest.mark.parametrize("command", list(leaves()), ids=" ".join)
def test_every_command_has_help_with_an_example_that_reads_well_when_piped(run: Run, command: tuple[str, ...]) -> None:
    ran = run(*command, "--help")
    assert (ran.status, ran.err) == (0, "")
    assert re.search(r"^ +Examples?:$", ran.out, re.MULTILINE)
    assert f"rejoinder {' '.join(command)}" in ran.out.split("Example")[1]
    assert not re.search("[╭│╰\x1b]", ran.out)


def test_help_needs_no_usable_settings_and_names_no_folder_of_the_installation(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REJOINDER_THREADS", "many")
    ran = run("seed", "--help")
    assert ran.status == 0
    assert "starter sources" in " ".join(ran.out.split("Arguments")[1].split())
    assert str(Path(__file__).parents[2]) not in ran.out


def test_the_version_is_one_line(run: Run) -> None:
    ran = run("--version")
    assert ran.status == 0
    assert re.fullmatch(r"rejoinder \d+\.\d+\.\d+\S*\n", ran.out)


def test_an_unforeseen_fault_is_one_sentence_with_an_id_and_a_traceback_in_the_log(
    run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*, prog_name: str, standalone_mode: bool) -> None:
        raise ZeroDivisionError(f"{prog_name} {standalone_mode}")

    monkeypatch.setattr("bot.terminal.app.app", broken)
    ran = run("claims")
    assert (ran.status, ran.out) == (70, "")
    (line,) = ran.err.splitlines()
    (error_id,) = re.findall(r"id ([0-9a-f]{8})", line)
    (record,) = caplog.records
    assert error_id in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError


def test_an_interruption_ends_with_130_and_without_a_word(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("bot.terminal.ask.render_claims", interrupted)
    ran = run("claims")
    assert (ran.status, ran.out, ran.err) == (130, "", "")


def test_a_data_directory_that_cannot_be_written_is_unavailable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REJOINDER_DATA", "/dev/null/data")
    ran = run("claims")
    assert (ran.status, ran.out) == (4, "")
    assert "REJOINDER_DATA" in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("REJOINDER_THREADS", "many", "must be a whole number from 0 to 256."),
        ("REJOINDER_KEEP_DAYS", "0", "must be a whole number, 1 or more."),
        ("REJOINDER_CHAT_SECONDS", "soon", "must be a number from 1 to 120."),
        ("REJOINDER_TEST_GUILDS", "1,here", "whole numbers"),
        ("REJOINDER_FETCH_PORTS", "80,web", "must be ports (whole numbers from 1 to 65535), separated by commas."),
        ("REJOINDER_FETCH_PORTS", "0", "must be ports"),
        ("REJOINDER_FETCH_PORTS", "443,65536", "must be ports"),
        ("REJOINDER_FETCH_PORTS", ",", "must be ports"),
        ("REJOINDER_LOG_LEVEL", "loud", "must be DEBUG, INFO, WARNING or ERROR."),
    ],
)
def test_a_setting_that_cannot_be_used_says_what_it_takes(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str, wanted: str
) -> None:
    monkeypatch.setenv(name, value)
    ran = run("claims")
    assert (ran.status, ran.out) == (2, "")
    assert name in ran.err
    assert wanted in ran.err
    assert "input" not in ran.err


def test_ctrl_c_at_a_prompt_counts_at_once() -> None:
    async def asked() -> None:
        before = signal.getsignal(signal.SIGINT)
        try:
            with interruptible():
                signal.raise_signal(signal.SIGINT)
        finally:
            assert signal.getsignal(signal.SIGINT) is before

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(asked())
