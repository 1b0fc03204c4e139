"""Searching among many passages: generated vectors and words, the store as it is.

A library is written straight into the records (embedding a million passages would take hours), its index is made as
after any loss of it, and a fresh process then starts on it and searches. ``REJOINDER_BENCH_LARGE=1`` adds a million.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.rank.interfaces import Vectors
from retrieval.rank.search import references
from retrieval.store import database
from retrieval.store.embedding import in_context
from retrieval.store.likeness import fingerprint
from retrieval.store.records import Records
from retrieval.store.schema import now
from retrieval.store.shelf import Shelf
from retrieval.types import Passage, Role, Source
from tests.benchmarks.tables import percentile, table

SIZES = (10_000, 100_000, *((1_000_000,) if os.environ.get("REJOINDER_BENCH_LARGE") else ()))
DIMENSIONS = 384
CLUSTERS = 500
"""Vectors of texts lie in heaps, not evenly; evenly spread ones are an index's worst case, and no real one."""
NOISE = 0.6
A_SOURCE = 100
WORDS, VOCABULARY = 60, 50_000
COMMON, ASKED = 100, 8
"""Words that are as common as "the"; words of a question."""
SEARCHES = 100
SMALL, LARGE = "small", "large"
MIB = 2**20
EMBEDDER = "generated"


class Generated:
    """An embedder that is never asked: every vector is there already."""

    id, dimensions = EMBEDDER, DIMENSIONS

    def embed_passages(self, texts: Any) -> Vectors:
        """None is missing."""
        raise AssertionError(f"{len(texts)} passages have no vector")

    embed_queries = embed_passages


class Making:
    """Sources by number, the same each time."""

    def __init__(self) -> None:
        self._chance = np.random.default_rng(7)
        self._centres = self._chance.standard_normal((CLUSTERS, DIMENSIONS)).astype(np.float32)
        self._words = [f"w{number:x}" for number in range(VOCABULARY)]

    def vectors(self, number: int) -> Vectors:
        """Unit vectors, shape (number, DIMENSIONS)."""
        chosen = self._centres[self._chance.integers(0, CLUSTERS, number)]
        rows = chosen + NOISE * self._chance.standard_normal((number, DIMENSIONS)).astype(np.float32)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def texts(self, number: int) -> list[str]:
        """Words as rare and as common as in a language (Zipf)."""
        drawn = (self._chance.zipf(1.2, (number, WORDS)) - 1) % VOCABULARY
        return [" ".join(self._words[word] for word in row) for row in drawn]


