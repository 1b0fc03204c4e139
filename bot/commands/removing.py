"""``/source remove`` and ``/source removed``: out of every answer, back again, and gone after seven days."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

from bot.commands.looking import Shelves
from bot.commands.permit import Permit
from bot.commands.presses import Handler
from bot.reply import acknowledge, acknowledge_in_place, show
from bot.verbs import Curating, Verbs
from bot.views.adding import sentence_view
from bot.views.buttons import Action, source_key
from bot.views.removal import removal_view, removed_list_view, removed_view
from bot.views.sources import titled
from retrieval.errors import NotFound


class Removing:
    """Takes a server's own sources out, and brings them back.

    Args:
        library: The verbs.
        curator: Knows what was removed.
        shelves: Finds sources.
        permit: Knows who may.
    """

    def __init__(self, library: Verbs, curator: Curating, shelves: Shelves, permit: Permit) -> None:
        self._library, self._curator, self._shelves, self._permit = library, curator, shelves, permit

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Its buttons, by their verb."""
        return {
            "remove": self._pressed,
            "removeyes": self._remove,
            "removeno": self._keep,
            "restore": self._restore,
            "removed": self._turn,
        }

    def add_to(self, group: app_commands.Group) -> None:
        """Put its commands into the group ``/source``."""

        @group.command(name="remove", description="Remove a source; for seven days it can be brought back")
        @app_commands.describe(source="The source's id or words of its title")
        @app_commands.autocomplete(source=self._shelves.offer_own)
        async def remove(interaction: discord.Interaction[Any], source: str) -> None:
            await self._ask(interaction, source)

        @group.command(name="removed", description="List the sources that were removed, to bring them back")
        async def removed(interaction: discord.Interaction[Any]) -> None:
            await acknowledge(interaction, private=True)
            space = await self._permit.check(interaction)
            await show(interaction, removed_list_view(await self._curator.removed(space), 0))

    async def _pressed(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await self._ask(interaction, action.subject)

    async def _ask(self, interaction: discord.Interaction[Any], typed: str) -> None:
        """Ask whether to remove it, saying what that does."""
        await acknowledge(interaction, private=True)
        space = await self._permit.check(interaction)
        source = await self._shelves.own(typed, space)
        await show(interaction, removal_view(await self._library.source(source.id, space)))

    async def _remove(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        source = await self._shelves.own(action.subject, space)
        await self._library.remove(source.id, space, actor=str(interaction.user.id))
        gone = next(one for one in await self._curator.removed(space) if one.source.id == source.id)
        await show(interaction, removed_view(gone))

    async def _keep(self, interaction: discord.Interaction[Any], _action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        await self._permit.check(interaction)
        await show(interaction, sentence_view("Nothing was removed."))

    async def _restore(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        gone = [one.source for one in await self._curator.removed(space)]
        source = next((source for source in gone if source_key(source.id) == action.subject), None)
        if source is None:
            raise NotFound(
                "That source is not among the removed ones (any more); /source removed shows those that are."
            )
        back = await self._curator.restore(source.id, space, actor=str(interaction.user.id))
        await show(interaction, sentence_view(f"{titled(back)} is back, and answers draw on it again."))

    async def _turn(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        await show(interaction, removed_list_view(await self._curator.removed(space), action.page))
