"""From a link to an answerable source: how fast, and where the time goes. A real site on loopback, the real reader.

What is read is embedded while it is looked at, or while others are stored, so the steps overlap. What stands beside
the embedder is by how much the whole takes longer than the embedder alone takes for the same passages, right after.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from bot.composition import House, open_house
from bot.settings import Settings
from retrieval.curate import taking
from retrieval.curate.together import Added, ReadAhead, add_together
from retrieval.curate.types import Item
from retrieval.curate.understand import understood
from retrieval.ingest import intake
from retrieval.ingest.intake import Given, Taken
from retrieval.ingest.text import from_extract
from retrieval.store.dense import Dense
from retrieval.store.embedding import in_context
from retrieval.types import Document
from tests.benchmarks import material
from tests.benchmarks.tables import table
from tests.loopback import Site

PAGES, PAGE_WORDS = 20, 1_000
PDFS, PDF_WORDS = 10, 2_000
MANY_PAGES, MANY_PDFS, ROUNDS = 64, 32, tuple(range(1_000, 8_000, 1_000))
LONG = 5_000
SPACE = "1"
STEPS = ("fetch", "read", "chunk", "compare", "journey", "keep", "index")
"""Journey: a draft's stages are kept. Keep: the document is. Index: it is made current and searchable."""


class Clock:
    """Seconds by what was done."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)

    def of(self, what: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """``work``, its seconds counted."""

        def timed(*given: Any, **named: Any) -> Any:
            with self._counting(what):
                return work(*given, **named)

        return timed

    def awaited(self, what: str, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """The same for a coroutine function."""

        async def timed(*given: Any, **named: Any) -> Any:
            with self._counting(what):
                return await work(*given, **named)

        return timed

    @contextmanager
    def _counting(self, what: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[what] += time.perf_counter() - began


@dataclass(frozen=True)
class Round:
    """Some sources: how many, their passages, and seconds of the whole and of the embedder alone for the same."""

    sources: int
    passages: int
    whole: float
    embedder: float


class Adding:
    """An open house to which sources are added, one by one or many at once."""

    def __init__(self, house: House) -> None:
        self.house, self.clock = house, Clock()
        desk: Any = house.desk
        self._intake = desk.drafts._taking._intake
        self._embedder: Any = house.library._shelf.meaning.own.embedder

    @contextmanager
    def _timed(self) -> Iterator[None]:
        clock, taker, records = self.clock, self._intake, self.house.library._shelf.records
        fetcher, reader, rows, sources = taker._fetcher, taker._reader, records.drafts, records.sources
        with (
            mock.patch.object(fetcher, "fetch", clock.awaited("fetch", fetcher.fetch)),
            mock.patch.object(reader, "read", clock.awaited("read", reader.read)),
            mock.patch.object(intake, "from_extract", clock.of("chunk", from_extract)),
            mock.patch.object(taking, "understood", clock.of("compare", understood)),
            mock.patch.object(type(rows), "move", clock.of("journey", type(rows).move)),
            mock.patch.object(sources, "put", clock.of("keep", sources.put)),
            mock.patch.object(sources, "settle", clock.of("index", sources.settle)),
            mock.patch.object(Dense, "sync", clock.of("index", Dense.sync)),
        ):
            yield

    async def one(self, link: str) -> tuple[Document, float]:
        """Propose and confirm; what was added, and the seconds of confirming."""
        draft = await self.house.desk.drafts.propose(Item(link=link), Given(space=SPACE), who="benchmark")
        confirming = time.perf_counter()
        await self.house.desk.drafts.confirm(draft.id, SPACE, actor="benchmark")
        seconds = time.perf_counter() - confirming
        assert draft.document
        return draft.document, seconds

    async def one_by_one(self, links: Sequence[str]) -> Round:
        """As a moderator does who confirms each at once."""
        began = time.perf_counter()
        with self._timed():
            documents = [(await self.one(link))[0] for link in links]
        return self._round(documents, time.perf_counter() - began)

    async def together(self, links: Sequence[str]) -> Round:
        """As `rejoinder source add LINK... --yes` does."""
        library, given = self.house.library, Given(space=SPACE)

        async def take(link: str) -> Taken:
            return await self.house.understanding.of(await self._intake.take(link, given), given)

        added: list[Added] = []
        began = time.perf_counter()
        async with ReadAhead(links, take, library.prepare) as ahead:
            while read := await ahead.next():
                added += await add_together(library, read, actor="benchmark")
        whole = time.perf_counter() - began
        return self._round([one.read.taken.document for one in added if one.read.taken and one.change], whole)

    def _round(self, documents: Sequence[Document], whole: float) -> Round:
        texts = [[in_context(one.source, passage) for passage in one.passages] for one in documents]
        began = time.perf_counter()
        for of_one in texts:
            self._embedder.embed_passages(of_one)
        return Round(len(documents), sum(map(len, texts)), whole, time.perf_counter() - began)


@dataclass
class Measured:
    """Rounds of each kind, the seconds of their steps where they come one by one, and the long page's."""

    pages: list[Round]
    page_steps: Clock
    papers: list[Round]
    paper_steps: Clock
    many_pages: list[Round]
    many_papers: list[Round]
    long: tuple[Document, float]


