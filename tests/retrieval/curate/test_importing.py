"""An import is a job: kept before it begins, finished by the next start, told, and gone; nobody's draft meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from pathlib import Path

import pytest

from retrieval.curate.types import Edits, Export, Stage
from retrieval.errors import Malformed, NotFound, Refused
from retrieval.ingest.intake import Given, Intake
from retrieval.ingest.unpacking import Sources
from tests.retrieval.curate.shop import HERE, STORY, THERE, Axe, Killed, Shop, held_up, opened, pasted

PERSON = "918273645546372819"
"""As long as Discord's ids: a short one also turns up by chance."""
WRITES = range(1, 8)
"""More than an import of two sources makes, so that the last of them kills nothing."""


@pytest.fixture
async def export(shop: Shop) -> Export:
    """Two sources of another server."""
    for title in ("The first", "The second"):
        await shop.add(f"{STORY} {title}", THERE, title=title)
    return await shop.curator.export(THERE, actor="x")


async def begin(shop: Shop, export: Export) -> str:
    return await shop.drafts.begin_import(HERE, export.name, export.data, who=PERSON, channel="9")


async def titles(shop: Shop) -> list[str]:
    return sorted(source.title for source in await shop.library.sources(HERE))


def stages(shop: Shop) -> list[str]:
    return [row.stage for row in shop.shelf.records.drafts.at(list(Stage)) if row.space == HERE]


def naming(folder: Path) -> list[str]:
    """The files that hold the person's id."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if PERSON.encode() in path.read_bytes()]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", WRITES)
async def test_whatever_write_a_kill_comes_at_it_is_done_once_and_told(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, after: bool
) -> None:
    kept = heard = False
    async with opened(tmp_path / "inland") as shop:
        axe = Axe(monkeypatch, at, after=after)
        with contextlib.suppress(Killed):
            job = await begin(shop, export)
            kept = True
            await shop.drafts.finish_import(job, HERE)
            heard = True
            await shop.drafts.told([job])
        axe.armed = False
        assert at < WRITES[-1] or not axe.fallen, "it takes more writes than are killed here"
    async with opened(tmp_path / "inland") as shop:
        await asyncio.to_thread(shop.shelf.reconcile)
        told = await shop.drafts.resume()
        assert {draft.stage for draft in told} <= {Stage.IMPORTED}
        if kept:
            assert await titles(shop) == ["The first", "The second"]
            assert heard or [draft.channel for draft in told] == ["9"]
            assert [entry.who for entry in await shop.curator.log(HERE)] == [PERSON] * 2
        assert shop.shelf.records.drafts.at([Stage.IMPORTING]) == []
        await shop.drafts.told([draft.id for draft in told])
        assert stages(shop) == []
        assert await shop.drafts.resume() == []


async def test_one_that_stops_the_bot_each_time_is_given_up(
    export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Intake, "sources", _dying)
        async with opened(tmp_path / "inland") as shop:
            job = await begin(shop, export)
            with pytest.raises(Killed):
                await shop.drafts.finish_import(job, HERE)
        for _ in range(2):
            async with opened(tmp_path / "inland") as shop:
                with pytest.raises(Killed):
                    await shop.drafts.resume()
    async with opened(tmp_path / "inland") as shop:
        (draft,) = await shop.drafts.resume()
        assert draft.stage is Stage.FAILED
        assert draft.why
        assert "stopped each time" in draft.why
        await shop.drafts.told([draft.id])
        assert stages(shop) == []


async def test_what_cannot_be_read_fails_with_its_sentence_and_is_gone_once_it_was_told(tmp_path: Path) -> None:
    async with opened(tmp_path) as shop:
        job = await shop.drafts.begin_import(HERE, "a.md", b"---\nid: X\n---\n", who=PERSON, channel="9")
        with pytest.raises(Malformed) as caught:
            await shop.drafts.finish_import(job, HERE)
    async with opened(tmp_path) as shop:
        (draft,) = await shop.drafts.resume()
        assert (draft.stage, draft.why) == (Stage.FAILED, str(caught.value))
        await shop.drafts.told([job])
        assert stages(shop) == []


async def test_a_job_is_no_draft_and_does_not_expire_while_it_runs(shop: Shop, export: Export) -> None:
    job = await begin(shop, export)
    waiting = await shop.drafts.waiting(HERE, PERSON)
    assert (waiting.drafts, waiting.more) == ((), 0)
    for attempt in (
        shop.drafts.draft(job, HERE),
        shop.drafts.proceed(job, HERE),
        shop.drafts.edit(job, HERE, Edits(title="Mine")),
        shop.drafts.confirm(job, HERE, actor="x"),
        shop.drafts.finish_import(job, THERE),
    ):
        with pytest.raises(NotFound):
            await attempt
    await shop.drafts.discard(job, HERE)
    shop.now += timedelta(days=9)
    assert (await shop.curator.sweep()).drafts == 2, "those of the other server"
    assert stages(shop) == [Stage.IMPORTING]
    assert len(await shop.drafts.finish_import(job, HERE)) == 2


async def test_few_may_be_on_their_way_at_a_time_and_none_takes_a_draft_s_room(
    shop: Shop, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.curate.importing.MOST", 2)
    monkeypatch.setattr("retrieval.curate.room.MOST_OPEN", 2)
    jobs = [await begin(shop, export) for _ in range(2)]
    with pytest.raises(Refused, match="2 files are being imported here already"):
        await begin(shop, export)
    await shop.drafts.propose(pasted(STORY), Given(space=HERE), who=PERSON)
    await shop.drafts.finish_import(jobs[0], HERE)
    await begin(shop, export)


async def test_forgetting_takes_a_job_that_has_not_begun_with_it(export: Export, tmp_path: Path) -> None:
    async with opened(tmp_path / "inland") as shop:
        await begin(shop, export)
    async with opened(tmp_path / "inland") as shop:
        assert await shop.drafts.forget(PERSON) == 1
        assert await shop.drafts.resume() == []
        assert await titles(shop) == []
        assert naming(shop.folder) == []


async def test_forgetting_while_it_is_read_ends_it(shop: Shop, export: Export, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()
    real = Intake.sources

    async def slow(intake: Intake, data: bytes, name: str) -> Sources:
        begun.set()
        await go_on.wait()
        return await real(intake, data, name)

    monkeypatch.setattr(Intake, "sources", slow)
    importing = asyncio.create_task(shop.drafts.finish_import(await begin(shop, export), HERE))
    await begun.wait()
    assert await shop.drafts.forget(PERSON) == 1
    go_on.set()
    with pytest.raises(NotFound):
        await importing
    assert await titles(shop) == []
    assert naming(shop.folder) == []


async def test_forgetting_waits_for_what_is_being_added(
    shop: Shop, export: Export, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = held_up(monkeypatch)
    importing = asyncio.create_task(shop.drafts.finish_import(await begin(shop, export), HERE))
    await begun.wait()
    forgetting = asyncio.create_task(shop.drafts.forget(PERSON))
    await asyncio.sleep(0)
    go_on.set()
    assert len(await importing) == 2
    assert await forgetting == 3, "two entries of the log, and the job"
    assert await titles(shop) == ["The first", "The second"]
    assert naming(shop.folder) == []


async def _dying(*_: object) -> object:
    raise Killed
