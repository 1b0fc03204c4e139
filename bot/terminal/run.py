"""`rejoinder run`: the bot on Discord."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import aiohttp
import discord
import typer

from bot.client import RejoinderClient, invite_url
from bot.composition import House, open_house
from bot.console import watching
from bot.embeddings import keep_embedding
from bot.errors import explain_login_failure
from bot.settings import Settings
from bot.terminal.context import Terminal, terminal
from retrieval.curate.types import Swept
from retrieval.errors import Misconfigured, Unavailable

DAY = 24 * 60 * 60.0

_log = logging.getLogger(__name__)


def run(context: typer.Context) -> None:
    """Start the bot; Ctrl-C stops it. Needs DISCORD_TOKEN.

    Examples:

      rejoinder run

      REJOINDER_LOG_LEVEL=DEBUG rejoinder run
    """
    here = terminal(context)
    if here.settings.discord_token is None:
        raise Misconfigured(
            "DISCORD_TOKEN is not set: copy .env.example to .env, put in the token that the Discord developer "
            "portal shows under Bot, then run again."
        )
    logging.getLogger().setLevel(min(logging.getLogger().level, logging.INFO))
    asyncio.run(_serve(here, here.settings, here.settings.discord_token.get_secret_value()))


async def _serve(here: Terminal, settings: Settings, token: str) -> None:
    with watching(here.err) as watch:
        opened = open_house(settings, watch, embed=False)
        house = await opened.__aenter__()
    library = house.library
    try:
        client = RejoinderClient(
            library,
            library.memory,
            house.desk,
            asks_per_minute=settings.asks_per_minute,
            keep_days=settings.keep_days,
            test_guilds=settings.test_guilds,
        )
        upkeep = asyncio.gather(_look_after(house, settings.keep_days, client), keep_embedding(house.switch))
        try:
            async with client:
                await connected(client, token)
        finally:
            upkeep.cancel()
            await asyncio.gather(upkeep, return_exceptions=True)
    finally:
        await opened.__aexit__(None, None, None)


async def _look_after(house: House, keep_days: int, client: RejoinderClient) -> None:
    """Check the index once, while asking goes on, and tidy up every day."""
    report = await house.library.reconcile()
    _log.info("index checked in %.1f s; rebuilt: %s", report.seconds, report.rebuilt or "no")
    while True:
        try:
            await tidy_and_tell(house, keep_days, client)
        except Exception:  # noqa: BLE001 - whatever it is, it must not be the last time that anybody tidied up
            _log.exception("tidying up failed; tried again tomorrow")
        await asyncio.sleep(DAY)


async def tidy_and_tell(house: House, keep_days: int, client: RejoinderClient) -> None:
    """Tidy up, and post what that erased; while the bot is not on Discord yet, that waits until it is."""
    swept = await tidy(house, keep_days)
    if swept.sources or swept.drafts:
        await client.tell_changes()


async def tidy(house: House, keep_days: int) -> Swept:
    """Delete what has had its time: old answers, sources removed a week ago, drafts that nobody confirmed."""
    deleted = await house.library.expire(datetime.now(UTC) - timedelta(days=keep_days))
    _log.info("%d answers older than %d days deleted", deleted, keep_days)
    swept = await house.desk.curator.sweep()
    _log.info("%d removed sources erased, %d drafts deleted", swept.sources, swept.drafts)
    return swept


async def connected(client: RejoinderClient, token: str) -> None:
    """Serve until the connection ends.

    Raises:
        Misconfigured: Discord refuses the bot; the sentence says why.
        Unavailable: Discord cannot be reached.
    """
    try:
        await client.login(token)
        if client.application_id:
            _log.info("logged in; to invite the bot: %s", invite_url(client.application_id))
        await client.connect()
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        away = isinstance(error, OSError | aiohttp.ClientError | discord.DiscordServerError)
        raise (Unavailable if away else Misconfigured)(explain_login_failure(error)) from error
