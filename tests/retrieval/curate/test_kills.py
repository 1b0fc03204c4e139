"""A process in which a moderator adds is killed at random instants: whatever was told holds, and each journey goes on.

``REJOINDER_KILLS=200 pytest tests/retrieval/curate/test_kills.py -s`` prints the figures of a long run.
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
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

KILLS = int(os.environ.get("REJOINDER_KILLS", "2"))


class Told:
    """What the moderator was told of each source, and the step that had begun."""

    def __init__(self) -> None:
        self.must: dict[str, str | None] = {}
        self.begun: dict[str, str | None] = {}
        self.steps = 0

    def note(self, line: dict[str, Any]) -> None:
        if "begin" in line:
            self.begun = dict.fromkeys(line["begin"], line["becomes"])
        else:
            self.must |= dict.fromkeys(line["done"], line["becomes"])
            self.begun = {}
            self.steps += 1

    def lost(self, found: dict[str, str], resumed: Collection[str]) -> list[str]:
        """What is neither as it was told, nor told now; goes on from what was found."""
        names = self.must.keys() | found.keys() | self.begun.keys()
        wrong = [
            name
            for name in names
            if found.get(name) not in {self.must.get(name), self.begun.get(name, self.must.get(name))}
            or (found.get(name) not in {None, self.must.get(name)} and name not in resumed)
        ]
        self.must, self.begun = dict(found), {}
        return wrong


def _life(folder: Path, told: Told, chance: random.Random) -> dict[str, Any]:
    """Start, hear what it found, let it work for a moment, kill it."""
    command = [sys.executable, "-m", "tests.retrieval.curate.killing", str(folder), str(chance.randrange(10**9))]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        life: dict[str, Any] = json.loads(child.stdout.readline())
        life["lost"] = told.lost(life["found"], life["resumed"])
        killer = threading.Timer(chance.uniform(0.0, 0.6), child.kill)
        killer.start()
        for line in child.stdout:
            if line.endswith("\n"):  # else the kill cut it
                told.note(json.loads(line))
        assert child.wait() == -signal.SIGKILL, "the child ended by itself"
        killer.join()
    return life


@pytest.mark.slow
def test_nothing_that_was_told_is_lost_however_the_process_ends(tmp_path: Path) -> None:
    chance, told = random.Random(7), Told()  # noqa: S311 - repeatable on purpose
    lives = [_life(tmp_path, told, chance) for _ in range(KILLS + 1)]
    assert [life["lost"] for life in lives] == [[]] * len(lives)
    assert all(life["agree"] for life in lives)
    assert told.steps > 0
    starts = [life["start"] for life in lives[1:]]
    resumed = Counter(stage for life in lives for stage in life["resumed"].values())
    sys.stdout.write(
        f"\n{KILLS} kills, {told.steps} steps told, 0 lost, {len(told.must)} sources and drafts at the end;"
        f" resumed: {dict(resumed)}; start with recovery: median {statistics.median(starts):.2f} s,"
        f" longest {max(starts):.2f} s\n"
    )
