"""From a link to an answerable source: how fast, and where the time goes. A real site on loopback, the real reader.

Many links in one command are read while others are embedded, so there the steps overlap; what stands beside the
embedder is then by how much the whole takes longer than the embedder alone takes for the same passages, right after.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from bot.composition import House, open_house
from bot.settings import Settings
from retrieval.curate import drafts as journey
from retrieval.curate.together import Added, ReadAhead, add_together
from retrieval.curate.types import Item
from retrieval.curate.understand import understood
from retrieval.ingest import intake
from retrieval.ingest.intake import Given
from retrieval.ingest.text import from_extract
from retrieval.store.embedding import in_context
from tests.benchmarks import material
from tests.benchmarks.tables import table
from tests.loopback import Site

PAGES, PAGE_WORDS = 20, 1_000
PDFS, PDF_WORDS = 10, 2_000
MANY_PAGES, MANY_PDFS, ROUNDS = 64, 32, (1_000, 2_000, 3_000, 4_000, 5_000)
LONG = 5_000
SPACE = "1"


@dataclass
class Clock:
    """Seconds by what was done, and passages."""

    seconds: dict[str, float] = field(default_factory=dict)
    whole: float = 0.0
    passages: int = 0

    def add(self, what: str, seconds: float) -> None:
        """Count some seconds in."""
        self.seconds[what] = self.seconds.get(what, 0.0) + seconds

    def of(self, what: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """``work``, its seconds counted."""

        def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return work(*given, **named)
            finally:
                self.add(what, time.perf_counter() - began)

        return timed

    def awaited(self, what: str, work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """The same for a coroutine function."""

        async def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return await work(*given, **named)
            finally:
                self.add(what, time.perf_counter() - began)

        return timed


class Counted:
    """An open house whose steps are timed."""

    def __init__(self, house: House) -> None:
        self.house, self.clock = house, Clock()
        self._drafts: Any = house.desk.drafts
        self._embedder: Any = house.library._shelf.meaning.own.embedder

    @contextmanager
    def _timed(self) -> Any:
        clock, taker = self.clock, self._drafts._intake
        fetcher, reader, embedder = taker._fetcher, taker._reader, self._embedder
        with (
            mock.patch.object(fetcher, "fetch", clock.awaited("fetch", fetcher.fetch)),
            mock.patch.object(reader, "read", clock.awaited("read", reader.read)),
            mock.patch.object(embedder, "embed_passages", clock.of("embed", embedder.embed_passages)),
            mock.patch.object(intake, "from_extract", clock.of("chunk", from_extract)),
            mock.patch.object(journey, "understood", clock.of("compare", understood)),
        ):
            yield

    async def add(self, link: str) -> float:
        """Propose and confirm; returns the seconds of confirming."""
        began = time.perf_counter()
        with self._timed():
            draft = await self.house.desk.drafts.propose(Item(link=link), Given(space=SPACE), who="benchmark")
            confirming = time.perf_counter()
            change = await self.house.desk.drafts.confirm(draft.id, SPACE, actor="benchmark")
        ended = time.perf_counter()
        self.clock.whole += ended - began
        self.clock.passages += change.passages
        return ended - confirming

    def fresh(self) -> Clock:
        """The clock so far; a new one from here on."""
        done, self.clock = self.clock, Clock()
        return done


@dataclass(frozen=True)
class Together:
    """Many sources in one command: how many, their passages, and seconds of the whole and of the embedder alone."""

    sources: int
    passages: int
    whole: float
    embedder: float


async def add_all(house: House, links: Sequence[str]) -> Together:
    """As `rejoinder source add LINK... --yes` does."""
    taker: Any = house.desk.drafts
    added: list[Added] = []
    began = time.perf_counter()
    async with ReadAhead(links, partial(taker._intake.take, given=Given(space=SPACE)), house.library.prepare) as ahead:
        while read := await ahead.next():
            added += await add_together(house.library, read, actor="benchmark")
    whole = time.perf_counter() - began
    documents = [one.read.taken.document for one in added if one.read.taken and one.change]
    texts = [[in_context(one.source, passage) for passage in one.passages] for one in documents]
    embedder: Any = house.library._shelf.meaning.own.embedder
    began = time.perf_counter()
    for of_one in texts:
        embedder.embed_passages(of_one)
    return Together(len(documents), sum(map(len, texts)), whole, time.perf_counter() - began)


async def measure(data: Path) -> tuple[Clock, Clock, list[Together], list[Together], float, int]:
    """Pages and PDFs one by one, then rounds of many of each, and the seconds of confirming a long page's passages."""
    async with AsyncExitStack() as opened:
        site = Site()
        await site.server.start_server()
        opened.push_async_callback(site.server.close)
        settings = Settings(_env_file=None, REJOINDER_DATA=data)
        house = await opened.enter_async_context(open_house(settings, fetcher=site.fetcher(60)))
        await house.library.reconcile()
        counted = Counted(house)
        await counted.add(site.page("/warm", material.page(300, 999)))  # the reader's child starts, the models load
        counted.fresh()
        for number in range(PAGES):
            await counted.add(site.page(f"/{number}", material.page(PAGE_WORDS, number)))
        pages = counted.fresh()
        for number in range(PDFS):
            body = material.pdf(PDF_WORDS, 100 + number)
            await counted.add(site.page(f"/{number}.pdf", body, Content_Type="application/pdf"))
        pdfs = counted.fresh()
        many = [await add_all(house, _pages(site, first)) for first in ROUNDS]
        papers = [await add_all(house, _papers(site, first)) for first in ROUNDS]
        seconds = await counted.add(site.page("/long", material.page(LONG, 500)))
        return pages, pdfs, many, papers, seconds, counted.clock.passages


