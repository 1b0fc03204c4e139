"""Several things handed in at once: each has a row before any is worked on, goes on after a kill, and is told of."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from retrieval.curate.room import Crowded
from retrieval.curate.rows import Held
from retrieval.curate.taking import Taking
from retrieval.curate.types import Begun, Item, Stage
from retrieval.errors import BadInput, NotFound, Refused
from retrieval.ingest.intake import LARGEST, Given, Intake
from retrieval.store.drafts import DraftRow
from retrieval.types import Role
from tests.loopback import Site
from tests.retrieval.curate.shop import ADA, BEN, HERE, STORY, THERE, Axe, Killed, Shop, opened, pasted

GIVEN = Given(Role.REFERENCE, HERE)
SEED = b"---\nid: R07\nrole: reference\ntitle: The seed\n---\n\n- The ferry sank in March.\n"
WRITES = range(1, 10)
"""More than three things take, so that the last of them kills nothing."""


def rows(shop: Shop) -> list[DraftRow]:
    return shop.shelf.records.drafts.at(list(Stage))


async def begin(shop: Shop, *items: Item, channel: str | None = "9") -> list[Begun]:
    return await shop.drafts.begin(items, GIVEN, who=ADA, channel=channel)


async def hand_in(shop: Shop, items: list[Item]) -> None:
    """As the bot does it, one after the other, without a word to anybody."""
    for begun in await begin(shop, *items):
        await shop.drafts.proceed(begun.draft.id, HERE, download=story)


async def story() -> bytes:
    return STORY.encode()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", WRITES)
async def test_after_a_kill_at_any_write_all_or_none_are_there_and_each_goes_on(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch, at: int, after: bool
) -> None:
    link = site.page("/a.txt", STORY.encode(), Content_Type="text/plain")
    items = [Item(link=link), pasted("Another text\n\nIt is here."), Item(name="c.txt", address=site.link("/a.txt"))]
    async with opened(tmp_path, site.fetcher()) as shop:
        axe = Axe(monkeypatch, at, after=after)
        with contextlib.suppress(Killed):
            await hand_in(shop, items)
        axe.armed = False
        assert at < WRITES[-1] or not axe.fallen, "it takes more writes than are killed here"
    async with opened(tmp_path, site.fetcher()) as shop:
        assert len(rows(shop)) == (0 if (at, after) == (1, False) else 3)
        told = await shop.drafts.resume()
        assert [(draft.stage, draft.channel) for draft in told] == [(Stage.AWAITING, "9")] * len(rows(shop))
        assert {draft.where for draft in told} <= {link, "pasted text", "c.txt"}
        await shop.drafts.told([draft.id for draft in told])
        assert await shop.drafts.resume() == []


async def test_a_file_not_downloaded_before_a_kill_is_fetched_and_read_as_a_file(tmp_path: Path, site: Site) -> None:
    address = site.page("/attachments/seed", SEED, Content_Type="text/html")
    async with opened(tmp_path) as shop:
        await begin(shop, Item(name="R07.md", address=address, size=len(SEED)))
        assert [row.stage for row in rows(shop)] == [Stage.FETCHING]
    async with opened(tmp_path, site.fetcher()) as shop:
        (draft,) = await shop.drafts.resume()
        assert draft.document
        assert (draft.where, draft.document.source.title, draft.document.source.url) == ("R07.md", "The seed", None)
        assert address not in rows(shop)[0].body, "the address has served its turn"


async def test_what_was_downloaded_before_a_kill_is_not_fetched_again(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as shop:
        [begun] = await begin(shop, Item(name="a.txt", address=site.link("/gone")))
        with monkeypatch.context() as patch:
            patch.setattr(Intake, "read", _dying)
            with pytest.raises(Killed):
                await shop.drafts.proceed(begun.draft.id, HERE, download=story)
    async with opened(tmp_path, site.fetcher()) as shop:
        (draft,) = await shop.drafts.resume()
    assert draft.document
    assert "lifeboats" in draft.document.text
    assert site.seen == []


@pytest.mark.parametrize("status", [200, 404])
async def test_a_file_that_is_gone_after_a_kill_fails_with_its_own_sentence(
    tmp_path: Path, site: Site, status: int
) -> None:
    address = site.page("/a.txt", b" \n", status=status)
    async with opened(tmp_path) as shop:
        await begin(shop, Item(name="a.txt", address=address), pasted(STORY))
    async with opened(tmp_path, site.fetcher()) as shop:
        failed, read = await shop.drafts.resume()
        assert (failed.stage, read.stage) == (Stage.FAILED, Stage.AWAITING)
        assert failed.why
        assert ("can no longer be fetched" if status == 404 else "nothing in it") in failed.why
        await shop.drafts.told([failed.id, read.id])
        assert [row.id for row in rows(shop)] == [read.id], "once it was told there is nothing more to it"


async def test_what_fails_is_told_of_by_the_next_start_unless_it_was_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        first, second = await begin(
            shop, Item(name="a.png", data=b"\x89PNG\r\n"), Item(name="b.png", data=b"\x89PNG\r\n")
        )
        for begun in (first, second):
            with pytest.raises(Refused):
                await shop.drafts.proceed(begun.draft.id, HERE)
        await shop.drafts.told([first.draft.id])
        assert await shop.drafts.resume() == [], "whoever handed it in is still there to be told"
    async with opened(tmp_path) as shop:
        assert [draft.id for draft in await shop.drafts.resume()] == [second.draft.id]


async def test_a_fault_of_ours_is_told_in_a_sentence_that_says_nothing_of_it(tmp_path: Path) -> None:
    async def broken() -> bytes:
        raise RuntimeError("a secret")

    async with opened(tmp_path) as shop:
        [begun] = await begin(shop, Item(name="a.txt", address="https://a.example/a.txt"))
        with pytest.raises(RuntimeError):
            await shop.drafts.proceed(begun.draft.id, HERE, download=broken)
    async with opened(tmp_path) as shop:
        (draft,) = await shop.drafts.resume()
    assert draft.why == "Something went wrong on our side; please hand it in again."


async def test_those_that_fit_are_let_in_and_the_others_fail_with_what_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.curate.room.MOST_OPEN", 3)
    async with opened(tmp_path) as shop:
        waiting = await shop.drafts.propose(pasted(STORY), GIVEN, who=BEN)
        await shop.drafts.propose(pasted(STORY), Given(Role.REFERENCE, THERE), who=BEN)
        items = [pasted(f"{STORY} {n}") for n in range(3)]
        begun = await begin(shop, Item(data=b" "), *items)
        assert [one.draft.stage for one in begun] == [Stage.FAILED, Stage.READING, Stage.READING, Stage.FAILED]
        assert [type(one.error) for one in begun] == [BadInput, type(None), type(None), Crowded]
        assert isinstance(begun[3].error, Crowded)
        assert begun[3].error.waiting == (waiting,), "what was handed in with it cannot be decided on yet"
        assert [row.data is None for row in rows(shop) if row.stage == Stage.FAILED] == [True, True]
    async with opened(tmp_path) as shop:
        told = {draft.id: draft for draft in await shop.drafts.resume()}
        assert [told[one.draft.id].stage for one in begun] == [
            Stage.FAILED,
            Stage.AWAITING,
            Stage.AWAITING,
            Stage.FAILED,
        ]
        assert told[begun[3].draft.id].why == str(begun[3].error)


async def test_two_hand_ins_at_once_share_the_room_there_is(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.curate.room.MOST_OPEN", 5)
    items = [pasted(f"{STORY} {n}") for n in range(4)]
    both = await asyncio.gather(*(shop.drafts.begin(items, GIVEN, who=who) for who in (ADA, BEN)))
    assert sum(one.error is None for begun in both for one in begun) == 5


async def test_a_file_that_is_too_large_is_refused_before_it_is_downloaded(shop: Shop) -> None:
    [begun] = await begin(shop, Item(name="a.pdf", address="https://a.example/a.pdf", size=LARGEST + 1))
    assert isinstance(begun.error, Refused)


async def test_what_is_cancelled_or_forgotten_before_its_turn_does_not_come_back(shop: Shop) -> None:
    first, second = await begin(shop, pasted(STORY), pasted(f"{STORY} again"))
    await shop.drafts.discard(first.draft.id, HERE)
    await shop.drafts.forget(ADA)
    for begun in (first, second):
        with pytest.raises(NotFound):
            await shop.drafts.proceed(begun.draft.id, HERE)
    assert rows(shop) == []


async def test_what_is_read_while_its_person_is_forgotten_leaves_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = "918273645546372819"
    begun, go_on = asyncio.Event(), asyncio.Event()
    real = Taking._fetched

    async def slow(taking: Taking, held: Held, *args: object) -> Held:
        fetched = await real(taking, held, *args)  # type: ignore[arg-type]  # handed on as they came
        begun.set()
        await go_on.wait()
        return fetched

    monkeypatch.setattr(Taking, "_fetched", slow)
    given = Given(Role.REFERENCE, HERE, added_by=person)
    proposing = asyncio.create_task(shop.drafts.propose(pasted(STORY), given, who=person, channel="9"))
    await begun.wait()
    assert await shop.drafts.forget(person) == 1
    go_on.set()
    with pytest.raises(NotFound):
        await proposing
    assert rows(shop) == []
    files = [path.read_bytes() for path in shop.folder.rglob("*") if path.is_file()]
    assert not any(person.encode() in data for data in files)


async def _dying(*_: object) -> object:
    raise Killed