async def measure(data: Path) -> Measured:
    """Rounds of pages and PDFs one by one, then of many of each, and a long page."""
    async with AsyncExitStack() as opened:
        site = Site()
        await site.server.start_server()
        opened.push_async_callback(site.server.close)
        settings = Settings(_env_file=None, REJOINDER_DATA=data)
        house = await opened.enter_async_context(open_house(settings, fetcher=site.fetcher(60)))
        await house.library.reconcile()
        adding = Adding(house)
        await adding.one(site.page("/warm", material.page(300, 999)))  # the reader's child starts, the models load
        pages = [await adding.one_by_one(_pages(site, 10_000 + first, PAGES)) for first in ROUNDS]
        page_steps, adding.clock = adding.clock, Clock()
        papers = [await adding.one_by_one(_papers(site, 10_000 + first, PDFS)) for first in ROUNDS]
        return Measured(
            pages,
            page_steps,
            papers,
            adding.clock,
            [await adding.together(_pages(site, first, MANY_PAGES)) for first in ROUNDS],
            [await adding.together(_papers(site, first, MANY_PDFS)) for first in ROUNDS],
            await adding.one(site.page("/long", material.page(LONG, 500))),
        )


def report() -> str:
    """Speed, where the time goes, and the long page."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        seen = asyncio.run(measure(Path(folder)))
    page, paper = f"{PAGE_WORDS:,} words", f"{PDF_WORDS:,} words"
    speed = table(
        (f"{len(ROUNDS)} rounds of", "a second", "passages a second", "everything beside the embedder", "rounds"),
        [
            _rounds(f"{MANY_PAGES} pages of {page}, in one command", seen.many_pages),
            _rounds(f"{MANY_PDFS} PDFs of {paper}, in one command", seen.many_papers),
            _rounds(f"{PAGES} pages of {page}, proposed and confirmed one by one", seen.pages),
            _rounds(f"{PDFS} PDFs of {paper}, proposed and confirmed one by one", seen.papers),
        ],
    )
    steps = table(
        ("ms a source, one by one (most overlap)", *STEPS, "embedder alone", "whole"),
        [
            _steps(f"page of {page}", seen.pages, seen.page_steps),
            _steps(f"PDF of {paper}", seen.papers, seen.paper_steps),
        ],
    )
    document, seconds = seen.long
    answerable = table(
        ("a page of 5,000 words", "measured", "asked for"),
        [(f"answerable after confirming (s), {len(document.passages)} passages", seconds, "≤ 5")],
    )
    return f"{speed}\n\n{steps}\n\n{answerable}"


def _pages(site: Site, first: int, count: int) -> list[str]:
    return [site.page(f"/{one}", material.page(PAGE_WORDS, one)) for one in range(first, first + count)]


def _papers(site: Site, first: int, count: int) -> list[str]:
    numbers = range(first + MANY_PAGES, first + MANY_PAGES + count)
    kind = "application/pdf"
    return [site.page(f"/{one}.pdf", material.pdf(PDF_WORDS, one), Content_Type=kind) for one in numbers]


def _rounds(name: str, rounds: Sequence[Round]) -> tuple[object, ...]:
    """All rounds together, and the span of what counts."""
    whole, beside = sum(one.whole for one in rounds), [one.whole / one.embedder - 1 for one in rounds]
    return (
        name,
        sum(one.sources for one in rounds) / whole,
        sum(one.passages for one in rounds) / whole,
        f"{whole / sum(one.embedder for one in rounds) - 1:.0%}",
        f"{min(beside):.0%} to {max(beside):.0%}",
    )


def _steps(name: str, rounds: Sequence[Round], clock: Clock) -> tuple[object, ...]:
    sources = sum(one.sources for one in rounds)
    whole, embedder = sum(one.whole for one in rounds), sum(one.embedder for one in rounds)
    seconds = (*(clock.seconds[step] for step in STEPS), embedder, whole)
    return (name, *(f"{1000 * one / sources:.1f}" for one in seconds))
