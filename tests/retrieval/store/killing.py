"""Run as a process to be killed: checks what the last kill left, then changes sources until the end.

Prints one JSON object a line: first what it found, then ``begin`` before and ``done`` after each change. What was
``done`` is acknowledged and must be there after any kill; what had only begun may be there or not.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

from retrieval.store.index import Index
from retrieval.store.schema import State
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED
from tests.retrieval.store.making import WordEmbedder, document

NAMES = tuple(f"s{number}" for number in range(12))


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def content(name: str, version: int) -> list[str]:
    chance = random.Random(f"{name} {version}")  # noqa: S311 - repeatable on purpose
    return [f"Version {version} of {name}, part {part} {chance.random()}." for part in range(chance.randint(1, 30))]


def found(shelf: Shelf) -> dict[str, str]:
    """Name to the version that answers, or "removed"; what is absent is left out."""
    seen = {removed.source.id: "removed" for removed in shelf.records.sources.removed(SHARED)}
    for source in shelf.records.sources.visible([SHARED]):
        seen[source.id] = source.title
    return seen


def misses(shelf: Shelf) -> int:
    entries = [entry for batch in shelf.records.embeddings.entries(WordEmbedder().id) for entry in batch]
    chosen = random.sample(entries, min(40, len(entries)))
    return sum(shelf.dense(entry.values, [SHARED], None, 1)[0][0] != entry.passage for entry in chosen)


def change(shelf: Shelf, chance: random.Random) -> None:
    name = chance.choice(NAMES)
    state = found(shelf).get(name)
    verb = chance.choice(["put", "put", "put", "remove", "restore", "erase"])
    if verb == "put":
        version = chance.randrange(10**9)
        say(begin=name, becomes=str(version))
        shelf.put(document(name, *content(name, version), title=str(version)), "ann")
        say(done=name, becomes=str(version))
    elif verb == "remove" and state not in (None, "removed"):
        say(begin=name, becomes="removed")
        shelf.remove(name, SHARED, "ann")
        say(done=name, becomes="removed")
    elif verb == "restore" and state == "removed":
        say(begin=name, becomes="restored")
        title = shelf.restore(name, SHARED, "ann").title
        say(done=name, becomes=title)
    elif verb == "erase" and state is not None and chance.random() < 0.2:
        say(begin=name, becomes=None)
        shelf.erase(name, SHARED, "ann")
        say(done=name, becomes=None)


def main() -> None:
    began = time.monotonic()
    shelf = Shelf.open(Path(sys.argv[1]), WordEmbedder())
    report = shelf.reconcile()
    index = shelf._dense._index
    assert isinstance(index, Index)
    texts = {
        source.id: shelf.records.passages.text(source.id, [SHARED])
        == document(source.id, *content(source.id, int(source.title))).text
        for source in shelf.records.sources.visible([SHARED])
    }
    say(
        sources=found(shelf),
        whole=all(texts.values()),
        agree=index.places() == shelf.records.embeddings.places(WordEmbedder().id),
        words=shelf.records.passages.full_text_consistent(),
        unfinished=[name for name in shelf.records.sources.unfinished() if _pending(shelf, name)],
        misses=misses(shelf),
        rebuilt=report.rebuilt,
        seconds=report.seconds,
        start=time.monotonic() - began,
    )
    chance = random.Random(int(sys.argv[2]))  # noqa: S311 - repeatable on purpose
    while True:
        change(shelf, chance)


def _pending(shelf: Shelf, name: str) -> bool:
    return shelf.records.sources.state(name)[0] is State.PENDING


if __name__ == "__main__":
    main()
