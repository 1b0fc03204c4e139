"""All that moderators have in Discord, put together: their commands, and the buttons and forms of their messages."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot.commands.adding import Adding
from bot.commands.deciding import Deciding
from bot.commands.permit import Permit
from bot.commands.presses import FormHandler, Handler
from bot.commands.resuming import tell_interrupted
from bot.commands.source import SourceCommands, add_menu
from bot.commands.waiting import Waiting
from bot.verbs import Desk


class Moderation:
    """The moderators' commands on one desk.

    Args:
        desk: What they work with.
        pace: Seconds between two words on how far long work is.
    """

    def __init__(self, desk: Desk, pace: float) -> None:
        self._drafts = desk.drafts
        self.permit = permit = Permit(desk.curator)
        adding, deciding = Adding(desk.drafts, permit, pace), Deciding(desk.drafts, permit, pace)
        self.group = SourceCommands(adding)
        Waiting(desk.drafts, permit).add_to(self.group)
        self.commands: list[app_commands.Group | app_commands.ContextMenu] = [self.group, add_menu(adding)]
        self.handlers: dict[str, Handler] = {**deciding.handlers}
        self.forms: dict[str, FormHandler] = {
            "draftnew": adding.handed,
            "draftmenu": adding.picked,
            **deciding.forms,
        }
        self._resumed = False
        self._telling = asyncio.Lock()

    async def resume(self, client: discord.Client) -> None:
        """Finish what the last stop interrupted and tell the moderators; once, however often Discord says "ready"."""
        if not self._resumed:
            self._resumed = True
            await self._tell(client)

    async def tell(self, client: discord.Client) -> None:
        """Tell the moderators what they have not been told yet; before the bot is ready that waits for ``resume``."""
        if self._resumed:
            await self._tell(client)

    async def _tell(self, client: discord.Client) -> None:
        async with self._telling:  # of two at once, the second has nothing left to tell
            await tell_interrupted(client, self._drafts)

    def add_to(self, tree: app_commands.CommandTree[Any]) -> None:
        """Put the commands among those that are published."""
        for command in self.commands:
            tree.add_command(command)
