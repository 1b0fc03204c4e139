"""``/source curators`` and ``/source log``: who may change sources, who did, and where that is posted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.commands.herald import Herald
from bot.commands.names import names
from bot.commands.permit import Permit, check_manager
from bot.commands.presses import Handler
from bot.errors import Lacking
from bot.reply import acknowledge, acknowledge_in_place, show
from bot.verbs import Curating
from bot.views import text
from bot.views.adding import sentence_view
from bot.views.buttons import Action
from bot.views.ledger import PER_PAGE, curators_view, log_view
from retrieval.curate.types import Rules
from retrieval.errors import BadInput

_GONE = "a role that is gone"
_FIRST = "Changes of this server's sources are posted here from now on."
_NO_ENTRY = (
    "I may not write in that channel, so nothing is set: please give me the permissions View Channel and Send Messages "
    "there, or pick another channel."
)


class Ruling:
    """Keeps a server's rules and shows its log.

    Args:
        curator: Keeps both.
        permit: Knows who may look; to set a rule takes the permission Manage Server.
        herald: Posts changes.
    """

    def __init__(self, curator: Curating, permit: Permit, herald: Herald) -> None:
        self._curator, self._permit, self._herald = curator, permit, herald

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Its buttons and menus, by their verb."""
        return {"curators": self._name, "curatorsnone": self._unname, "log": self._older, "logstop": self._stop}

    def add_to(self, group: app_commands.Group) -> None:
        """Put its commands into the group ``/source``."""

        @group.command(name="curators", description="Show or change who may change this server's sources")
        async def curators(interaction: discord.Interaction[Any]) -> None:
            await acknowledge(interaction, private=True)
            await self._show_curators(interaction, check_manager(interaction))

        @group.command(name="log", description="Show who changed which source when, or set where that is posted")
        @app_commands.describe(channel="Post every change to this channel from now on")
        async def log(interaction: discord.Interaction[Any], channel: discord.TextChannel | None = None) -> None:
            await acknowledge(interaction, private=True)
            if channel:
                await self._set_channel(interaction, channel)
            else:
                await self._show_log(interaction, await self._permit.check(interaction), None)

    async def _name(self, interaction: discord.Interaction[Any], _action: Action, values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = check_manager(interaction)
        if not values or not values[0].isdecimal() or values[0] == space:
            raise BadInput("Everybody has that role, so it would let everybody change sources; please pick another.")
        await self._rule(interaction, space, curators=values[0])
        await self._show_curators(interaction, space)

    async def _unname(self, interaction: discord.Interaction[Any], _action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = check_manager(interaction)
        await self._rule(interaction, space, curators=None)
        await self._show_curators(interaction, space)

    async def _older(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        await self._show_log(interaction, space, int(action.subject) if action.subject.isdecimal() else None)

    async def _stop(self, interaction: discord.Interaction[Any], _action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = check_manager(interaction)
        await self._rule(interaction, space, channel=None)
        await show(interaction, sentence_view("Changes are no longer posted; /source log still shows them."))

    async def _set_channel(self, interaction: discord.Interaction[Any], channel: discord.TextChannel) -> None:
        """Post a first line there, and if that works, keep the channel."""
        space = check_manager(interaction)
        try:
            await channel.send(view=sentence_view(_FIRST))
        except (discord.Forbidden, discord.NotFound) as error:
            raise Lacking(_NO_ENTRY) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Lacking("Discord did not take a message for that channel; please try again.") from error
        await self._herald.begin(space)
        await self._rule(interaction, space, channel=str(channel.id))
        await self._show_log(interaction, space, None)
        await self._herald.tell(interaction)

    async def _rule(self, interaction: discord.Interaction[Any], space: str, **changes: str | None) -> None:
        rules: Rules = replace(await self._curator.rules(space), **changes)
        await self._curator.set_rules(space, rules, actor=str(interaction.user.id))

    async def _show_curators(self, interaction: discord.Interaction[Any], space: str) -> None:
        role = (await self._curator.rules(space)).curators
        guild = interaction.guild
        named = guild.get_role(int(role)) if guild and role and role.isdecimal() else None
        called = text.escape(text.clip(named.name, 60)) if named else _GONE
        await show(interaction, curators_view(called if role else None))

    async def _show_log(self, interaction: discord.Interaction[Any], space: str, before: int | None) -> None:
        found = await self._curator.log(space, before=before, limit=PER_PAGE + 1)
        entries = found[:PER_PAGE]
        called = await names(interaction.client, int(space), (entry.who for entry in entries))
        channel = (await self._curator.rules(space)).channel
        posted = _channel_name(interaction, channel) if channel else None
        await show(interaction, log_view(entries, called, posted, more=len(found) > PER_PAGE))


def _channel_name(interaction: discord.Interaction[Any], channel: str) -> str:
    found = interaction.guild.get_channel(int(channel)) if interaction.guild and channel.isdecimal() else None
    return text.escape(f"#{text.clip(found.name, 60)}") if found else "a channel that is gone"
