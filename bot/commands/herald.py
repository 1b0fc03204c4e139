"""Posts what changed to the channel that a server named. What to post is read from the log, so nothing is missed.

A change and its log entry are kept together; posting comes after. So a stop in between, or a channel that the bot may
not write in for a while, only delays a post: the next one tells what was not told yet.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import Any

import aiohttp
import discord

from bot.commands.names import names
from bot.reply import space_of
from bot.verbs import Curating, Memory
from bot.views.adding import sentence_view
from bot.views.ledger import PER_PAGE, posted_view
from retrieval.curate.types import Entry
from retrieval.errors import RejoinderError

_log = logging.getLogger(__name__)
_TOLD, _MUTE = "discord.log.told.{}", "discord.log.mute.{}"
"""Names in the memory: the last entry that was posted, and whether it was said that posting fails."""
_MOST = 2_500
"""Changes that are counted; an import brings 2,000 at most."""
_FAILS = (
    "This is done, but I could not post it to the channel for changes: please give me the permissions View Channel and "
    "Send Messages there, or name another channel with /source log. I say this once; what is missed is posted later."
)


class Herald:
    """Tells a server's channel of changes.

    Args:
        curator: Keeps the log and the rules.
        memory: Remembers what was told, and that it failed.
    """

    def __init__(self, curator: Curating, memory: Memory) -> None:
        self._curator, self._memory = curator, memory
        self._posting: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def begin(self, space: str) -> None:
        """Take all that is in the log for told: a channel is about to be named."""
        newest = await self._curator.log(space, limit=1)
        await self._keep(_TOLD, space, str(newest[0].key if newest else 0))
        await self._keep(_MUTE, space, "")

    async def tell(self, interaction: discord.Interaction[Any]) -> None:
        """Post what is new; if that fails, say so to the moderator, once. Never raises."""
        if interaction.guild_id is None:
            return
        space = space_of(interaction)
        known = {str(interaction.user.id): interaction.user.display_name}
        if await self.post(interaction.client, space, known) or await self._kept(_MUTE, space):
            return
        await self._keep(_MUTE, space, "told")
        try:
            await interaction.followup.send(view=sentence_view(_FAILS), ephemeral=True)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            _log.info("nobody told that posting fails: %s", type(error).__name__)

    async def post(self, client: discord.Client, space: str, known: dict[str, str] | None = None) -> bool:
        """Post what is new in a server's log; returns False when it could not be posted. Never raises."""
        try:
            async with self._posting[space]:
                await self._post(client, space, known)
        except (discord.HTTPException, aiohttp.ClientError, OSError, RejoinderError) as error:
            _log.warning("changes in %s could not be posted: %s", space, type(error).__name__)
            return False
        return True

    async def _post(self, client: discord.Client, space: str, known: dict[str, str] | None) -> None:
        channel = (await self._curator.rules(space)).channel
        if channel is None or not channel.isdecimal():
            return
        told = int(await self._kept(_TOLD, space) or 0)
        new = await self._since(told, space, PER_PAGE + 1)
        if len(new) > PER_PAGE:
            new = await self._since(told, space, _MOST)
        if not new:
            return
        shown = new[:PER_PAGE]
        called = await names(client, int(space), (entry.who for entry in shown), known)
        view = posted_view(shown[::-1], called, earlier=len(new) - len(shown))
        await client.get_partial_messageable(int(channel)).send(view=view)
        await self._keep(_TOLD, space, str(new[0].key))
        await self._keep(_MUTE, space, "")

    async def _since(self, told: int, space: str, most: int) -> list[Entry]:
        """What came after an entry, newest first."""
        return [entry for entry in await self._curator.log(space, limit=most) if entry.key > told]

    async def _kept(self, name: str, space: str) -> str | None:
        return await asyncio.to_thread(self._memory.get, name.format(space))

    async def _keep(self, name: str, space: str, value: str) -> None:
        if await self._kept(name, space) != value:
            await asyncio.to_thread(self._memory.set, name.format(space), value)
