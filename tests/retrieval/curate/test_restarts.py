"""Nothing lost: the journey of adding, killed before and after every write, goes on after the next start."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from retrieval.curate.types import Draft, Edits, Item, Stage
from retrieval.errors import Unavailable
from retrieval.ingest.fetch import Fetched
from retrieval.ingest.intake import Given, Intake
from retrieval.store.versions import ChangeKind
from retrieval.types import Role
from tests.loopback import Site
from tests.retrieval.curate.shop import ADA, HERE, STORY, Axe, Killed, Shop, opened, pasted
from tests.retrieval.store.making import searched

ARTICLE = Given(Role.ARTICLE, HERE)
WRITES = range(1, 15)
"""More than the journey makes, so that the last of them kills nothing."""


async def _journey(shop: Shop, item: Item, told: list[str]) -> None:
    """Add an article with one edited claim; ``told`` is what the moderator was told by then."""
    draft = await shop.drafts.propose(item, ARTICLE, who=ADA, channel="9")
    told.append(draft.id)
    await shop.drafts.told([draft.id])
    await shop.drafts.edit(draft.id, HERE, Edits(title="Edited"))
    told.append("edited")
    await shop.drafts.confirm(draft.id, HERE, actor=ADA)
    told.append("added")
    await shop.drafts.told([draft.id])


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", WRITES)
async def test_whatever_was_told_is_there_after_a_kill_at_any_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, after: bool
) -> None:
    told: list[str] = []
    async with opened(tmp_path) as shop:
        axe = Axe(monkeypatch, at, after=after)
        with contextlib.suppress(Killed):
            await _journey(shop, pasted(STORY), told)
        axe.armed = False
        assert axe.fallen or "added" in told
        assert at < WRITES[-1] or not axe.fallen, "the journey makes more writes than are killed here"
    async with opened(tmp_path) as shop:
        await asyncio.to_thread(shop.shelf.reconcile)
        resumed = await shop.drafts.resume()
        assert all(draft.stage in {Stage.AWAITING, Stage.KEPT} for draft in resumed)
        assert all((draft.who, draft.channel) == (ADA, "9") for draft in resumed)
        draft = await _whatever_is_there(shop, told)
        if draft:
            heard = draft.id in told if draft.stage is Stage.AWAITING else "added" in told
            assert heard or resumed == [draft], "nobody heard of it before the kill, so they must now"
        assert await shop.drafts.resume() == resumed, "until they are told, each start must"
        await shop.drafts.told([one.id for one in resumed])
        assert await shop.drafts.resume() == []
        if draft and draft.stage is Stage.AWAITING:
            if "edited" in told:
                assert draft.document
                assert draft.document.source.title == "Edited"
            change = await shop.drafts.confirm(draft.id, HERE, actor=ADA)
            assert change.kind is ChangeKind.ADDED
        if "edited" in told or (draft and draft.stage is Stage.KEPT):
            assert [source.title for source in await shop.library.sources(HERE)] == ["Edited"]
        _agree(shop)


async def _whatever_is_there(shop: Shop, told: list[str]) -> Draft | None:
    """The one draft, if it had been begun; it must be there if its preview was shown."""
    rows = await asyncio.to_thread(shop.shelf.records.drafts.at, list(Stage))
    assert len(rows) <= 1
    if told:
        assert [row.id for row in rows] == told[:1]
    if "added" in told:
        assert [row.stage for row in rows] == [Stage.KEPT]
    return await shop.drafts.draft(rows[0].id, HERE) if rows else None


def _agree(shop: Shop) -> None:
    records = shop.shelf.records
    assert searched(shop.shelf) == records.embeddings.places(shop.embedder.id)
    assert records.passages.full_text_consistent()
    assert records.sources.unfinished() == []


async def test_a_kill_while_fetching_fetches_again(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    link = site.page("/a.txt", STORY.encode(), Content_Type="text/plain")
    async with opened(tmp_path, site.fetcher()) as shop:
        await _killed_in(shop, monkeypatch, "fetch", Item(link=link))
    async with opened(tmp_path, site.fetcher()) as shop:
        (draft,) = await shop.drafts.resume()
    assert (draft.stage, draft.who, draft.source is not None) == (Stage.AWAITING, ADA, True)


async def test_a_kill_while_reading_reads_what_was_handed_in_without_fetching(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = site.page("/a.txt", STORY.encode(), Content_Type="text/plain")
    async with opened(tmp_path, site.fetcher()) as shop:
        await _killed_in(shop, monkeypatch, "read", Item(link=link))
    async with opened(tmp_path) as shop:
        (draft,) = await shop.drafts.resume()
    assert draft.document
    assert "lifeboats" in draft.document.text
    assert draft.document.source.url == link


async def test_a_site_that_is_gone_after_the_restart_is_told(
    tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = site.page("/a.txt", STORY.encode(), Content_Type="text/plain")
    async with opened(tmp_path, site.fetcher()) as shop:
        await _killed_in(shop, monkeypatch, "fetch", Item(link=link))
    site.page("/a.txt", b"gone", status=404)
    async with opened(tmp_path, site.fetcher()) as shop:
        (draft,) = await shop.drafts.resume()
        assert draft.stage is Stage.FAILED
        assert draft.why
        assert await shop.drafts.resume() == []
        await shop.drafts.discard(draft.id, HERE)


@pytest.mark.parametrize(("step", "item"), [("read", pasted(STORY)), ("fetch", Item(link="https://a.example/"))])
async def test_what_stops_the_bot_each_time_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, item: Item
) -> None:
    async with opened(tmp_path) as shop:
        await _killed_in(shop, monkeypatch, step, item)
    for _ in range(2):
        async with opened(tmp_path) as shop:
            with monkeypatch.context() as patch:
                patch.setattr(Intake, step, _dying)
                with pytest.raises(Killed):
                    await shop.drafts.resume()
    async with opened(tmp_path) as shop:
        (draft,) = await shop.drafts.resume()
    assert draft.stage is Stage.FAILED
    assert draft.why
    assert "stopped each time" in draft.why


async def test_what_is_being_read_now_is_not_read_again_by_resume(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    real = Intake.read

    async def slow(intake: Intake, *args: object) -> object:
        begun.set()
        await go_on.wait()
        return await real(intake, *args)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(Intake, "read", slow)
    proposing = asyncio.create_task(shop.drafts.propose(pasted(STORY), ARTICLE, who=ADA))
    await begun.wait()
    assert await shop.drafts.resume() == []
    go_on.set()
    assert (await proposing).stage is Stage.AWAITING


async def _killed_in(shop: Shop, monkeypatch: pytest.MonkeyPatch, step: str, item: Item) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Intake, step, _dying)
        with pytest.raises(Killed):
            await shop.drafts.propose(item, ARTICLE, who=ADA)


async def _dying(*_: object) -> Fetched:
    raise Killed


async def test_one_draft_that_cannot_be_read_back_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(tmp_path) as shop:
        for text in ("One text\n\nIt is cut off.", STORY):
            await _killed_in(shop, monkeypatch, "read", pasted(text))
        broken = shop.shelf.records.drafts.at([Stage.READING])[0]
        shop.shelf.records.drafts.move(broken.id, HERE, [Stage.READING], Stage.READING, "{", b"x")
    async with opened(tmp_path) as shop:
        (draft,) = await shop.drafts.resume()
    assert draft.document
    assert "lifeboats" in draft.document.text
    assert broken.id in caplog.text
    assert "lifeboats" not in caplog.text


async def test_what_an_orderly_stop_breaks_off_has_not_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def closed(*_: object) -> Fetched:
        raise Unavailable("The reader is closed.")

    async with opened(tmp_path) as shop:
        [begun] = await shop.drafts.begin([pasted(STORY)], ARTICLE, who=ADA, channel="9")
        job = await shop.drafts.begin_import(HERE, "a.md", b"---", who=ADA, channel="9")
        shop.drafts.stop()
        with monkeypatch.context() as patch:
            patch.setattr(Intake, "read", closed)
            patch.setattr(Intake, "sources", closed)
            for breaking in (
                shop.drafts.proceed(begun.draft.id, HERE),
                shop.drafts.propose(pasted(f"{STORY} again"), ARTICLE, who=ADA, channel="9"),
                shop.drafts.finish_import(job, HERE),
            ):
                with pytest.raises(Unavailable):
                    await breaking
    async with opened(tmp_path) as shop:
        stages = [draft.stage for draft in await shop.drafts.resume()]
        assert sorted(stages) == [Stage.AWAITING, Stage.AWAITING, Stage.FAILED], "the file was none, as is known now"
