"""Other people's drafts can hold somebody's id in their bodies: it goes from there too, and the drafts go on."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from retrieval.curate.record import Content, content_of
from retrieval.curate.taking import Taking
from retrieval.curate.types import Edits, Item, Stage
from retrieval.errors import Unavailable
from retrieval.ingest.intake import Given
from retrieval.store.people import FORGOTTEN
from retrieval.types import Role
from tests.loopback import Site
from tests.retrieval.curate.shop import BEN, HERE, STORY, Shop, held_up, opened, pasted

ADA = "918273645546372819"
"""As long as Discord's ids: a short one also turns up by chance."""


def holding(folder: Path) -> list[str]:
    """The files that hold Ada's id, as UTF-8 or UTF-16."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    sought = (ADA.encode(), ADA.encode("utf-16-le"))
    return [path.name for path in files if any(one in path.read_bytes() for one in sought)]


async def added(shop: Shop, item: Item) -> str:
    """A source that Ada added; returns its id."""
    draft = await shop.drafts.propose(item, Given(space=HERE, added_by=ADA), who=ADA)
    return (await shop.drafts.confirm(draft.id, HERE, actor=ADA)).source.id


async def test_who_confirmed_is_forgotten_in_the_draft_of_another(shop: Shop) -> None:
    draft = await shop.drafts.propose(pasted(STORY), Given(Role.ARTICLE, HERE, added_by=BEN), who=BEN)
    kept = await shop.drafts.confirm(draft.id, HERE, actor=ADA)
    assert holding(shop.folder)
    assert await shop.drafts.forget(ADA) == 2, "the entry in the log, and the draft"
    assert holding(shop.folder) == []
    assert await shop.drafts.forget(ADA) == 0
    after = await shop.drafts.draft(draft.id, HERE)
    assert (after.who, after.stage) == (BEN, Stage.KEPT)
    assert await shop.drafts.confirm(draft.id, HERE, actor=BEN) == kept
    assert not shop.shelf.records.purge_due


async def test_what_the_forgotten_confirmed_is_not_taken_for_the_other_s_deed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await shop.drafts.propose(pasted(STORY), Given(space=HERE, added_by=BEN), who=BEN)

    async def away(*_: object, **__: object) -> None:
        raise Unavailable("It cannot be made searchable now.")

    with monkeypatch.context() as patch:
        patch.setattr(shop.library, "add", away)
        with pytest.raises(Unavailable):
            await shop.drafts.confirm(draft.id, HERE, actor=ADA)
    assert await shop.drafts.forget(ADA) == 1
    assert holding(shop.folder) == []
    await shop.drafts.confirm(draft.id, HERE, actor=BEN)
    assert [(entry.who, entry.what) for entry in await shop.curator.log(HERE)] == [(FORGOTTEN, "added")]


async def test_who_added_a_source_is_forgotten_in_its_refresh_by_another(shop: Shop, site: Site) -> None:
    link = site.page("/a.txt", STORY.encode(), Content_Type="text/plain")
    source = await added(shop, Item(link=link))
    site.page("/a.txt", STORY.replace("twelve", "eleven").encode(), Content_Type="text/plain")
    draft = (await shop.curator.refresh(source, HERE, who=BEN)).draft
    assert draft
    assert draft.document
    assert (draft.given.added_by, draft.document.source.added_by) == (ADA, ADA)
    assert await shop.drafts.forget(ADA) == 4, "the entry, the source, her draft and the refresh"
    assert holding(shop.folder) == []
    after = await shop.drafts.draft(draft.id, HERE)
    assert after.document
    assert (after.given.added_by, after.document.source.added_by) == (None, None)
    assert after.document.text == draft.document.text
    await shop.drafts.edit(draft.id, HERE, Edits(publisher="Harbour Post"))
    await shop.drafts.confirm(draft.id, HERE, actor=BEN)
    assert "eleven" in (await shop.library.document(source, HERE)).text
    assert holding(shop.folder) == []


async def test_who_added_a_near_copy_is_forgotten_in_the_preview_of_another(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        source = await added(shop, pasted(STORY))
        item = pasted(f'{STORY}\n\nThe id {ADA.replace("9", "8")} and "added_by" are words here.')
        draft = await shop.drafts.propose(item, Given(space=HERE, added_by=BEN), who=BEN)
        assert [(near.source.id, near.source.added_by) for near in draft.near] == [(source, ADA)]
        assert await shop.drafts.forget(ADA) == 4
        assert holding(shop.folder) == []
        after = await shop.drafts.draft(draft.id, HERE)
        assert [(near.source.id, near.source.added_by) for near in after.near] == [(source, None)]
        assert (after.given, after.document) == (draft.given, draft.document)
    assert holding(tmp_path) == []
    async with opened(tmp_path) as shop:
        row = shop.shelf.records.drafts.get(draft.id, HERE)
        assert content_of(row).actor is None
        await shop.drafts.confirm(draft.id, HERE, actor=BEN)


async def test_a_confirmation_in_flight_is_waited_for_and_leaves_no_id(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = held_up(monkeypatch)
    own = await shop.drafts.propose(pasted(STORY), Given(space=HERE, added_by=ADA), who=ADA, channel="9")
    bens = await shop.drafts.propose(pasted(f"{STORY} again"), Given(space=HERE, added_by=BEN), who=BEN)
    confirming = [asyncio.create_task(shop.drafts.confirm(one.id, HERE, actor=ADA)) for one in (own, bens)]
    await begun.wait()
    forgetting = asyncio.create_task(shop.drafts.forget(ADA))
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(*confirming)
    assert await forgetting == 5, "two entries, a source, her draft and the one that she confirmed"
    assert holding(shop.folder) == []
    assert len(await shop.library.sources(HERE)) == 2


async def test_what_is_in_hand_while_somebody_is_forgotten_is_kept_without_their_id(
    shop: Shop, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = site.page("/a.txt", STORY.encode(), Content_Type="text/plain")
    source = await added(shop, Item(link=link))
    site.page("/a.txt", STORY.replace("twelve", "eleven").encode(), Content_Type="text/plain")
    waiting = (await shop.curator.refresh(source, HERE, who=BEN)).draft
    assert waiting
    listing, go_on = threading.Semaphore(0), threading.Event()
    real = Taking.listed

    def slow(taking: Taking, content: Content, space: str) -> Content:
        listing.release()
        assert go_on.wait(60)
        return real(taking, content, space)

    monkeypatch.setattr(Taking, "listed", slow)
    refreshing = asyncio.create_task(shop.curator.refresh(source, HERE, who=BEN))
    editing = asyncio.create_task(shop.drafts.edit(waiting.id, HERE, Edits(role=Role.ARTICLE)))
    for _ in range(2):
        assert await asyncio.to_thread(listing.acquire, timeout=60)
    await shop.drafts.forget(ADA)
    go_on.set()
    again, edited = (await refreshing).draft, await editing
    for draft in (again, edited):
        assert draft
        kept = await shop.drafts.draft(draft.id, HERE)
        assert kept.document
        assert (kept.given.added_by, kept.document.source.added_by) == (None, None)
        assert "eleven" in kept.document.text
    assert holding(shop.folder) == []
