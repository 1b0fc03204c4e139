"""The group ``/source`` with ``/source add``, and the message menu "Add as source"; other modules add more to it."""

from __future__ import annotations

from typing import Any, Protocol

import discord
from discord import app_commands


class Opener(Protocol):
    """Whoever opens the forms with which a source is handed in."""

    async def open_form(self, interaction: discord.Interaction[Any]) -> None:
        """Ask for a link, files or text."""

    async def open_for_message(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Ask what of a message to add."""


class SourceCommands(app_commands.Group):
    """The group ``/source``; ``add_command`` takes the commands of other modules."""

    def __init__(self, adding: Opener) -> None:
        super().__init__(name="source", description="The articles and references that answers draw on")
        self._adding = adding

    @app_commands.command(name="add", description="Add a source: a link, files or text; you see a preview first")
    async def add(self, interaction: discord.Interaction[Any]) -> None:
        """Open the form."""
        await self._adding.open_form(interaction)


def add_menu(adding: Opener) -> app_commands.ContextMenu:
    """The message menu "Add as source"."""

    async def add(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await adding.open_for_message(interaction, message)

    return app_commands.ContextMenu(name="Add as source", callback=add)
