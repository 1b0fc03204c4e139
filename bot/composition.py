"""The composition root: everything is opened here, once, and handed on by constructor."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bot.embeddings import open_embeddings, open_switch
from bot.settings import Settings
from retrieval.answer.agree import Agreement
from retrieval.answer.flow import Answerer
from retrieval.answer.reuse import Reuse
from retrieval.answer.trails import Trails
from retrieval.answer.write import Writer
from retrieval.answering import Aides
from retrieval.chat.asker import Asker
from retrieval.chat.budget import Budget, Limits
from retrieval.chat.circuit import Circuit
from retrieval.chat.ladder import Ladder
from retrieval.curate.balance import Weigher
from retrieval.curate.claim_finder import ClaimFinder
from retrieval.curate.drafts import Drafts
from retrieval.curate.preview import Understanding
from retrieval.curate.shelving import Curator
from retrieval.ingest.fetch import Fetcher, FetchLimits
from retrieval.ingest.intake import Intake
from retrieval.ingest.worker import Reader
from retrieval.library import Library, Watch, ignore
from retrieval.rank.cued import CuedJudge
from retrieval.rank.judge import LexicalJudge
from retrieval.rank.models import open_models
from retrieval.seeding import SEEDS, documents
from retrieval.store.shelf import Shelf
from retrieval.store.switch import Switch
from retrieval.types import Document

if TYPE_CHECKING:
    from retrieval.chat.model import LangchainChat

TURN = 0.0005
"""Seconds after which a thread that computes gives way to others; Python's default is ten times as long. The models'
threads and the event loop need but an instant, often: embedding took 12 % longer beside a half-busy thread, 6 % with
this, and the thread got more done as well."""

SEEDER = "seed"
"""Who adds the seeds, in the audit trail."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What moderators work with: drafts of sources on their way in, and the sources that are there."""

    drafts: Drafts
    curator: Curator


@dataclass(frozen=True, slots=True)
class Staff:
    """Who works with the chat model."""

    writer: Writer
    aides: Aides
    finder: ClaimFinder


@dataclass(frozen=True, slots=True)
class House:
    """All that is open: the library that members ask, and the desk at which moderators change it."""

    library: Library
    desk: Desk
    understanding: Understanding
    """Of what is added from the command line."""
    switch: Switch | None = None
    """Moves search by meaning to the embedder that is set; None when that is the embedded one."""


@asynccontextmanager
async def open_library(settings: Settings, watch: Watch = ignore, *, seeded: bool = True) -> AsyncIterator[Library]:
    """The library alone; see ``open_house``."""
    async with open_house(settings, watch, seeded=seeded) as house:
        yield house.library


