"""A draft that nobody decided on in time goes, with all that it held; the place it came from is left to be told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from retrieval.curate.types import Draft, Item, Stage
from retrieval.errors import NotFound
from retrieval.ingest.intake import Given
from retrieval.store.drafts import DraftRow
from tests.retrieval.curate.shop import HERE, STORY, Shop, opened, pasted

DAY = timedelta(days=1)
GIVEN = Given(space=HERE)
PERSON, CANARY = "918273645546372819", "Xylocanary"


async def propose(shop: Shop, channel: str | None = "9") -> Draft:
    given = Given(space=HERE, added_by=PERSON, title=f"The {CANARY}")
    return await shop.drafts.propose(pasted(f"{STORY}\n\nThe {CANARY}."), given, who=PERSON, channel=channel)


def rows(shop: Shop) -> list[DraftRow]:
    return shop.shelf.records.drafts.at(list(Stage))


def holding(folder: Path, words: str) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if words.encode() in path.read_bytes()]


async def test_nothing_is_left_but_the_channel_and_it_is_told_by_the_next_start(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        draft = await propose(shop)
        await shop.drafts.told([draft.id])
        shop.now += 2 * DAY
        assert (await shop.curator.sweep()).drafts == 1
        assert [holding(tmp_path, words) for words in (PERSON, CANARY, "lifeboats")] == [[], [], []]
        for attempt in (shop.drafts.draft(draft.id, HERE), shop.drafts.confirm(draft.id, HERE, actor="x")):
            with pytest.raises(NotFound, match="gone"):
                await attempt
        await shop.drafts.discard(draft.id, HERE)
        assert (await shop.drafts.waiting(HERE, PERSON)).drafts == ()
    async with opened(tmp_path) as shop:
        for _ in range(2):
            (told,) = await shop.drafts.resume()
            assert (told.id, told.stage, told.channel, told.who) == (draft.id, Stage.EXPIRED, "9", "")
        await shop.drafts.told([told.id])
        assert rows(shop) == []


async def test_where_nobody_can_be_told_for_a_day_it_is_given_up(shop: Shop) -> None:
    await propose(shop)
    shop.now += 2 * DAY
    await shop.curator.sweep()
    shop.now += DAY / 2
    assert (await shop.curator.sweep()).drafts == 0
    assert [row.stage for row in rows(shop)] == [Stage.EXPIRED]
    shop.now += DAY
    assert (await shop.curator.sweep()).drafts == 1
    assert rows(shop) == []


async def test_what_was_not_read_in_time_is_told_of_too_and_what_came_from_nowhere_or_is_settled_is_not(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as shop:
        [unread] = await shop.drafts.begin([pasted(STORY)], GIVEN, who=PERSON, channel="9")
        [failed] = await shop.drafts.begin([Item(data=b" ")], GIVEN, who=PERSON, channel="9")
        added = await propose(shop)
        await shop.drafts.confirm(added.id, HERE, actor=PERSON)
        await propose(shop, channel=None)
        broken = await propose(shop)
        shop.shelf.records.drafts.move(broken.id, HERE, [Stage.AWAITING], Stage.AWAITING, "{")
    async with opened(tmp_path) as shop:
        shop.now += 2 * DAY
        assert failed.error
        await shop.drafts.told([failed.draft.id, added.id])
        assert (await shop.curator.sweep()).drafts == 4
        assert [draft.id for draft in await shop.drafts.resume()] == [unread.draft.id]
        with pytest.raises(NotFound):
            await shop.drafts.proceed(unread.draft.id, HERE)
        assert [row.stage for row in rows(shop)] == [Stage.EXPIRED], "the one that expired is not read after all"


async def test_at_a_start_after_days_nothing_is_offered_first_and_tidied_away_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(tmp_path) as shop:
        with monkeypatch.context() as patch:
            patch.setattr("retrieval.curate.beginning.now", lambda: "2026-01-01T00:00:00.000000+00:00")
            [old] = await shop.drafts.begin([pasted(STORY)], GIVEN, who=PERSON, channel="9")
        [new] = await shop.drafts.begin([pasted(STORY)], GIVEN, who=PERSON, channel="9")
    async with opened(tmp_path) as shop:
        told = {draft.id: draft.stage for draft in await shop.drafts.resume()}
        assert told == {old.draft.id: Stage.EXPIRED, new.draft.id: Stage.AWAITING}
        await shop.curator.sweep()
        assert {draft.id: draft.stage for draft in await shop.drafts.resume()} == told


async def test_what_was_added_or_failed_before_the_bot_was_away_for_days_is_told_once_more_and_of_nobody(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path) as shop:
        draft = await propose(shop)
        await shop.drafts.confirm(draft.id, HERE, actor=PERSON)
        [failed] = await shop.drafts.begin([Item(data=b" ")], GIVEN, who=PERSON, channel="9")
        shop.now += 2 * DAY
        assert (await shop.curator.sweep()).drafts == 2
        with pytest.raises(NotFound, match="gone"):
            await shop.drafts.confirm(draft.id, HERE, actor=PERSON)
    async with opened(tmp_path) as shop:
        shop.now += 2 * DAY
        told = {one.id: one for one in await shop.drafts.resume()}
        added, lost = told[draft.id], told[failed.draft.id]
        assert (added.stage, added.where, added.who) == (Stage.KEPT, "pasted text", "")
        assert (lost.stage, lost.why) == (Stage.FAILED, str(failed.error))
        assert not any(PERSON in row.body + row.who for row in rows(shop))
        shop.now += 2 * DAY
        assert (await shop.curator.sweep()).drafts == 2
        assert rows(shop) == []
