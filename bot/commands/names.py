"""What people are called in a server, asked of Discord when it is shown: only their ids are kept."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

import aiohttp
import discord

from bot.views import text
from retrieval.curate.shelving import SWEEPER

_OURS = {SWEEPER: "the clean-up after seven days", "operator": "whoever runs the bot"}
_LEFT = "somebody who is not here any more"


async def names(
    client: discord.Client, guild_id: int, people: Iterable[str], known: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What to call people, by what the log calls them; escaped, and never a mention.

    Args:
        client: Asks Discord.
        guild_id: The server in which they have their names.
        people: Ids of people, and the names that the log has for what nobody did.
        known: Names that are known already, as they are.
    """
    known = known or {}
    asked = list(dict.fromkeys(people))
    found = await asyncio.gather(*(_name(client, guild_id, one, known.get(one)) for one in asked))
    return dict(zip(asked, found, strict=True))


async def _name(client: discord.Client, guild_id: int, who: str, known: str | None) -> str:
    if known is None and who.isdecimal():
        known = await _asked(client, guild_id, int(who))
    return text.escape(text.clip(known or _OURS.get(who, who), 40)) or "somebody"


async def _asked(client: discord.Client, guild_id: int, person: int) -> str:
    guild = client.get_guild(guild_id)
    try:
        member = guild and (guild.get_member(person) or await guild.fetch_member(person))
    except (discord.HTTPException, aiohttp.ClientError, OSError):
        return _LEFT
    return member.display_name if member else _LEFT