@asynccontextmanager
async def open_house(
    settings: Settings,
    watch: Watch = ignore,
    *,
    seeded: bool = True,
    fetcher: Fetcher | None = None,
    embed: bool = True,
    trails: Trails | None = None,
) -> AsyncIterator[House]:
    """The library on the settings' data directory, seeded when it is new, and the desk; closed at the end.

    Args:
        settings: where the data is and which models serve.
        watch: told of progress in long work.
        seeded: put the starter sources in when there is nothing yet.
        fetcher: fetches links for the desk; by default the settings' own, which reaches only what is public.
        trails: told how each answer comes about; no answer is then given from the store.
        embed: give passages at once the vectors of the embedder that is set, if that is little work.

    Raises:
        Busy: another process uses the data directory.
        Misconfigured: models or records cannot be used as they are.
    """
    sys.setswitchinterval(TURN)
    async with AsyncExitStack() as open_now:

        def closing(close: Callable[[], None]) -> None:
            open_now.push_async_callback(asyncio.to_thread, close)

        if server := await asyncio.to_thread(open_embeddings, settings):
            closing(server.close)
        if chat := await asyncio.to_thread(open_chat_model, settings):
            closing(chat.close)
        models = open_models(settings.models, settings.threads)
        shelf = await asyncio.to_thread(Shelf.open, settings.data, models.embedder)
        embedder, judge = models.embedder, models.judge
        told = trails or Trails(most=0)
        answerer = Answerer(shelf, embedder, judge, judge.thresholds, known_word=embedder.knows, watch=told.weighed)
        staff = _staff(settings, chat, shelf, judge, told) if chat else None
        library = _library(shelf, answerer, staff, judge.id, reusing=trails is None)
        open_now.push_async_callback(library.close)
        switch = await asyncio.to_thread(open_switch, settings, shelf, server) if server else None
        if switch:
            closing(switch.close)
        reader = Reader()  # starts a child when there is something to read, not before
        open_now.push_async_callback(reader.close)
        if seeded and not await library.sources():
            await library.add(await seed_documents(library, SEEDS), actor=SEEDER, watch=watch)
        await library.settle(watch)
        if switch and embed:
            await asyncio.to_thread(switch.take_up, watch)
        intake = Intake(fetcher or make_fetcher(settings), reader)
        finder = staff.finder if staff else ClaimFinder()
        drafts = Drafts(library, shelf, intake, finder)
        weigher = Weigher(shelf, embedder, judge, judge.thresholds)
        desk = Desk(drafts, Curator(library, shelf, drafts, weigher))
        yield House(library, desk, Understanding(shelf.records, finder), switch)


def make_fetcher(settings: Settings) -> Fetcher:
    """What fetches links, from public addresses and the settings' ports only."""
    return Fetcher(limits=FetchLimits(ports=frozenset(settings.fetch_ports)))


def open_chat_model(settings: Settings) -> LangchainChat | None:
    """The chat model of the settings, not asked yet; None when none is set.

    Raises:
        Misconfigured: the model's name, its provider or its key cannot be used.
    """
    if not settings.chat_model:
        return None
    # langchain takes two seconds to import; who needs no chat model does not wait for it.
    from retrieval.chat.build import open_chat  # noqa: PLC0415

    key = settings.openai_key.get_secret_value() if settings.openai_key else None
    return open_chat(settings.chat_model, base_url=settings.openai_url, api_key=key, seconds=settings.chat_seconds)


def _library(shelf: Shelf, answerer: Answerer, staff: Staff | None, judge: str, *, reusing: bool) -> Library:
    if staff is None:
        return Library(shelf, answerer)
    writer, ours = staff.writer, version("rejoinder")

    def makers() -> str:
        return f"{ours}; {writer.version}; {judge}; {shelf.meaning.now.embedder.id}"

    return Library(shelf, answerer, writer, staff.aides, Reuse(shelf.records.reusable, makers) if reusing else None)


def _staff(
    settings: Settings, chat: LangchainChat, shelf: Shelf, judge: CuedJudge | LexicalJudge, trails: Trails
) -> Staff:
    limits = Limits(settings.chat_tokens or None, settings.chat_money, settings.price_read, settings.price_written)
    budget = Budget(shelf.records.settings, limits, today=lambda: datetime.now(UTC).date())
    ladder, circuit, seconds = Ladder(chat), Circuit(time.monotonic), settings.chat_seconds
    asker, agreement = Asker(ladder, circuit, budget), Agreement(judge, judge.thresholds)
    return Staff(
        Writer(chat.name, ladder, circuit, budget, seconds=seconds, watch=trails.written, agreement=agreement),
        Aides.of(asker, judge.thresholds, seconds, watch=trails.errand),
        ClaimFinder(asker.aside(Circuit(time.monotonic))),
    )


async def seed_documents(library: Library, folder: Path) -> list[Document]:
    """What a folder of seeds gives, put beside what is stored.

    Raises:
        Malformed: a file does not follow the format.
        BadInput: there is no such folder.
    """
    articles = {source.id: await library.document(source.id) for source in await library.articles()}
    return await asyncio.to_thread(documents, folder, articles)
