"""Add, ask, remove, a thousand times: open files, memory and disk must level off.

Each cycle is taken for a day, so that every term is reached, the log's year too: what is stamped on records and what
the daily sweep goes by is a calendar that moves a day a cycle. ``REJOINDER_CYCLES`` sets another number.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from unittest.mock import patch

from bot.composition import House, open_house
from bot.settings import Settings
from retrieval.curate.types import Item
from retrieval.ingest.intake import Given
from retrieval.store import schema
from tests.benchmarks import material
from tests.benchmarks.tables import table

CYCLES = int(os.environ.get("REJOINDER_CYCLES", "1000"))
WARM = 50
"""Cycles before the first figures: models, pools and caches fill up once."""
POINTS = 4
WORDS = 300
MIB = 2**20
SPACE = "1"


class Calendar:
    """Tells the time, some days ahead."""

    def __init__(self) -> None:
        self.days = 0

    def now(self, zone: tzinfo = UTC) -> datetime:
        """This moment, as many days later."""
        return datetime.now(zone) + timedelta(days=self.days)


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


async def day(house: House, calendar: Calendar, keep_days: int) -> None:
    """A cycle, and what `rejoinder run` tidies up at the end of a day."""
    await cycle(house, calendar.days)
    calendar.days += 1
    await house.library.expire(calendar.now() - timedelta(days=keep_days))
    await house.desk.curator.sweep()


async def measure(data: Path, cycles: int) -> list[dict[str, float]]:
    """Where things stand at the beginning, at each quarter and so at the end."""
    calendar, settings = Calendar(), Settings(_env_file=None, REJOINDER_DATA=data)
    async with open_house(settings, seeded=False) as house:
        await house.library.reconcile()
        house.desk.curator._clock = calendar.now
        with patch.object(schema, "datetime", calendar):
            for _ in range(WARM):
                await day(house, calendar, settings.keep_days)
            seen = [{"cycle": 0.0, **standing(data)}]
            for number in range(1, cycles + 1):
                await day(house, calendar, settings.keep_days)
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
