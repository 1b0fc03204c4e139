"""What moderators do with the sources that are there, put together, and every change told to the server's channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.commands.balancing import Balancing
from bot.commands.exchanging import Exchanging
from bot.commands.herald import Herald
from bot.commands.looking import Looking, Shelves
from bot.commands.moderation import Moderation
from bot.commands.presses import FormHandler, Handler
from bot.commands.refreshing import Refreshing
from bot.commands.removing import Removing
from bot.commands.ruling import Ruling
from bot.commands.source import SourceCommands
from bot.verbs import Desk, Memory, Verbs
from bot.views.buttons import Action


class Keeping:
    """The rest of the group ``/source``.

    Args:
        library: The verbs.
        memory: Remembers what was told to which channel.
        desk: What moderators work with.
        moderation: Adding; its buttons change sources too, so what they did is told as well.
        pace: Seconds between two words on how far long work is.
    """

    def __init__(self, library: Verbs, memory: Memory, desk: Desk, moderation: Moderation, pace: float) -> None:
        permit, curator = moderation.permit, desk.curator
        shelves, self._herald = Shelves(library), Herald(curator, memory)
        self._looking = Looking(library, shelves, permit)
        self._removing = Removing(library, curator, shelves, permit)
        self._refreshing = Refreshing(desk, shelves, permit, pace)
        self._exchanging = Exchanging(desk, shelves, permit, self._herald, pace)
        self._balancing = Balancing(curator, shelves, permit, pace)
        self._ruling = Ruling(curator, permit, self._herald)
        self._moderation = moderation
        self._caught_up = False

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Its buttons and menus, and those of adding, by their verb."""
        changing: dict[str, Handler] = {
            **self._moderation.handlers,
            **self._removing.handlers,
            **self._refreshing.handlers,
            **self._exchanging.handlers,
            **self._ruling.handlers,
        }
        return {**self._looking.handlers, **{verb: self._told(handler) for verb, handler in changing.items()}}

    @property
    def forms(self) -> Mapping[str, FormHandler]:
        """It has no forms but those of adding."""
        return self._moderation.forms

    def add_to(self, group: SourceCommands) -> None:
        """Put its commands into the group ``/source``."""
        for part in (
            self._looking,
            self._removing,
            self._refreshing,
            self._exchanging,
            self._balancing,
            self._ruling,
        ):
            part.add_to(group)

    async def catch_up(self, client: discord.Client) -> None:
        """Tell the channels what changed while the bot was away; once, however often Discord says "ready"."""
        if not self._caught_up:
            self._caught_up = True
            await self.tell(client)

    async def tell(self, client: discord.Client) -> None:
        """Tell the channels what changed without anybody's command; before the bot is ready there are none to tell."""
        for guild in client.guilds:
            await self._herald.post(client, str(guild.id))

    def _told(self, handler: Handler) -> Handler:
        """The same, and then what it changed is posted."""

        async def told(interaction: discord.Interaction[Any], action: Action, values: list[str]) -> None:
            await handler(interaction, action, values)
            await self._herald.tell(interaction)

        return told
