"""Run as a process whose children are killed: each checks what the last kill left, then changes things until its end.

Starting Python and Chroma takes far longer than what is to be killed, so this process imports everything once and
forks a life for each line (a seed) on standard input; nothing is open when it forks. A life prints one JSON object a
line: who it is, what it found, then ``begin`` before and ``done`` after each change. What was ``done`` is acknowledged
and must be there after any kill; what had only begun may be there or not.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import chromadb.api.rust
import chromadb.api.shared_system_client  # noqa: F401 - imported by what a life does, so once for all of them

from retrieval.curate.record import content_of
from retrieval.curate.types import Stage
from retrieval.errors import Busy
from retrieval.ingest.intake import Given
from retrieval.store import folders, probe
from retrieval.store.dense import Examine
from retrieval.store.embeddings import Entry
from retrieval.store.index import Index
from retrieval.store.schema import State
from retrieval.types import SHARED, Role
from tests.retrieval.curate.shop import ADA, HERE, Shop, pasted
from tests.retrieval.store.making import document, searched

NAMES = tuple(f"s{number}" for number in range(10))
SPACES = (SHARED, HERE)
MOST_WAITING = 6
"""Drafts awaiting confirmation; more are confirmed or discarded first."""
EXAMINED = 40
"""In one life of so many the index is tried as it is in truth, by a new Python; in the others by a fork."""
PATIENCE = 5.0
"""Seconds for which a life waits for what is left of the one before."""
NEW = "?"
"""A draft that has no id yet."""


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def content(name: str, version: int) -> list[str]:
    chance = random.Random(f"{name} {version}")  # noqa: S311 - repeatable on purpose
    return [f"Version {version} of {name}, part {part} {chance.random()}." for part in range(chance.randint(1, 12))]


def examine(folder: Path, sample: Sequence[Entry], _passages: int) -> str | None:
    """As ``folders.examine``: in a process of its own, which is a fork of this one."""
    looked_for = {entry.passage: [entry.digest, entry.values.tolist()] for entry in sample}
    child = os.fork()
    if child == 0:
        os.closerange(3, 256)  # the lock of the directory, above all, must not outlive whoever is killed
        try:
            os._exit(min(200, probe.examine(folder, looked_for)["missed"]))
        finally:
            os._exit(255)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return f"the index is damaged ({status})" if status else None


def found(shop: Shop) -> dict[str, str]:
    """Id of a source to the version that answers, or "removed"; what is absent is left out."""
    sources = shop.shelf.records.sources
    seen = {removed.source.id: "removed" for space in SPACES for removed in sources.removed(space)}
    return seen | {source.id: source.title for source in sources.visible(SPACES)}


def drafts(shop: Shop) -> dict[str, str]:
    """Id of a draft to where it stands."""
    return {row.id: row.stage for row in shop.shelf.records.drafts.at(list(Stage))}


def whole(shop: Shop) -> bool:
    """Whether every source and every draft holds its text, to the last paragraph."""
    records = shop.shelf.records
    texts = [
        (source.id if source.id in NAMES else "draft", source.title, records.passages.text(source.id, SPACES))
        for source in records.sources.visible(SPACES)
    ]
    for row in records.drafts.at([Stage.AWAITING]):
        made = content_of(row).document
        assert made is not None
        texts.append(("draft", made.source.title, made.text))
    return all(part in text for name, title, text in texts for part in content(name, int(title)))


def misses(shop: Shop, index: Index) -> int:
    """How many passages, of some, are not found by their own vector, in their own space, with the index's help."""
    waiting = shop.shelf._dense._waiting
    entries = [entry for batch in shop.shelf.records.embeddings.entries(shop.embedder.id) for entry in batch]
    chosen = random.sample(entries, min(12, len(entries)))
    return sum(waiting.query(index, entry.values, [entry.space], None, 1)[0][0] != entry.passage for entry in chosen)


