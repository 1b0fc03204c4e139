"""A library with its desk over a tiny embedder, opened and shut as often as a test likes, and killed at any write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from retrieval.answer.flow import Answerer
from retrieval.curate.balance import Weigher
from retrieval.curate.drafts import Drafts
from retrieval.curate.shelving import Curator
from retrieval.curate.types import Item
from retrieval.ingest.extract import Extract
from retrieval.ingest.fetch import Fetcher
from retrieval.ingest.intake import Given, Intake
from retrieval.ingest.read import read
from retrieval.ingest.readers.hint import Hint
from retrieval.ingest.unpacking import Sources, unpacked
from retrieval.ingest.worker import Reader
from retrieval.library import Library
from retrieval.rank.interfaces import Judge
from retrieval.rank.judge import LexicalJudge
from retrieval.store.database import Database
from retrieval.store.dense import Examine
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED, Document, Role
from tests.retrieval.store.making import WordEmbedder

HERE, THERE = "4711", "4712"
ADA, BEN = "100", "200"

STORY = """The harbour report

The ferry sank on 3 March 2014 because the harbour office had paid for no repairs since the flood.

According to Ada Moss, the mayor sold twelve lifeboats to a company in Lisbon before the inquiry began.

The inquiry of the parliament heard forty witnesses, and it said that nobody had checked the hull for nine years.
"""


class HereReader(Reader):
    """Reads with the real readers in a thread: what a child process adds has its own tests."""

    async def read(self, data: bytes, hint: Hint | None = None) -> Extract:
        return await asyncio.to_thread(read, data, hint)

    async def sources(self, data: bytes, name: str) -> Sources:
        return await asyncio.to_thread(unpacked, name, data)


def read_document(text: str, name: str, *, role: Role, space: str = SHARED) -> Document:
    """The document that a text file becomes when it is handed in."""
    taking = Intake(Fetcher(), HereReader()).take_file(text.encode(), Hint(name=name), Given(role, space))
    return asyncio.run(taking).document


def _taken_as_sound(*_: object) -> None:
    """An index is not tried in a child process first: that takes a second, and has its own tests."""


class Shop:
    """Everything open, over one folder."""

    def __init__(
        self,
        folder: Path,
        fetcher: Fetcher | None = None,
        judge: Judge | None = None,
        examine: Examine = _taken_as_sound,
    ) -> None:
        self.folder, self.embedder, self.judge = folder, WordEmbedder(), judge or LexicalJudge()
        self.now = datetime.now(UTC)
        """What the desk's clock tells."""
        thresholds = LexicalJudge.thresholds
        self.shelf = Shelf.open(folder, self.embedder, examine=examine)
        self.reader = HereReader()
        answerer = Answerer(self.shelf, self.embedder, self.judge, thresholds, known_word=lambda _: True)
        self.library = Library(self.shelf, answerer)
        self.drafts = Drafts(self.library, self.shelf, Intake(fetcher or Fetcher(), self.reader))
        weigher = Weigher(self.shelf, self.embedder, self.judge, thresholds)
        self.curator = Curator(self.library, self.shelf, self.drafts, weigher, clock=lambda: self.now)

    async def close(self) -> None:
        await self.library.close()

    async def add(self, text: str = STORY, space: str = HERE, role: Role = Role.REFERENCE, **given: str) -> str:
        """Propose and confirm some text; returns the id of the source."""
        proposed = await self.drafts.propose(pasted(text), Given(role, space, **given), who=ADA)
        return (await self.drafts.confirm(proposed.id, space, actor=ADA)).source.id


def pasted(text: str) -> Item:
    return Item(data=text.encode())


@asynccontextmanager
async def opened(folder: Path, fetcher: Fetcher | None = None) -> AsyncIterator[Shop]:
    shop = Shop(folder, fetcher)
    try:
        yield shop
    finally:
        await shop.close()


def held_up(monkeypatch: pytest.MonkeyPatch) -> tuple[asyncio.Event, asyncio.Event]:
    """From now on whatever adds to the library says (the first event) that it has begun, and waits for the second."""
    begun, go_on = asyncio.Event(), asyncio.Event()
    real = Library.add

    async def slow(library: Library, *args: object, **more: object) -> object:
        begun.set()
        await go_on.wait()
        return await real(library, *args, **more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(Library, "add", slow)
    return begun, go_on


class Killed(BaseException):
    """The process is no more."""


class Axe:
    """Kills at the given write (counted from 1), before it is made or just after; nothing is written from then on."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int, *, after: bool) -> None:
        self._at, self._after = at, after
        self.writes, self.fallen, self.armed = 0, False, True
        real = Database.write

        def write(database: Database) -> AbstractContextManager[Connection]:
            return self._guarded(real(database))

        patch.setattr(Database, "write", write)

    @contextmanager
    def _guarded(self, real: AbstractContextManager[Connection]) -> Iterator[Connection]:
        if not self.armed:
            with real as connection:
                yield connection
            return
        self.writes += 1
        if self.fallen or (self.writes == self._at and not self._after):
            self.fallen = True
            raise Killed
        with real as connection:
            yield connection
        if self.writes == self._at:
            self.fallen = True
            raise Killed
