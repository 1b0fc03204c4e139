"""A process that changes sources and drafts is killed at random instants: nothing acknowledged is lost or disagrees.

``REJOINDER_KILLS=200 pytest tests/retrieval/store/test_kills.py -s`` prints the figures of a long run.
"""

from __future__ import annotations

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import pytest

from tests.retrieval.store.killing import NEW

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
ROOT = Path(__file__).resolve().parents[3]
EARLY = 0.25
"""Share of kills that may fall into the start itself."""
KILLS = int(os.environ.get("REJOINDER_KILLS", "5"))
START = 0.5
"""Seconds of a start within which an early kill falls."""
LINES, PAUSE = 8, 0.08
"""Other kills fall up to so many seconds after a life has said up to so many things: slow machines do as much."""

States = dict[str, str | None]


@dataclass
class Ledger:
    """What must be there after a kill: what was acknowledged, or what had begun."""

    must: States = field(default_factory=dict)
    begun: States = field(default_factory=dict)

    def done(self, became: States) -> None:
        self.begun = {}
        self.must |= became

    def settle(self, there: States) -> list[str]:
        """Compares with what a start found, and goes on from there; returns what is not as it was acknowledged."""
        lost, new = [], NEW in self.begun
        for name in self.must.keys() | there.keys():
            allowed = {self.must.get(name), self.begun.get(name, self.must.get(name))}
            if self.begun.get(name) == "restored" or (name not in self.must and new):
                allowed.add(there.get(name))
            if there.get(name) not in allowed:
                lost.append(f"{name}: {self.must.get(name)} -> {there.get(name)}, begun: {self.begun}")
        self.must, self.begun = dict(there), {}
        return lost


class Lives:
    """One life after another, on one directory."""

    def __init__(self, server: subprocess.Popen[str], chance: random.Random) -> None:
        self._server, self._chance = server, chance
        self.ledgers = {"sources": Ledger(), "drafts": Ledger()}
        self.acknowledged = 0

    def run(self, *, early: bool) -> dict[str, Any] | None:
        """One life: what it found, or None when it was killed before it could say."""
        assert self._server.stdin
        self._server.stdin.write(f"{self._chance.randrange(10**9)}\n")
        self._server.stdin.flush()
        found, enough = None, 0 if early else 1 + self._chance.randint(0, LINES)
        wait = self._chance.uniform(0, START if early else PAUSE)
        for heard, line in enumerate(self._lines()):
            if "born" in line:
                killer = threading.Timer(wait, os.kill, (line["born"], signal.SIGKILL))
            elif "misses" in line:
                lost = [one for kind, ledger in self.ledgers.items() for one in ledger.settle(line[kind])]
                found = line | {"lost": lost}
            elif "ended" in line:
                killer.join()
                assert line["ended"] == -signal.SIGKILL, "the life ended by itself"
            else:
                self._note(line)
            if heard == enough:
                killer.start()
        sys.stdout.write("." if found else "-")  # a long run under -s shows where it is
        sys.stdout.flush()
        return found

    def _note(self, line: dict[str, Any]) -> None:
        for kind, ledger in self.ledgers.items():
            if "begin" in line:
                ledger.begun = line["begin"].get(kind, {})
            else:
                ledger.done(line["done"].get(kind, {}))
        self.acknowledged += "done" in line

    def _lines(self) -> Iterator[dict[str, Any]]:
        """What a life says, up to its end. What the kill cut is left out."""
        lines: IO[str] | None = self._server.stdout
        assert lines
        for text in lines:
            try:
                line = json.loads(text)
            except ValueError:
                continue
            yield line
            if "ended" in line:
                return


@contextmanager
def _server(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.retrieval.store.killing", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield server
        assert server.stdin
        server.stdin.close()


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_however_the_process_ends(tmp_path: Path) -> None:
    chance = random.Random(1)  # noqa: S311 - repeatable on purpose
    with _server(tmp_path) as server:
        lives = Lives(server, chance)
        spoke = [lives.run(early=chance.random() < EARLY) for _ in range(KILLS - 1)]
        spoke.append(lives.run(early=False))
    starts = [life for life in spoke if life]
    for life in starts:
        assert life["lost"] == []
        assert life["whole"]
        assert life["agree"]
        assert life["words"]
        assert life["unfinished"] == []
        assert life["misses"] == 0
    assert lives.acknowledged > 0
    _report(starts, lives.acknowledged)


def _report(starts: list[dict[str, Any]], acknowledged: int) -> None:
    seconds = [life["seconds"] for life in starts]
    rebuilt = [life["rebuilt"] for life in starts if life["rebuilt"]]
    sys.stdout.write(
        f"\n{KILLS} kills, {KILLS - len(starts)} of them while starting; {acknowledged} changes acknowledged, 0 lost;"
        f" at the end {len(starts[-1]['sources'])} sources, {len(starts[-1]['drafts'])} drafts;"
        f" recovery median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s;"
        f" index rebuilt {len(rebuilt)} times: {sorted(set(rebuilt))}\n"
    )
