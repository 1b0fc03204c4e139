"""Time and memory of asking: a process of its own, so that nothing else counts in."""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bot.composition import open_library
from bot.settings import Settings
from tests.benchmarks.questions import QUESTIONS
from tests.benchmarks.tables import percentile, table

MIB = 2**20


async def measure(data: Path) -> dict[str, float]:
    """Open the library on ``data`` and ask every question twice; milliseconds, mebibytes, seconds."""
    settings = Settings(REJOINDER_DATA=data)
    began = time.perf_counter()
    async with open_library(settings) as library:
        opened = time.perf_counter() - began
        await library.ask(QUESTIONS[0])
        ready = time.perf_counter() - began
        times = []
        for question in (*QUESTIONS, *QUESTIONS):
            start = time.perf_counter()
            await library.ask(question)
            times.append((time.perf_counter() - start) * 1000)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "open_s": opened,
        "ready_s": ready,
        "median_ms": statistics.median(times),
        "p99_ms": percentile(times, 0.99),
        "peak_mib": peak * (1 if sys.platform == "darwin" else 1024) / MIB,
    }


def in_child(data: Path) -> dict[str, float]:
    """``measure`` in a fresh interpreter; adds the wall time of the whole process up to its end."""
    command = [sys.executable, "-m", "tests.benchmarks.asking", str(data)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def report() -> str:
    """The first start (seeding included) and the second."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = in_child(Path(folder)), in_child(Path(folder))
    rows = [
        ("start to first answer, seeding included (s)", first["ready_s"], ""),
        ("start to first answer, second start (s)", second["ready_s"], "≤ 5"),
        ("ask, median (ms)", second["median_ms"], "≤ 400"),
        ("ask, 99th percentile (ms)", second["p99_ms"], ""),
        ("peak resident memory (MiB)", second["peak_mib"], "≤ 500"),
    ]
    return table(("asking, seeds alone", "measured", "asked for"), rows)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(measure(Path(sys.argv[1])))) + "\n")