def pending(shop: Shop) -> list[str]:
    sources = shop.shelf.records.sources
    return [name for name in sources.unfinished() if sources.state(name)[0] is State.PENDING]


async def change_source(shop: Shop, chance: random.Random) -> None:
    there, shelf = found(shop), shop.shelf
    name = chance.choice([*NAMES, *there])
    space, state = (SHARED if name in NAMES else HERE), there.get(name)
    verb = chance.choice(["put", "put", "remove", "restore", "erase"])
    if verb == "put" and name in NAMES:
        version = chance.randrange(10**9)
        say(begin={"sources": {name: str(version)}})
        shelf.put(document(name, *content(name, version), title=str(version)), "ann")
        say(done={"sources": {name: str(version)}})
    elif verb == "remove" and state not in (None, "removed"):
        say(begin={"sources": {name: "removed"}})
        shelf.remove(name, space, "ann")
        say(done={"sources": {name: "removed"}})
    elif verb == "restore" and state == "removed":
        say(begin={"sources": {name: "restored"}})
        say(done={"sources": {name: shelf.restore(name, space, "ann").title}})
    elif verb == "erase" and state is not None and chance.random() < 0.3:
        say(begin={"sources": {name: None}})
        shelf.erase(name, space, "ann")
        say(done={"sources": {name: None}})


async def change_draft(shop: Shop, chance: random.Random) -> None:
    waiting = [draft for draft, stage in drafts(shop).items() if stage == Stage.AWAITING]
    if len(waiting) < MOST_WAITING and chance.random() < 0.5:
        version = chance.randrange(10**9)
        say(begin={"drafts": {NEW: Stage.AWAITING}})
        given = Given(Role.REFERENCE, HERE, title=str(version))
        made = await shop.drafts.propose(pasted("\n\n".join(content("draft", version))), given, who=ADA)
        say(done={"drafts": {made.id: Stage.AWAITING}})
    elif waiting and chance.random() < 0.8:
        draft = await shop.drafts.draft(chance.choice(waiting), HERE)
        becomes = {"sources": {draft.source: draft.given.title}, "drafts": {draft.id: Stage.KEPT}}
        say(begin=becomes)
        await shop.drafts.confirm(draft.id, HERE, actor=ADA)
        say(done=becomes)
    elif waiting:
        draft_id = chance.choice(waiting)
        say(begin={"drafts": {draft_id: None}})
        await shop.drafts.discard(draft_id, HERE)
        say(done={"drafts": {draft_id: None}})


def opened(folder: Path, examine: Examine) -> Shop:
    """The shop, as soon as a fork of the life before has let go of the directory's lock (see ``examine``)."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return Shop(folder, examine=examine)
        except Busy:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


async def live(folder: Path, seed: int) -> None:
    say(born=os.getpid())
    began = time.monotonic()
    shop = opened(folder, examine if seed % EXAMINED else folders.examine)
    report = shop.shelf.reconcile()
    await shop.drafts.resume()
    ready = time.monotonic() - began
    index = shop.shelf._dense._index
    assert isinstance(index, Index)
    say(
        sources=found(shop),
        drafts=drafts(shop),
        whole=whole(shop),
        agree=searched(shop.shelf) == shop.shelf.records.embeddings.places(shop.embedder.id),
        words=shop.shelf.records.passages.full_text_consistent(),
        unfinished=pending(shop),
        misses=misses(shop, index),
        rebuilt=report.rebuilt,
        seconds=ready,
    )
    chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
    while True:
        await chance.choice([change_source, change_draft])(shop, chance)


def main() -> None:
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(live(folder, int(line)))
            except BaseException:  # noqa: BLE001 - whatever it is, this is a life that was to be killed
                traceback.print_exc()
            finally:
                os._exit(1)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        sys.stdout.write("\n")  # a kill may have cut the line before
        say(ended=status)


if __name__ == "__main__":
    main()
