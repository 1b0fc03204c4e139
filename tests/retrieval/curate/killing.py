"""Run as a process to be killed: checks what the last kill left, then hands in, confirms and cancels until the end.

Prints one JSON object a line: first what it found, then ``begin`` before and ``done`` after each step. What was
``done`` was told to a moderator and must be there after any kill; what had only begun may be there or not.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path

from retrieval.curate.types import Stage
from retrieval.ingest.intake import Given
from retrieval.types import Role
from tests.retrieval.curate.shop import ADA, HERE, Shop, pasted
from tests.retrieval.store.making import searched

WAITING, ADDED, GONE = "waiting", "added", None


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def text(name: str) -> str:
    chance = random.Random(name)  # noqa: S311 - repeatable on purpose
    parts = [
        f"Part {part} of {name} speaks of {chance.random()} and the harbour." for part in range(chance.randint(1, 20))
    ]
    return "\n\n".join(parts)


async def found(shop: Shop) -> dict[str, str]:
    """What there is by name, after everything interrupted was finished."""
    rows = await asyncio.to_thread(shop.shelf.records.drafts.at, list(Stage))
    drafts = [await shop.drafts.draft(row.id, HERE) for row in rows]
    assert {draft.stage for draft in drafts} <= {Stage.AWAITING, Stage.KEPT}
    waiting = {draft.given.title or "": WAITING for draft in drafts if draft.stage is Stage.AWAITING}
    return waiting | {source.title: ADDED for source in await shop.library.sources(HERE)}


async def agree(shop: Shop) -> bool:
    records = shop.shelf.records
    whole = [
        (await shop.library.document(source.id, HERE)).text == text(source.title)
        for source in await shop.library.sources(HERE)
    ]
    same = searched(shop.shelf) == records.embeddings.places(shop.embedder.id)
    return all(whole) and same and records.passages.full_text_consistent() and not records.sources.unfinished()


async def step(shop: Shop, name: str, chance: random.Random) -> None:
    say(begin=name, becomes=WAITING)
    given = Given(Role.REFERENCE, HERE, title=name)
    draft = await shop.drafts.propose(pasted(text(name)), given, who=ADA)
    say(done=name, becomes=WAITING)
    fate = chance.random()
    if fate < 0.7:
        say(begin=name, becomes=ADDED)
        await shop.drafts.confirm(draft.id, HERE, actor=ADA)
        say(done=name, becomes=ADDED)
    elif fate < 0.9:
        say(begin=name, becomes=GONE)
        await shop.drafts.discard(draft.id, HERE)
        say(done=name, becomes=GONE)


async def main() -> None:
    began = time.monotonic()
    shop = Shop(Path(sys.argv[1]))
    await asyncio.to_thread(shop.shelf.reconcile)
    resumed = await shop.drafts.resume()
    say(
        found=await found(shop),
        agree=await agree(shop),
        resumed=[draft.stage for draft in resumed],
        start=time.monotonic() - began,
    )
    chance = random.Random(int(sys.argv[2]))  # noqa: S311 - repeatable on purpose
    while True:
        await step(shop, f"n{chance.randrange(10**9)}", chance)


if __name__ == "__main__":
    asyncio.run(main())
