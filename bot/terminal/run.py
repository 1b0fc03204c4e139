"""`rejoinder run`: the bot on Discord."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import discord
import typer

from bot.client import RejoinderClient, invite_url
from bot.composition import open_library
from bot.console import watching
from bot.errors import explain_login_failure
from bot.settings import Settings
from bot.terminal.context import Terminal, terminal
from retrieval.errors import Misconfigured
from retrieval.library import Library

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
        opened = open_library(settings, watch)
        library = await opened.__aenter__()
    try:
        upkeep = asyncio.create_task(_look_after(library, settings.keep_days))
        async with RejoinderClient(
            library,
            library.memory,
            asks_per_minute=settings.asks_per_minute,
            keep_days=settings.keep_days,
            test_guilds=settings.test_guilds,
        ) as client:
            await _connect(client, token)
    finally:
        upkeep.cancel()
        await opened.__aexit__(None, None, None)


async def _look_after(library: Library, keep_days: int) -> None:
    """Check the index once, while asking goes on, and delete old answers every day."""
    report = await library.reconcile()
    _log.info("index checked in %.1f s; rebuilt: %s", report.seconds, report.rebuilt or "no")
    while True:
        deleted = await library.expire(datetime.now(UTC) - timedelta(days=keep_days))
        _log.info("%d answers older than %d days deleted", deleted, keep_days)
        await asyncio.sleep(DAY)


async def _connect(client: RejoinderClient, token: str) -> None:
    try:
        await client.login(token)
        if client.application_id:
            _log.info("logged in; to invite the bot: %s", invite_url(client.application_id))
        await client.connect()
    except (discord.DiscordException, OSError) as error:
        raise Misconfigured(explain_login_failure(error)) from error
