"""From settings to the embedder that search by meaning shall stand on, when it is not the embedded one."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.settings import Settings
from retrieval.errors import Misconfigured, RejoinderError
from retrieval.remote.cost import PRICES
from retrieval.store.shelf import Shelf
from retrieval.store.switch import Switch

if TYPE_CHECKING:
    from retrieval.remote.embedder import RemoteEmbedder
    from retrieval.remote.server import EmbeddingServer

EMBEDDED = "embedded"
AGAIN = 600.0
"""Seconds after which a bot looks again whether something is left to embed, and a server answers again."""

_log = logging.getLogger(__name__)


def open_embeddings(settings: Settings) -> EmbeddingServer | None:
    """The embeddings server of the settings, not asked yet; None when the embedded model serves.

    Raises:
        Misconfigured: the setting, its key or its address cannot be used.
    """
    if settings.embeddings.strip() == EMBEDDED:
        return None
    # openai takes a second to import; who needs no server does not wait for it.
    from retrieval.remote.server import open_server  # noqa: PLC0415

    return open_server(settings.embeddings, base_url=settings.openai_url, api_key=_key(settings))


def open_switch(settings: Settings, shelf: Shelf, server: EmbeddingServer) -> Switch:
    """What moves search by meaning to ``server``; until it did, whoever serves now goes on, on the same address.

    If the embedded model serves now, or the server serves already, there is nobody else.
    """
    wanted = _embedder(settings, shelf, server)
    former = _former(settings, shelf) if shelf.meaning.recorded != wanted.id else None
    if shelf.meaning.recorded == wanted.id:
        shelf.meaning.serve(wanted)
    elif former:
        shelf.meaning.serve(former)
    price = settings.embeddings_price
    if price is None and not settings.openai_url:
        price = PRICES.get(server.model)
    return Switch(shelf, wanted, price, former)


async def keep_embedding(switch: Switch | None) -> None:
    """Embed what lacks a vector while questions are answered, and look again now and then; ends only when cancelled."""
    while switch is not None:
        await embed_rest(switch)
        await asyncio.sleep(AGAIN)


async def embed_rest(switch: Switch) -> None:
    """Embed what lacks a vector and change over; a server that fails is only a line in the log."""
    try:
        if not await asyncio.to_thread(lambda: switch.settled):
            await asyncio.to_thread(switch.run)
    except RejoinderError as error:
        _log.warning("embedding goes on later: %s", error)


def _former(settings: Settings, shelf: Shelf) -> RemoteEmbedder | None:
    """The other model of a server whose index lies there, if it was one."""
    recorded = shelf.meaning.recorded
    if recorded is None or recorded == shelf.meaning.own.embedder.id:
        return None
    try:
        server = open_embeddings(settings.model_copy(update={"embeddings": recorded}))
    except Misconfigured:  # not a server's: an earlier embedded model, whose vectors are made anew anyway
        return None
    return _embedder(settings, shelf, server) if server else None


def _embedder(settings: Settings, shelf: Shelf, server: EmbeddingServer) -> RemoteEmbedder:
    from retrieval.remote.embedder import RemoteEmbedder  # noqa: PLC0415 - as above
    from retrieval.remote.identity import Identity  # noqa: PLC0415

    return RemoteEmbedder(server, Identity(shelf.records.settings, server.name), seconds=settings.embeddings_seconds)


def _key(settings: Settings) -> str | None:
    return settings.openai_key.get_secret_value() if settings.openai_key else None
