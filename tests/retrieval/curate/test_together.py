"""Many sources in one go: read a few ahead, in order, and one that fails does not hold back the others."""

from __future__ import annotations

import asyncio
from unittest import mock

import pytest

from retrieval.curate import together
from retrieval.curate.together import AHEAD, AT_ONCE, TOGETHER, Read, ReadAhead, add_together
from retrieval.errors import BadInput, NotFound, Refused, Unavailable
from retrieval.ingest.intake import Taken
from retrieval.store.versions import ChangeKind
from tests.retrieval.curate.shop import ADA, HERE, Shop
from tests.retrieval.store.making import document


def taken(place: str) -> Taken:
    return Taken(document(place, f"What stands at {place}."), ())


class Desk:
    """Reads a place when it is let; counts how many are at it, and how many were begun."""

    def __init__(self, *refused: str) -> None:
        self.let = asyncio.Event()
        self.begun: list[str] = []
        self.most, self._now, self._refused = 0, 0, refused

    async def take(self, place: str) -> Taken:
        self.begun.append(place)
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            await self.let.wait()
        finally:
            self._now -= 1
        if place in self._refused:
            raise BadInput(f"{place} cannot be read.")
        return taken(place)


async def until_idle() -> None:
    """Let every task go as far as it goes by itself."""
    for _ in range(200):
        await asyncio.sleep(0)


async def test_places_are_read_ahead_and_come_in_their_order() -> None:
    desk, places = Desk("p2"), [f"p{number}" for number in range(3 * AHEAD)]
    desk.let.set()
    async with ReadAhead(places, desk.take) as ahead:
        found = await ahead.next()
        await until_idle()
        assert desk.begun == places[: AHEAD + TOGETHER]  # what nobody takes does not pile up
        while read := await ahead.next():
            assert len(read) == TOGETHER
            found += read
    assert [one.place for one in found] == places
    assert [one.place for one in found if one.taken is None] == ["p2"]
    assert str(found[2].error) == "p2 cannot be read."


async def test_what_is_read_does_not_wait_long_for_a_slow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "PATIENCE", 0)
    slow = asyncio.Event()

    async def take(place: str) -> Taken:
        if place == "c":
            await slow.wait()
        return taken(place)

    async with ReadAhead("abcd", take) as ahead:
        await until_idle()
        assert [one.place for one in await ahead.next()] == ["a", "b"]
        slow.set()
        await until_idle()
        assert [one.place for one in await ahead.next()] == ["c", "d"]


async def test_what_is_read_ahead_is_embedded_ahead_and_only_then(shop: Shop) -> None:
    async def take(place: str) -> Taken:
        return taken(place)

    for times in (1, 2):
        async with ReadAhead("ab", take, shop.library.prepare) as ahead:
            read = await ahead.next()
        embedded = list(shop.embedder.texts)
        assert len(embedded) == 2
        assert await shop.library.sources() == [] or times == 2
        added = await add_together(shop.library, read, actor=ADA)
        assert [one.change and one.change.kind for one in added] == [
            [ChangeKind.ADDED, ChangeKind.UNCHANGED][times - 1]
        ] * 2
        assert shop.embedder.texts == embedded, "what was embedded ahead was embedded again"
    entries = [entry for batch in shop.shelf.records.embeddings.entries(shop.embedder.id) for entry in batch]
    for entry, name in zip(sorted(entries, key=lambda one: one.source), "ab", strict=True):
        (vector,) = shop.embedder.embed_queries([f"Title of {name}. What stands at {name}."])
        assert entry.source == name
        assert entry.values == pytest.approx(vector)


async def test_an_embedder_that_fails_ahead_is_told_of_when_the_source_is_added(shop: Shop) -> None:
    shop.embedder.failing = RuntimeError("out of memory")
    await asyncio.wrap_future(shop.library.prepare([taken("a").document]))
    (added,) = await add_together(shop.library, [Read("a", taken("a"))], actor=ADA)
    assert isinstance(added.error, Unavailable)


async def test_only_a_few_are_read_at_a_time_and_leaving_ends_them() -> None:
    desk = Desk()
    async with ReadAhead([f"p{number}" for number in range(AHEAD)], desk.take):
        await until_idle()
        assert desk.begun == [f"p{number}" for number in range(AT_ONCE)]
    assert desk.most == AT_ONCE
    assert len(asyncio.all_tasks()) == 1


async def test_what_was_read_is_added_in_one_write_and_what_was_not_keeps_its_reason(shop: Shop) -> None:
    read = [Read("a", taken("a")), Read("b", error=NotFound("There is no b.")), Read("c", taken("c"))]
    with mock.patch.object(shop.library, "add", wraps=shop.library.add) as add:
        added = await add_together(shop.library, read, actor=ADA)
    assert add.call_count == 1
    assert [one.read.place for one in added] == ["a", "b", "c"]
    assert [one.change.kind if one.change else str(one.error) for one in added] == [
        ChangeKind.ADDED,
        "There is no b.",
        ChangeKind.ADDED,
    ]
    assert {source.id for source in await shop.library.sources()} == {"a", "c"}


async def test_one_that_is_refused_does_not_hold_back_the_others(shop: Shop) -> None:
    await shop.library.add([document("b", "Theirs.", space=HERE)], actor=ADA)
    read = [Read(place, taken(place)) for place in "abc"]
    added = await add_together(shop.library, read, actor=ADA)
    assert [one.change is not None for one in added] == [True, False, True]
    assert isinstance(added[1].error, Refused)
    assert {source.id for source in await shop.library.sources()} == {"a", "c"}


async def test_when_the_embedder_is_down_each_says_so_and_is_kept(shop: Shop) -> None:
    shop.embedder.failing = Unavailable("The embedder is down.")
    read = [Read("a", taken("a")), Read("b", error=BadInput("No b.")), Read("c", taken("c"))]
    added = await add_together(shop.library, read, actor=ADA)
    assert [str(one.error) for one in added] == ["The embedder is down.", "No b.", "The embedder is down."]
    shop.embedder.failing = None
    assert set((await shop.library.reconcile()).finished) == {"a", "c"}


@pytest.mark.parametrize("read", [[], [Read("a", error=BadInput("No a."))]])
async def test_nothing_to_add_changes_nothing(shop: Shop, read: list[Read]) -> None:
    assert [str(one.error) for one in await add_together(shop.library, read, actor=ADA)] == ["No a."][: len(read)]
    assert await shop.library.sources() == []


async def test_the_same_source_twice_is_added_once(shop: Shop) -> None:
    added = await add_together(shop.library, [Read("a", taken("a")), Read("again", taken("a"))], actor=ADA)
    assert [one.change and one.change.kind for one in added] == [ChangeKind.ADDED, ChangeKind.UNCHANGED]
