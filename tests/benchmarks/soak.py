"""Add, ask, remove, a thousand times: open files, memory and disk must level off.

Removed sources are erased and answers deleted every so often, as the bot does each day; an erasure makes the index
anew, which is where Chroma would leak. ``REJOINDER_CYCLES`` sets another number.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.composition import House, open_house
from bot.settings import Settings
from retrieval.curate.types import Item
from retrieval.ingest.intake import Given
from tests.benchmarks import material
from tests.benchmarks.tables import table

CYCLES = int(os.environ.get("REJOINDER_CYCLES", "1000"))
TIDIED = 50
"""Cycles after which what has had its time is deleted."""
POINTS = 4
WORDS = 300
MIB = 2**20
SPACE = "1"
LATER = timedelta(days=8)


def standing(data: Path) -> dict[str, float]:
    """What this process and its data take now; open files and memory where the system tells (Linux)."""
    gc.collect()
    files, status = Path("/proc/self/fd"), Path("/proc/self/status")
    resident = next((line for line in status.read_text().splitlines() if line.startswith("VmRSS")), "0 0 kB")
    sizes = [path.stat().st_size for path in data.rglob("*") if path.is_file()]
    return {
        "files": len(list(files.iterdir())),
        "memory": int(resident.split()[1]) / 1024,
        "disk": sum(sizes) / MIB,
        "folders": len(list((data / "index").iterdir())),
    }


async def cycle(house: House, number: int) -> None:
    """One source comes, answers and goes."""
    text = "\n\n".join(material.paragraphs(WORDS, number))
    draft = await house.desk.drafts.propose(Item(data=text.encode()), Given(space=SPACE), who="benchmark")
    change = await house.desk.drafts.confirm(draft.id, SPACE, actor="benchmark")
    await house.library.ask(" ".join(text.split()[:12]), SPACE)
    await house.library.remove(change.source.id, SPACE, actor="benchmark")


async def tidy(house: House) -> None:
    """What `rejoinder run` does each day, as if eight days had passed."""
    now = datetime.now(UTC) + LATER
    await house.library.expire(now)
    desk = house.desk.curator
    before, desk._clock = desk._clock, lambda: now
    await desk.sweep()
    desk._clock = before


async def measure(data: Path, cycles: int) -> list[dict[str, float]]:
    """Where things stand at the beginning, at each quarter and so at the end."""
    async with open_house(Settings(_env_file=None, REJOINDER_DATA=data), seeded=False) as house:
        await house.library.reconcile()
        for number in range(TIDIED):  # models, pools and caches fill up once
            await cycle(house, cycles + number)
        await tidy(house)
        seen = [{"cycle": 0.0, **standing(data)}]
        for number in range(1, cycles + 1):
            await cycle(house, number)
            if number % TIDIED == 0 or number == cycles:
                await tidy(house)
            if number % (cycles // POINTS) == 0:
                seen.append({"cycle": float(number), **standing(data)})
                sys.stderr.write(f"  {number:,} cycles ...\n")
    return seen


def report() -> str:
    """The figures at five points, measured in a process of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [sys.executable, "-m", "tests.benchmarks.soak", folder, str(CYCLES)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    seen = json.loads(done.stdout.splitlines()[-1])
    rows = [
        (
            f"{one['cycle']:,.0f}",
            f"{one['files']:.0f}",
            f"{one['memory']:.0f}",
            f"{one['disk']:.1f}",
            f"{one['folders']:.0f}",
        )
        for one in seen
    ]
    return table(("cycles of add, ask, remove", "open files", "memory (MiB)", "disk (MiB)", "index folders"), rows)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(measure(Path(sys.argv[1]), int(sys.argv[2])))) + "\n")
