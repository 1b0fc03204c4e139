"""Run as a process to be killed: checks what the last kill left, then hands in, confirms and cancels until the end.

Prints one JSON object a line: first what it found, then ``begin`` before and ``done`` after each step. What was
``done`` was told to a moderator and must be there after any kill; what had only begun may be there or not, but if it
is, somebody must be told.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path

from retrieval.curate.types import Draft, Item, Stage
from retrieval.ingest.intake import Given
from retrieval.types import Role
from tests.retrieval.curate.shop import ADA, HERE, Shop, pasted
from tests.retrieval.store.making import searched

CHANNEL, MOST_WAITING = "9", 10
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


def called(draft: Draft) -> str:
    return draft.given.title or draft.where


async def found(shop: Shop) -> dict[str, str]:
    """What there is by name, after everything interrupted was finished."""
    rows = await asyncio.to_thread(shop.shelf.records.drafts.at, list(Stage))
    drafts = [await shop.drafts.draft(row.id, HERE) for row in rows]
    assert {draft.stage for draft in drafts} <= {Stage.AWAITING, Stage.KEPT}
    waiting = {called(draft): WAITING for draft in drafts if draft.stage is Stage.AWAITING}
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
    say(begin=[name], becomes=WAITING)
    given = Given(Role.REFERENCE, HERE, title=name)
    draft = await shop.drafts.propose(pasted(text(name)), given, who=ADA, channel=CHANNEL)
    say(done=[name], becomes=WAITING)
    await shop.drafts.told([draft.id])
    fate = chance.random()
    if fate < 0.7:
        say(begin=[name], becomes=ADDED)
        await shop.drafts.confirm(draft.id, HERE, actor=ADA)
        say(done=[name], becomes=ADDED)
        await shop.drafts.told([draft.id])
    elif fate < 0.9:
        await cancel(shop, name, draft)


async def several(shop: Shop, names: list[str]) -> None:
    """Hand in files all at once, and cancel them all again."""
    say(begin=names, becomes=WAITING)
    items = [Item(name=name, data=text(name).encode()) for name in names]
    begun = await shop.drafts.begin(items, Given(Role.REFERENCE, HERE), who=ADA, channel=CHANNEL)
    drafts = await asyncio.gather(*(shop.drafts.proceed(one.draft.id, HERE) for one in begun))
    say(done=names, becomes=WAITING)
    await shop.drafts.told([draft.id for draft in drafts])
    for name, draft in zip(names, drafts, strict=True):
        await cancel(shop, name, draft)


async def cancel(shop: Shop, name: str, draft: Draft) -> None:
    say(begin=[name], becomes=GONE)
    await shop.drafts.discard(draft.id, HERE)
    say(done=[name], becomes=GONE)


async def make_room(shop: Shop) -> None:
    """Cancel some of what waits, since a space holds only so many."""
    for row in shop.shelf.records.drafts.at([Stage.AWAITING])[MOST_WAITING:]:
        draft = await shop.drafts.draft(row.id, HERE)
        await cancel(shop, called(draft), draft)


async def main() -> None:
    began = time.monotonic()
    shop = Shop(Path(sys.argv[1]))
    await asyncio.to_thread(shop.shelf.reconcile)
    resumed = await shop.drafts.resume()
    say(
        found=await found(shop),
        agree=await agree(shop),
        resumed={called(draft): draft.stage for draft in resumed},
        start=time.monotonic() - began,
    )
    await shop.drafts.told([draft.id for draft in resumed])
    chance = random.Random(int(sys.argv[2]))  # noqa: S311 - repeatable on purpose
    while True:
        await make_room(shop)
        names = [f"n{chance.randrange(10**9)}" for _ in range(3)]
        await (several(shop, names) if chance.random() < 0.3 else step(shop, names[0], chance))


if __name__ == "__main__":
    asyncio.run(main())
