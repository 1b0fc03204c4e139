"""What moderators do with sources that are there, and that none of it reaches into another space."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from retrieval.curate.types import Difference, Edits, Item, Rules, Stage
from retrieval.errors import BadInput, NotFound
from retrieval.ingest.intake import Given
from retrieval.store.versions import ChangeKind
from retrieval.types import SHARED, Answer, Citation, Locator, Role, Stance
from tests.loopback import Site
from tests.retrieval.curate.shop import ADA, BEN, HERE, STORY, THERE, Axe, Killed, Shop, opened, pasted

DAY = timedelta(days=1)
CANARY = "Xylocanary"


async def test_a_removed_source_can_be_restored_for_seven_days(shop: Shop) -> None:
    source = await shop.add()
    await shop.library.remove(source, HERE, actor=ADA)
    (removed,) = await shop.curator.removed(HERE)
    assert (removed.source.id, removed.until > removed.at) == (source, True)
    shop.now += 6 * DAY
    restored = await shop.curator.restore(source, HERE, actor=BEN)
    assert restored.id == source
    assert shop.shelf.lexical("lifeboats", (HERE,))
    assert [entry.what for entry in await shop.curator.log(HERE)] == ["restored", "removed", "added"]
    await shop.library.remove(source, HERE, actor=ADA)
    shop.now += 8 * DAY
    assert await shop.curator.removed(HERE) == []
    with pytest.raises(NotFound, match="seven days"):
        await shop.curator.restore(source, HERE, actor=ADA)


async def test_a_sweep_erases_what_was_removed_a_week_ago_from_every_file(shop: Shop) -> None:
    source = await shop.add(f"{STORY}\n\nThe {CANARY} was seen on the pier.")
    other = await shop.add("Another report\n\nIt has nothing to do with the first one, and it stays where it is.")
    await shop.library.remove(source, HERE, actor=ADA)
    assert (await shop.curator.sweep()).sources == 0
    shop.now += 8 * DAY
    swept = await shop.curator.sweep()
    assert (swept.sources, swept.drafts) == (1, 2)
    assert _holding(shop.folder, CANARY) == []
    assert [one.id for one in await shop.library.sources(HERE)] == [other]
    assert [entry.what for entry in await shop.curator.log(HERE)][:2] == ["erased", "removed"]


async def test_a_sweep_forgets_drafts_a_day_old_but_not_those_being_added(shop: Shop) -> None:
    old = await shop.drafts.propose(pasted(f"{STORY}\n\nThe {CANARY} was seen."), Given(space=HERE), who=ADA)
    held = await shop.drafts.propose(pasted("Another text\n\nIt is being added."), Given(space=HERE), who=ADA)
    row = shop.shelf.records.drafts.get(held.id, HERE)
    shop.shelf.records.drafts.move(held.id, HERE, [Stage.AWAITING], Stage.KEEPING, row.body)
    assert _holding(shop.folder, CANARY)
    shop.now += 2 * DAY
    assert (await shop.curator.sweep()).drafts == 1
    with pytest.raises(NotFound):
        await shop.drafts.draft(old.id, HERE)
    assert (await shop.drafts.draft(held.id, HERE)).stage is Stage.KEEPING
    assert _holding(shop.folder, CANARY) == []


async def test_a_sweep_ends_the_log_after_a_year_and_leaves_each_space_its_newest_entry(shop: Shop) -> None:
    await shop.add()
    await shop.curator.set_rules(HERE, Rules(channel="815"), actor=BEN)
    shop.now += 364 * DAY
    await shop.curator.sweep()
    assert len(told := await shop.curator.log(HERE)) == 2
    shop.now += 2 * DAY
    await shop.curator.sweep()
    assert await shop.curator.log(HERE) == told[:1]
    await shop.curator.set_rules(HERE, Rules(channel="816"), actor=BEN)
    assert [entry.key > told[0].key for entry in await shop.curator.log(HERE)] == [True, False]


async def test_refreshing_shows_what_changed_and_earlier_answers_keep_their_quote(shop: Shop, site: Site) -> None:
    link = site.page("/a.txt", STORY.encode(), Content_Type="text/plain")
    draft = await shop.drafts.propose(Item(link=link), Given(Role.ARTICLE, HERE), who=ADA)
    await shop.drafts.edit(draft.id, HERE, Edits(title="Our title", publisher="Harbour Post"))
    source = (await shop.drafts.confirm(draft.id, HERE, actor=ADA)).source.id
    answer = await _answer(shop, source)
    assert (await shop.curator.refresh(source, HERE, who=BEN)).draft is None

    site.page("/a.txt", STORY.replace("twelve", "eleven").encode() + b"\n\nA new end.", Content_Type="text/plain")
    refreshed = await shop.curator.refresh(source, HERE, who=BEN, channel="9")
    assert refreshed.draft
    assert refreshed.draft.replaces == refreshed.draft.source == source
    assert len(refreshed.changes) == 2
    before, after = refreshed.changes[0].before or "", refreshed.changes[0].after or ""
    assert before.replace("twelve", "eleven") == after
    assert refreshed.changes[1] == Difference(None, "A new end.")
    change = await shop.drafts.confirm(refreshed.draft.id, HERE, actor=BEN)
    assert (change.kind, change.source.title, change.source.publisher) == (
        ChangeKind.CHANGED,
        "Our title",
        "Harbour Post",
    )
    assert "eleven" in (await shop.library.document(source, HERE)).text
    context = await shop.library.context(answer.id, "A1", HERE)
    assert "twelve" in context.passage.text


async def test_a_refreshed_article_keeps_its_record_and_the_places_of_its_claims(shop: Shop, site: Site) -> None:
    link = site.page("/a.txt", STORY.encode(), Content_Type="text/plain")
    draft = await shop.drafts.propose(Item(link=link), Given(Role.ARTICLE, HERE), who=ADA)
    kept = (await shop.drafts.confirm(draft.id, HERE, actor=ADA)).source
    current = await shop.library.document(kept.id, HERE)
    places = tuple(one.id for one in current.passages[:2])
    merged = replace(current.claims[0], text="Quite other words.", passages=places)
    source = replace(current.source, kind="court record", quality="interested party", date_note="undated", author=None)
    await shop.library.add([replace(current, source=source, claims=(merged,))], actor=ADA)

    site.page("/a.txt", STORY.replace("forty witnesses", "fifty witnesses").encode(), Content_Type="text/plain")
    refreshed = await shop.curator.refresh(kept.id, HERE, who=BEN)
    assert refreshed.draft
    assert refreshed.draft.hints == ()
    await shop.drafts.confirm(refreshed.draft.id, HERE, actor=BEN)
    new = await shop.library.document(kept.id, HERE)
    assert "fifty" in new.text
    assert new.source == source
    [claim] = new.claims
    assert claim.text == "Quite other words."
    assert claim.passages == tuple(one.id for one in new.passages[:2])


async def _answer(shop: Shop, source: str) -> Answer:
    document = await shop.library.document(source, HERE)
    passage = next(one for one in document.passages if "twelve" in one.text)
    start = passage.text.index("twelve")
    citation = Citation(
        "A1",
        document.source,
        passage.id,
        "twelve",
        passage.start + start,
        passage.start + start + 6,
        Locator(None, 1),
        1.0,
        Stance.NEUTRAL,
        1.0,
    )
    answer = Answer("answer", "How many lifeboats?", None, document.source, said=(citation,))
    await asyncio.to_thread(shop.shelf.records.answers.keep, answer, HERE)
    return answer


async def test_what_has_no_page_of_its_own_is_not_refreshed(shop: Shop) -> None:
    note = b"---\nid: N1\nrole: reference\ntitle: T\nurl: https://a.example\n---\n\n- The ferry sank.\n"
    draft = await shop.drafts.propose(Item(name="n.md", data=note), Given(space=HERE), who=ADA)
    source = (await shop.drafts.confirm(draft.id, HERE, actor=ADA)).source.id
    with pytest.raises(BadInput, match="notes"):
        await shop.curator.refresh(source, HERE, who=ADA)
    with pytest.raises(BadInput, match="no link"):
        await shop.curator.refresh(await shop.add(), HERE, who=ADA)


async def test_rules_are_kept_for_each_space_and_logged_once(tmp_path: Path) -> None:
    rules = Rules(curators="55", channel="66")
    async with opened(tmp_path) as shop:
        assert await shop.curator.rules(HERE) == Rules()
        for _ in range(2):
            await shop.curator.set_rules(HERE, rules, actor=ADA)
    async with opened(tmp_path) as shop:
        assert await shop.curator.rules(HERE) == rules
        assert await shop.curator.rules(THERE) == Rules()
        said = [entry.what for entry in await shop.curator.log(HERE)]
        assert said == ["set the log channel", "set the curators' role"]
        await shop.curator.set_rules(HERE, Rules(channel="67"), actor=ADA)
        assert await shop.curator.rules(HERE) == Rules(channel="67")
        await shop.curator.set_rules(HERE, Rules(), actor=BEN)
        assert await shop.curator.rules(HERE) == Rules()
        new = [(entry.who, entry.what) for entry in await shop.curator.log(HERE, limit=3)]
    assert new == [(BEN, "cleared the log channel"), (ADA, "set the log channel"), (ADA, "cleared the curators' role")]


@pytest.mark.parametrize("after", [False, True])
async def test_a_kill_leaves_a_rule_and_its_entry_or_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: bool
) -> None:
    rules = Rules(curators="55", channel="66")
    shop = Shop(tmp_path)
    axe = Axe(monkeypatch, 1, after=after)
    with pytest.raises(Killed):
        await shop.curator.set_rules(HERE, rules, actor=ADA)
    axe.armed = False
    await shop.close()
    async with opened(tmp_path) as shop:
        assert await shop.curator.rules(HERE) == (rules if after else Rules())
        assert len(await shop.curator.log(HERE)) == (2 if after else 0)


async def test_the_log_is_read_page_by_page_and_names_what_is_still_there(shop: Shop) -> None:
    source = await shop.add(title="The report")
    for _ in range(3):
        await shop.library.remove(source, HERE, actor=ADA)
        await shop.curator.restore(source, HERE, actor=BEN)
    pages, before = [], None
    while page := await shop.curator.log(HERE, before=before, limit=3):
        pages.append(page)
        before = page[-1].key
    assert [len(page) for page in pages] == [3, 3, 1]
    assert {entry.title for page in pages for entry in page} == {"The report"}
    assert [entry.what for entry in pages[-1]] == ["added"]
    assert await shop.curator.log(THERE) == []


async def test_nothing_reaches_into_another_space(shop: Shop) -> None:
    source = await shop.add(f"{STORY}\n\n{CANARY}", url="https://a.example", title=CANARY)
    for attempt in (
        shop.curator.refresh(source, THERE, who=BEN),
        shop.curator.export(THERE, [source], actor=BEN),
        shop.curator.export(THERE, actor=BEN),
        shop.curator.balance(THERE, source),
    ):
        with pytest.raises(NotFound) as caught:
            await attempt
        assert CANARY not in str(caught.value)
    await shop.library.remove(source, HERE, actor=ADA)
    assert await shop.curator.removed(THERE) == []
    with pytest.raises(NotFound):
        await shop.curator.restore(source, THERE, actor=BEN)
    assert await shop.curator.log(THERE) == []


async def test_a_person_is_forgotten_in_every_file(shop: Shop) -> None:
    person = "918273645546372819"
    given = Given(Role.ARTICLE, HERE, added_by=person)
    waiting = await shop.drafts.propose(pasted("Another text\n\nIt waits."), given, who=person)
    draft = await shop.drafts.propose(pasted(STORY), given, who=person)
    source = (await shop.drafts.confirm(draft.id, HERE, actor=person)).source
    assert source.added_by == person
    answer = await _answer(shop, source.id)
    await shop.library.remove(source.id, HERE, actor=person)
    await shop.curator.restore(source.id, HERE, actor=ADA)
    assert _holding(shop.folder, person)
    assert await shop.drafts.forget(person) == 6
    assert _holding(shop.folder, person) == []
    assert await shop.drafts.forget(person) == 0
    with pytest.raises(NotFound):
        await shop.drafts.draft(waiting.id, HERE)
    assert (await shop.library.answer(answer.id, HERE)).article
    assert [entry.what for entry in await shop.curator.log(HERE)] == ["restored", "removed", "added"]
    assert not shop.shelf.records.purge_due


async def test_the_shared_space_is_its_operator_s(shop: Shop) -> None:
    await shop.add(space=SHARED, title="For all")
    with pytest.raises(NotFound, match="nothing to export"):
        await shop.curator.export(HERE, actor=BEN)
    assert (await shop.curator.export(SHARED, actor=ADA)).sources == 1


def _holding(folder: Path, needle: str) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path.name for path in files if needle.lower().encode() in path.read_bytes().lower()]
