"""After a restart: what was being added is finished or offered again, and the channels it came from are told."""

from __future__ import annotations

import logging
from collections import defaultdict

import aiohttp
import discord

from bot.reply import post
from bot.verbs import Drafting
from bot.views.adding import WAITING, interrupted_view
from retrieval.curate.types import Draft

_log = logging.getLogger(__name__)


async def tell_interrupted(client: discord.Client, drafts: Drafting) -> None:
    """Finish what a stop interrupted, and tell each channel what became of it; never raises."""
    try:
        by_channel: dict[str | None, list[Draft]] = defaultdict(list)
        for draft in await drafts.resume():
            by_channel[draft.channel].append(draft)
        for channel, interrupted in by_channel.items():
            if channel is None or not channel.isdecimal():
                _log.info("%d interrupted drafts came from no channel", len(interrupted))
                continue
            for first in range(0, len(interrupted), WAITING):
                await post(client, int(channel), interrupted_view(interrupted[first : first + WAITING]))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        _log.warning("moderators could not be told of interrupted drafts: %s", error)
    except Exception:  # noqa: BLE001  # a broken draft must not keep the bot from serving
        _log.exception("interrupted drafts could not be resumed")
