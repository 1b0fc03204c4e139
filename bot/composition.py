"""The composition root: everything is opened here, once, and handed on by constructor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from retrieval.answer.flow import Answerer
from retrieval.answer.write import Writer
from retrieval.chat.budget import Budget, Limits
from retrieval.chat.circuit import Circuit
from retrieval.chat.ladder import Ladder
from retrieval.library import Library, Watch, ignore
from retrieval.rank.models import open_models
from retrieval.seeding import SEEDS, documents
from retrieval.store.shelf import Shelf
from retrieval.types import Document

if TYPE_CHECKING:
    from retrieval.chat.model import LangchainChat

SEEDER = "seed"
"""Who adds the seeds, in the audit trail."""


@asynccontextmanager
async def open_library(settings: Settings, watch: Watch = ignore, *, seeded: bool = True) -> AsyncIterator[Library]:
    """A library on the settings' data directory, seeded when it is new, closed at the end.

    Args:
        settings: where the data is and which models serve.
        watch: told of progress in long work.
        seeded: put the starter sources in when there is nothing yet.

    Raises:
        Busy: another process uses the data directory.
        Misconfigured: models or records cannot be used as they are.
    """
    models = open_models(settings.models, settings.threads)
    shelf = await asyncio.to_thread(Shelf.open, settings.data, models.embedder)
    answerer = Answerer(shelf, models.embedder, models.judge, models.judge.thresholds, known_word=models.embedder.knows)
    chat = await asyncio.to_thread(open_chat_model, settings)
    writer = _writer(settings, chat, shelf) if chat else None
    library = Library(shelf, answerer, writer)
    try:
        if seeded and not await library.sources():
            await library.add(await seed_documents(library, SEEDS), actor=SEEDER, watch=watch)
        await library.settle(watch)
        yield library
    finally:
        await library.close()
        if chat:
            await asyncio.to_thread(chat.close)


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


def _writer(settings: Settings, chat: LangchainChat, shelf: Shelf) -> Writer:
    limits = Limits(settings.chat_tokens or None, settings.chat_money, settings.price_read, settings.price_written)
    budget = Budget(shelf.records.settings, limits, today=lambda: datetime.now(UTC).date())
    return Writer(chat.name, Ladder(chat), Circuit(time.monotonic), budget, seconds=settings.chat_seconds)


async def seed_documents(library: Library, folder: Path) -> list[Document]:
    """What a folder of seeds gives, put beside what is stored.

    Raises:
        Malformed: a file does not follow the format.
        BadInput: there is no such folder.
    """
    articles = {source.id: await library.document(source.id) for source in await library.articles()}
    return await asyncio.to_thread(documents, folder, articles)
