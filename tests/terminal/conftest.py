"""The command line as a person or a script meets it: arguments in, two streams and an exit status out."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.terminal.app import main


@dataclass(frozen=True)
class Ran:
    """What a run left behind."""

    status: int
    out: str
    err: str

    @property
    def objects(self) -> list[Any]:
        """Standard output as one JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        """Somebody is there."""
        return True


Run = Callable[..., Ran]


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs `rejoinder` on a copy of the seeded library."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("REJOINDER_")]:
        monkeypatch.delenv(name)
    for name in ("DISCORD_TOKEN", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REJOINDER_DATA", str(data))

    def ran(*arguments: str, stdin: str = "", typed: str | None = None) -> Ran:
        monkeypatch.setattr(sys, "argv", ["rejoinder", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin) if typed is None else Typed(typed))
        try:
            status = main()
        except SystemExit as stop:
            status = int(stop.code or 0)
        streams = capsys.readouterr()
        return Ran(status, streams.out, streams.err)

    return ran
