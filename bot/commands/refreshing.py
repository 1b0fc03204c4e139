"""``/source refresh``: fetch a source again, show what changed, and offer the new version as a preview to add."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

from bot.commands.looking import Shelves
from bot.commands.permit import Permit
from bot.commands.presses import Handler
from bot.commands.progress import Progress
from bot.commands.waiting import telling
from bot.errors import answer_error
from bot.reply import acknowledge, deliver, deliver_beside
from bot.verbs import Desk
from bot.views.adding import offer_view, sentence_view
from bot.views.buttons import Action
from bot.views.changes import changes_view
from bot.views.draft import draft_view
from bot.views.sources import titled
from retrieval.types import Source


class Refreshing:
    """Fetches sources again.

    Args:
        desk: Does it, and keeps the new versions.
        shelves: Finds sources.
        permit: Knows who may.
        pace: Seconds between two words on how far it is.
    """

    def __init__(self, desk: Desk, shelves: Shelves, permit: Permit, pace: float) -> None:
        self._curator, self._drafts = desk.curator, desk.drafts
        self._shelves, self._permit, self._pace = shelves, permit, pace

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Its button, by its verb."""
        return {"refresh": self._pressed}

    def add_to(self, group: app_commands.Group) -> None:
        """Put its command into the group ``/source``."""

        @group.command(name="refresh", description="Fetch a source again and see what changed before you take it")
        @app_commands.describe(source="The source's id or words of its title")
        @app_commands.autocomplete(source=self._shelves.offer_own)
        async def refresh(interaction: discord.Interaction[Any], source: str) -> None:
            await self._refresh(interaction, source)

    async def _pressed(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await self._refresh(interaction, action.subject)

    async def _refresh(self, interaction: discord.Interaction[Any], typed: str) -> None:
        await acknowledge(interaction, private=True)
        space = await self._permit.check(interaction)
        source = await self._shelves.own(typed, space)
        try:
            await self._fetch(interaction, source, space)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told where the person still sees it
            await answer_error(interaction, error, "refreshing a source", telling(error, _instead))

    async def _fetch(self, interaction: discord.Interaction[Any], source: Source, space: str) -> None:
        channel = str(interaction.channel_id) if interaction.channel_id else None
        async with Progress(interaction, "", [source.title], self._pace) as progress:
            found = await self._curator.refresh(
                source.id, space, who=str(interaction.user.id), channel=channel, watch=progress.watch(0)
            )
        if found.draft is None:
            same = sentence_view(f"{titled(source)} has not changed: the page reads as it did.")
            await deliver(interaction, same, sentence_view("A source was fetched again; it has not changed."))
            return
        preview = offer_view([found.draft])
        reached = await deliver(interaction, changes_view(source, found.changes), preview)
        if reached:
            reached = await deliver_beside(interaction, draft_view(found.draft), preview)
        if reached is not None:
            await self._drafts.told([found.draft.id])


def _instead(_sentence: str) -> str:
    """What the channel is told when the reply's address has expired: not why, which could tell of the source."""
    return "A source could not be fetched again; it stays as it is."