def report() -> str:
    """Speed, shares, and the long page."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        pages, pdfs, many, papers, seconds, passages = asyncio.run(measure(Path(folder)))
    kinds = [(f"{PAGES} pages of {PAGE_WORDS:,} words", PAGES, pages)]
    kinds.append((f"{PDFS} PDFs of {PDF_WORDS:,} words", PDFS, pdfs))
    steps = ("fetch", "read", "chunk", "compare", "embed")
    rows = [
        (
            name,
            number / clock.whole,
            clock.passages / clock.whole,
            *(_share(clock.seconds.get(step, 0.0), clock) for step in steps),
            _share(clock.whole - sum(clock.seconds.values()), clock),
            f"{(clock.whole - clock.seconds['embed']) / clock.seconds['embed']:.0%}",
        )
        for name, number, clock in kinds
    ]
    header = (
        "proposed and confirmed one by one",
        "a second",
        "passages a second",
        *steps,
        "store and the rest",
        "beside the embedder",
    )
    together = table(
        (
            f"added in one command, {len(ROUNDS)} rounds",
            "a second",
            "passages a second",
            "beside the embedder",
            "rounds",
        ),
        [
            _rounds(f"{MANY_PAGES} pages of {PAGE_WORDS:,} words", many),
            _rounds(f"{MANY_PDFS} PDFs of {PDF_WORDS:,} words", papers),
        ],
    )
    answerable = table(
        ("a page of 5,000 words", "measured", "asked for"),
        [(f"answerable after confirming (s), {passages} passages", seconds, "≤ 5")],
    )
    return f"{table(header, rows)}\n\n{together}\n\n{answerable}"


def _pages(site: Site, first: int) -> list[str]:
    return [site.page(f"/{one}", material.page(PAGE_WORDS, one)) for one in range(first, first + MANY_PAGES)]


def _papers(site: Site, first: int) -> list[str]:
    numbers = range(first + MANY_PAGES, first + MANY_PAGES + MANY_PDFS)
    kind = "application/pdf"
    return [site.page(f"/{one}.pdf", material.pdf(PDF_WORDS, one), Content_Type=kind) for one in numbers]


def _rounds(name: str, rounds: Sequence[Together]) -> tuple[object, ...]:
    """All rounds together, and the span of what counts."""
    whole, beside = sum(one.whole for one in rounds), [one.whole / one.embedder - 1 for one in rounds]
    return (
        name,
        sum(one.sources for one in rounds) / whole,
        sum(one.passages for one in rounds) / whole,
        f"{whole / sum(one.embedder for one in rounds) - 1:.0%}",
        f"{min(beside):.0%} to {max(beside):.0%}",
    )


def _share(seconds: float, clock: Clock) -> str:
    return f"{seconds / clock.whole:.1%}"
