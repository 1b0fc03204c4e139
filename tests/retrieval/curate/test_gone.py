"""Removed for good means gone: after a week and a sweep no file of the data directory holds its words or its vectors.

The source has been through everything by then: a page that was fetched twice, a file whose very name tells, edits,
claims, questions, answers, feedback, verdicts, an undo, restarts.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from retrieval.curate.types import Edits, Item
from retrieval.ingest.intake import Given
from retrieval.store import schema
from retrieval.types import Role
from tests.conftest import ROOT
from tests.loopback import Site
from tests.retrieval.curate.shop import ADA, BEN, HERE, STORY, Shop, opened, pasted

CANARY, TELLING = "Xylocanary", "Yodelcanary"
START = f"""
import sys
from pathlib import Path
from retrieval.store.shelf import Shelf
from tests.retrieval.store.making import WordEmbedder
shelf = Shelf.open(Path(sys.argv[1]), WordEmbedder())
shelf.reconcile()
print(len(shelf.records.sources.visible(["{HERE}"])), shelf.state.state.value)
shelf.close()
"""
EIGHT_DAYS = timedelta(days=8)
TEXT = f"{STORY}\nThe {CANARY} was seen on the pier, says the {CANARY} register, because nobody looked for it there.\n"


def _words() -> list[bytes]:
    """How a word may stand in a file; files are searched in lower case."""
    return [word.lower().encode(code) for word in (CANARY, TELLING) for code in ("utf-8", "utf-16-le", "utf-16-be")]


def _vectors(shop: Shop, *sources: str) -> list[bytes]:
    """The bytes of every vector of these sources, of earlier texts too."""
    table = schema.embeddings
    with shop.shelf.records._database.read() as connection:
        rows = connection.execute(table.select().where(table.c.source.in_(sources))).all()
    return [row.vector.lower() for row in rows]


def _holding(folder: Path, needles: list[bytes]) -> set[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 3
    return {path.name for path in files if any(needle in path.read_bytes().lower() for needle in needles)}


async def _life(shop: Shop, site: Site) -> tuple[str, str]:
    """An article from a page and a reference from a file; returns their ids."""
    link = site.page("/told.txt", TEXT.encode(), Content_Type="text/plain")
    draft = await shop.drafts.propose(Item(link=link), Given(Role.ARTICLE, HERE), who=ADA, channel="9")
    await shop.drafts.edit(draft.id, HERE, Edits(title=f"About the {CANARY}", publisher=TELLING))
    article = (await shop.drafts.confirm(draft.id, HERE, actor=ADA)).source.id
    handed = Item(name=f"{TELLING}.txt", data=f"The {CANARY} was never seen.\n\n{STORY}".encode())
    read = await shop.drafts.propose(handed, Given(space=HERE), who=BEN)
    reference = (await shop.drafts.confirm(read.id, HERE, actor=BEN)).source.id
    await shop.drafts.propose(pasted(f"The {CANARY}, once more, {TEXT}"), Given(space=HERE), who=BEN)
    answer = await shop.library.ask(f"Was the {CANARY} seen on the pier?", HERE, article=article)
    declined = await shop.library.ask("Who won the football cup?", HERE, article=article)
    assert declined.abstained
    await shop.library.feedback(answer.id, HERE, person=BEN, helpful=False, reason="It is wrong")
    await shop.curator.balance(HERE, article)
    site.page("/told.txt", TEXT.replace("nobody", "everybody").encode(), Content_Type="text/plain")
    refreshed = await shop.curator.refresh(article, HERE, who=ADA)
    assert refreshed.draft
    await shop.drafts.confirm(refreshed.draft.id, HERE, actor=ADA)
    await shop.library.remove(article, HERE, actor=ADA)
    await shop.curator.restore(article, HERE, actor=ADA)
    return article, reference


@pytest.mark.slow
@pytest.mark.parametrize("restarted", [False, True], ids=["in one run", "with restarts"])
async def test_what_was_removed_a_week_ago_is_in_no_file(tmp_path: Path, site: Site, restarted: bool) -> None:
    async with opened(tmp_path, site.fetcher()) as shop:
        shop.shelf.reconcile()
        article, reference = await _life(shop, site)
        await shop.add("Another report\n\nIt has nothing to do with the first one, and it stays where it is.")
        vectors = _vectors(shop, article, reference)
        needles = _words() + vectors
        assert len(vectors) > 3
        assert all(_holding(tmp_path, [needle]) for needle in (*_words()[::3], *vectors)), "a search that finds nothing"
        for source in (article, reference):
            await shop.library.remove(source, HERE, actor=ADA)
        if not restarted:
            await _swept(shop, tmp_path, needles)
    if restarted:
        async with opened(tmp_path, site.fetcher()) as shop:
            shop.shelf.reconcile()
            await _swept(shop, tmp_path, needles)
    assert _holding(tmp_path, needles) == set()
    # A new process, as a restart is one: Chroma lays out files from memory, and this one's has held it all.
    started = [sys.executable, "-c", START, str(tmp_path)]
    done = await asyncio.to_thread(subprocess.run, started, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "ready"]
    assert _holding(tmp_path, needles) == set()


async def _swept(shop: Shop, folder: Path, needles: list[bytes]) -> None:
    shop.now += EIGHT_DAYS
    swept = await shop.curator.sweep()
    assert (swept.sources, swept.drafts) == (2, 5)
    assert _holding(folder, needles) == set()
