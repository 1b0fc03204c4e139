"""Who may change a server's sources; asked at every step, since a command, a form and a button are three ways in.

Discord hides commands by settings of its own, which an administrator can change and a button does not know. So what
counts is asked here: the permission Manage Server, or the role that the server named with ``/source curators``.
"""

from __future__ import annotations

from typing import Any, Protocol

import discord

from bot.errors import Lacking
from retrieval.curate.types import Rules


class Ruling(Protocol):
    """Whoever knows what a server decided."""

    async def rules(self, space: str) -> Rules:
        """What a server decided."""


class Permit:
    """Lets a server's moderators through.

    Args:
        curator: Knows the role that a server named.
    """

    def __init__(self, curator: Ruling) -> None:
        self._curator = curator

    async def check(self, interaction: discord.Interaction[Any]) -> str:
        """The space that this person may change: the server in which they act.

        Raises:
            Lacking: they act in direct messages, or have neither the permission nor the role.
        """
        space = in_server(interaction)
        if manages(interaction) or await self._has_role(interaction, space):
            return space
        raise Lacking(
            "Only moderators may do this: people with the permission Manage Server, or with the role that was named "
            "with /source curators."
        )

    async def allows(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether ``check`` lets this person through, for what is shown to moderators beside what all see."""
        try:
            await self.check(interaction)
        except Lacking:
            return False
        return True

    async def _has_role(self, interaction: discord.Interaction[Any], space: str) -> bool:
        named = (await self._curator.rules(space)).curators
        roles = interaction.user.roles if isinstance(interaction.user, discord.Member) else []
        return named is not None and any(str(role.id) == named for role in roles)


def check_manager(interaction: discord.Interaction[Any]) -> str:
    """The space whose rules this person may set, which takes more than the role that the rules name.

    Raises:
        Lacking: they act in direct messages, or lack the permission Manage Server.
    """
    space = in_server(interaction)
    if not manages(interaction):
        raise Lacking("Only people with the permission Manage Server may do this.")
    return space


def manages(interaction: discord.Interaction[Any]) -> bool:
    """Whether Discord says that this person manages the server (an administrator may do everything)."""
    allowed = interaction.permissions
    return allowed.manage_guild or allowed.administrator


def in_server(interaction: discord.Interaction[Any]) -> str:
    """The space of the server in which somebody acts.

    Raises:
        Lacking: they act in direct messages.
    """
    if interaction.guild_id is None:
        raise Lacking("Sources belong to a server, so this works only there; please use it in your server.")
    return str(interaction.guild_id)
