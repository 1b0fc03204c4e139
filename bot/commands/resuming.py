"""After a restart: what was being added is finished or offered again, and the channels it came from are told."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence

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
        resumed = await drafts.resume()
    except Exception:  # noqa: BLE001  # a broken draft must not keep the bot from serving
        _log.exception("interrupted drafts could not be resumed")
        return
    by_channel: dict[str | None, list[Draft]] = defaultdict(list)
    for draft in resumed:
        by_channel[draft.channel].append(draft)
    for channel, interrupted in by_channel.items():
        if channel is None or not channel.isdecimal():
            _log.info("%d interrupted drafts came from no channel", len(interrupted))
            continue
        for first in range(0, len(interrupted), WAITING):
            await _tell(client, int(channel), interrupted[first : first + WAITING])


async def _tell(client: discord.Client, channel: int, interrupted: Sequence[Draft]) -> None:
    """One message to one channel. Whatever comes of it stays here, since the others wait to be told too."""
    try:
        await post(client, channel, interrupted_view(interrupted))
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        _log.warning("channel %d could not be told of %d interrupted drafts: %s", channel, len(interrupted), error)
    except Exception:  # noqa: BLE001  # a draft that cannot be shown must not keep the others from being told
        _log.exception("channel %d could not be told of %d interrupted drafts", channel, len(interrupted))