def build(data: Path, passages: int) -> None:
    """Write a library of so many passages, one in a hundred of them in the small space."""
    Records.open(data).close()
    making = Making()
    with closing(sqlite3.connect(data / database.FILE)) as records, records:
        for number in range(passages // A_SOURCE):
            _write(records, making, number, SMALL if number % 100 == 0 else LARGE)
        records.execute("INSERT INTO passage_words (passage_words) VALUES ('rebuild')")


def _write(records: sqlite3.Connection, making: Making, number: int, space: str) -> None:
    name, moment = f"s{number}", now()
    source = Source(id=name, role=Role.REFERENCE, title=f"Source {number}", space=space)
    fields = "id, space, role, title, wording, state, current_document, added_at, changed_at"
    values = (name, space, source.role.value, source.title, source.wording.value, "ready", name, moment, moment)
    records.execute(f"INSERT INTO sources ({fields}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)  # noqa: S608
    texts, vectors = making.texts(A_SOURCE), making.vectors(A_SOURCE)
    records.execute("INSERT INTO documents VALUES (?, ?, ?, ?, NULL)", (name, name, "", moment))
    made = [Passage(f"{name}:{place}", name, place, 0, len(text), text) for place, text in enumerate(texts)]
    keys = range(number * A_SOURCE + 1, (number + 1) * A_SOURCE + 1)
    records.executemany(
        "INSERT INTO passages (key, id, document, ordinal, starts, ends, text) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(key, one.id, name, one.ordinal, one.start, one.end, one.text) for key, one in zip(keys, made, strict=True)],
    )
    records.executemany(
        "INSERT INTO shingles (hash, passage) VALUES (?, ?)",
        [(value, key) for key, text in zip(keys, texts, strict=True) for value in fingerprint(text)],
    )
    records.executemany(
        "INSERT INTO embeddings VALUES (?, ?, ?, ?, ?)",
        [
            (one.id, EMBEDDER, name, _digest(in_context(source, one)), row.astype("<f4").tobytes())
            for one, row in zip(made, vectors, strict=True)
        ],
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def index(data: Path) -> float:
    """Make the index of a library; seconds."""
    shelf = Shelf.open(data, Generated())
    began = time.perf_counter()
    shelf.reconcile()
    took = time.perf_counter() - began
    shelf.close()
    return took


def search(data: Path) -> dict[str, Any]:
    """Start on a library and search it, as the bot does."""
    began = time.perf_counter()
    shelf = Shelf.open(data, Generated())
    usable = time.perf_counter() - began
    shelf.reconcile()
    checked = time.perf_counter() - began
    figures: dict[str, Any] = {"usable": usable, "checked": checked, "memory": _resident()}
    for name, spaces in (("1 %", (SMALL,)), ("all", (SMALL, LARGE))):
        figures[name] = {what: list(_times(work)) for what, work in _searches(shelf, spaces).items()}
    figures["after"] = _resident()
    shelf.close()
    return figures


def _searches(shelf: Shelf, spaces: tuple[str, ...]) -> dict[str, Callable[[str, Vectors], object]]:
    return {
        "by meaning": lambda _, vector: shelf.dense(vector, spaces, Role.REFERENCE, 40),
        "by words": lambda text, _: shelf.lexical(text, spaces, Role.REFERENCE, 40),
        "candidates": lambda text, vector: references(shelf, [(text, vector)], spaces),
        "counting": lambda *_: shelf.records.sources.counts(spaces),
    }


def _times(work: Callable[[str, Vectors], object]) -> Iterator[float]:
    """Milliseconds of each search; the first one, which loads what is then kept, comes first."""
    making = Making()
    making.vectors(999)  # other vectors than those stored
    asked = list(zip(map(_question, making.texts(SEARCHES)), making.vectors(SEARCHES), strict=True))
    for text, vector in [asked[0], *asked]:
        began = time.perf_counter()
        work(text, vector)
        yield (time.perf_counter() - began) * 1000


def _question(text: str) -> str:
    """Words to look for, without the most common ones, which no search looks for."""
    return " ".join([word for word in text.split() if int(word[1:], 16) >= COMMON][:ASKED])


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MIB


def in_child(step: str, data: Path, *more: object) -> Any:
    """A step in a fresh process, so that one's memory does not count in another's."""
    command = [sys.executable, "-m", "tests.benchmarks.scale", step, str(data), *map(str, more)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(passages: int) -> dict[str, Any]:
    """Everything about one size."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data = Path(folder)
        in_child("build", data, passages)
        figures: dict[str, Any] = {"passages": passages, "made": in_child("index", data)}
        figures |= in_child("search", data)
        figures["records"] = sum(path.stat().st_size for path in data.glob("rejoinder.db*")) / MIB
        figures["index"] = sum(path.stat().st_size for path in (data / "index").rglob("*") if path.is_file()) / MIB
    return figures


def report() -> str:
    """Two tables: the searches, and what a library of such a size takes."""
    sizes = []
    for size in SIZES:
        sys.stderr.write(f"  {size:,} passages ...\n")
        sizes.append(measure(size))
    searches = [
        (f"{one['passages']:,}", seen, what, statistics.median(rest), percentile(rest, 0.99), first)
        for one in sizes
        for seen in ("1 %", "all")
        for what, (first, *rest) in one[seen].items()
    ]
    takes = [
        (
            f"{one['passages']:,}",
            *(float(one[name]) for name in ("usable", "checked", "made", "memory", "after", "records", "index")),
        )
        for one in sizes
    ]
    header = ("passages", "the space sees", "search", "median (ms)", "99th percentile (ms)", "first (ms)")
    columns = ("passages", "asking works after (s)", "index checked after (s)", "index made anew in (s)")
    memory = ("memory after the start (MiB)", "after the searches (MiB)")
    disk = ("records on disk (MiB)", "index on disk (MiB)")
    return f"{table(header, searches)}\n\n{table((*columns, *memory, *disk), takes)}"


STEPS: dict[str, Callable[..., Any]] = {
    "build": lambda data, passages: build(data, int(passages)),
    "index": index,
    "search": search,
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])))  # noqa: T201
