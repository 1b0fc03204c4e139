"""``/claim budget``: what the server used of the chat model today, for its moderators."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.commands.permit import Permit, check_manager
from bot.errors import Lacking
from bot.reply import acknowledge, say
from bot.verbs import Verbs
from bot.views import text
from bot.views.budget import budget_lines


def add_budget(group: app_commands.Group, library: Verbs, permit: Permit | None) -> None:
    """Put the command into a group.

    Args:
        group: ``/claim``.
        library: The verbs.
        permit: Lets moderators through; without one, those with the permission Manage Server.
    """

    @group.command(name="budget", description="For moderators: what this server used of the chat model today")
    async def budget(interaction: discord.Interaction[Any]) -> None:
        await acknowledge(interaction, private=True)
        if interaction.guild_id is None:
            raise Lacking("A budget is a server's, so this works only there; please use it in your server.")
        space = await permit.check(interaction) if permit else check_manager(interaction)
        first, *rest = (text.escape(line) for line in budget_lines(await library.spending(space)))
        await say(interaction, "\n".join([f"**{first}**" if rest else first, *rest]))
