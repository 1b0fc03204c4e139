"""After a restart: what was being added is finished or offered again, and the channels it came from are told.

A draft stays among those to be told until its channel was: a stop in between, or a channel that the bot may not write
in for a while, only puts it off.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence

import aiohttp
import discord
from discord import ui

from bot.reply import post
from bot.verbs import Drafting
from bot.views.adding import WAITING, expired_view, interrupted_view
from retrieval.curate.types import Draft, Stage

_log = logging.getLogger(__name__)


async def tell_interrupted(client: discord.Client, drafts: Drafting) -> None:
    """Finish what a stop interrupted, and tell each channel what became of it and what expired; never raises."""
    try:
        resumed = await drafts.resume()
    except Exception:  # noqa: BLE001  # a broken draft must not keep the bot from serving
        _log.exception("interrupted drafts could not be resumed")
        return
    by_channel: dict[str | None, list[Draft]] = defaultdict(list)
    for draft in resumed:
        by_channel[draft.channel].append(draft)
    for channel, untold in by_channel.items():
        if channel is None or not channel.isdecimal():
            _log.info("%d interrupted drafts came from no channel", len(untold))
            continue
        for some in _messages(untold):
            await _tell(client, drafts, int(channel), some)


def _messages(untold: Sequence[Draft]) -> Iterator[Sequence[Draft]]:
    """The drafts of one channel by the message that tells of them."""
    interrupted = [draft for draft in untold if draft.stage is not Stage.EXPIRED]
    for first in range(0, len(interrupted), WAITING):
        yield interrupted[first : first + WAITING]
    if len(interrupted) < len(untold):
        yield [draft for draft in untold if draft.stage is Stage.EXPIRED]


def _view(some: Sequence[Draft]) -> ui.LayoutView:
    return expired_view(len(some)) if some[0].stage is Stage.EXPIRED else interrupted_view(some)


async def _tell(client: discord.Client, drafts: Drafting, channel: int, some: Sequence[Draft]) -> None:
    """One message to one channel. Whatever comes of it stays here, since the others wait to be told too."""
    try:
        if await post(client, channel, _view(some)):
            await drafts.told([draft.id for draft in some])
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        _log.warning("channel %d could not be told of %d interrupted drafts: %s", channel, len(some), error)
    except Exception:  # noqa: BLE001  # a draft that cannot be shown must not keep the others from being told
        _log.exception("channel %d could not be told of %d interrupted drafts", channel, len(some))
