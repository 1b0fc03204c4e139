"""A process that changes sources is killed at random instants: nothing acknowledged is lost, nothing disagrees.

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
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
EARLY = 0.2
"""Share of kills that may fall into the start itself."""
KILLS = int(os.environ.get("REJOINDER_KILLS", "3"))


class Ledger:
    """What each source must be after a kill: what was acknowledged, or what had begun."""

    def __init__(self) -> None:
        self.must: dict[str, str] = {}
        self.begun: dict[str, str | None] = {}

    def note(self, line: dict[str, Any]) -> None:
        if "begin" in line:
            self.begun = {line["begin"]: line["becomes"]}
        elif "done" in line:
            self.begun = {}
            self._set(line["done"], line["becomes"])

    def settle(self, found: dict[str, str]) -> int:
        """Compares with what a start found, and goes on from there; returns how many acknowledged changes are lost."""
        lost = 0
        for name in self.must.keys() | found.keys() | self.begun.keys():
            expected, actual = self.must.get(name), found.get(name)
            allowed = {expected}
            if name in self.begun:
                allowed.add(self.begun[name])
                if self.begun[name] == "restored":
                    allowed.add(actual)
            lost += actual not in allowed
        self.must, self.begun = dict(found), {}
        return lost

    def _set(self, name: str, becomes: str | None) -> None:
        if becomes is None:
            self.must.pop(name, None)
        else:
            self.must[name] = becomes


def _run(folder: Path, ledger: Ledger, chance: random.Random) -> dict[str, Any] | None:
    """One life: what it found, or None when it was killed before it could say."""
    command = [sys.executable, "-m", "tests.retrieval.store.killing", str(folder), str(chance.randrange(10**9))]
    early, wait = chance.random() < EARLY, chance.uniform(0.0, 1.0)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        killer = threading.Timer(0.2 + 3 * wait if early else 0.8 * wait, child.kill)
        if early:
            killer.start()
        assert child.stdout is not None
        life: dict[str, Any] | None = None
        for text in child.stdout:
            if not text.endswith("\n"):
                break  # the kill cut this line
            line = json.loads(text)
            if life is not None:
                ledger.note(line)
                continue
            life = line | {"lost": ledger.settle(line["sources"])}
            if not early:
                killer.start()
        assert child.wait() == -signal.SIGKILL, "the child ended by itself"
        killer.join()
    sys.stdout.write(f"{life or 'killed while starting'}\n")  # a long run under -s shows where it is
    sys.stdout.flush()
    return life


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_however_the_process_ends(tmp_path: Path) -> None:
    chance, ledger = random.Random(1), Ledger()  # noqa: S311 - repeatable on purpose
    lives = [_run(tmp_path, ledger, chance) for _ in range(KILLS)]
    while (last := _run(tmp_path, ledger, chance)) is None:
        pass
    spoke = [life for life in [*lives, last] if life]
    for life in spoke:
        assert life["lost"] == 0
        assert life["whole"]
        assert life["agree"]
        assert life["words"]
        assert life["unfinished"] == []
        assert life["misses"] == 0
    seconds = [life["seconds"] for life in spoke]
    sys.stdout.write(
        f"\n{KILLS} kills, {len(spoke)} starts that spoke, 0 lost;"
        f" recovery median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s;"
        f" index rebuilt {sum(life['rebuilt'] is not None for life in spoke)} times,"
        f" because: {sorted({str(life['rebuilt']) for life in spoke})}\n"
    )
