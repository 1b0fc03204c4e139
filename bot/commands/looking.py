"""``/source list`` and ``/source show``, for everybody; moderators see buttons beside, which ask again who may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import discord
from discord import app_commands

from bot.commands.choices import find_source, source_choices, source_has
from bot.commands.claim import Choices, offered
from bot.commands.permit import Permit
from bot.commands.presses import Handler
from bot.reply import acknowledge, acknowledge_in_place, show, space_of
from bot.verbs import Verbs
from bot.views.buttons import Action
from bot.views.sources import LONGEST_WORDS, NOTHING, Wanted, source_view, sources_view
from retrieval.errors import NotFound, Refused
from retrieval.types import Role, Source

_SHARED = "That source is shared with every server, so only whoever runs this bot can change it."


class Shelves:
    """Finds a source that somebody names, as their server sees it."""

    def __init__(self, library: Verbs) -> None:
        self._library = library

    async def visible(self, space: str, role: Role | None = None) -> list[Source]:
        """The sources that are visible from a space: articles first, then by title."""
        sources = await self._library.sources(space, role=role)
        return sorted(sources, key=lambda source: (source.role is not Role.ARTICLE, source.title.casefold(), source.id))

    async def one(self, typed: str, space: str) -> Source:
        """The visible source that is named; NotFound when there is none."""
        source = find_source(await self.visible(space), typed)
        if source is None:
            raise NotFound(NOTHING)
        return source

    async def own(self, typed: str, space: str) -> Source:
        """The server's own source that is named.

        Raises:
            NotFound: there is none.
            Refused: it is another's: one that all servers share.
        """
        sources = await self.visible(space)
        source = find_source([one for one in sources if one.space == space], typed)
        if source is None:
            raise Refused(_SHARED) if find_source(sources, typed) else NotFound(NOTHING)
        return source

    async def offer(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        """Visible sources, for autocomplete."""
        return await offered(self._choices(interaction, current, own=False))

    async def offer_own(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        """The server's own sources, for autocomplete."""
        return await offered(self._choices(interaction, current, own=True))

    async def _choices(self, interaction: discord.Interaction[Any], current: str, *, own: bool) -> Choices:
        space = space_of(interaction)
        sources = await self.visible(space)
        return source_choices([source for source in sources if not own or source.space == space], current)


class Looking:
    """Shows what sources there are.

    Args:
        library: The verbs.
        shelves: Finds sources.
        permit: Knows who sees the moderators' buttons.
    """

    def __init__(self, library: Verbs, shelves: Shelves, permit: Permit) -> None:
        self._library, self._shelves, self._permit = library, shelves, permit

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Its buttons and menus, by their verb."""
        return {"sources": self._turn, "source": self._picked, "sourcepage": self._leaf}

    def add_to(self, group: app_commands.Group) -> None:
        """Put its commands into the group ``/source``."""

        @group.command(name="list", description="List the articles and references that answers draw on")
        @app_commands.describe(role="Only articles, or only references", words="Only those with these words")
        async def list_sources(
            interaction: discord.Interaction[Any],
            role: Literal["article", "reference"] | None = None,
            words: app_commands.Range[str, 1, LONGEST_WORDS] | None = None,
        ) -> None:
            await acknowledge(interaction, private=True)
            await self._list(interaction, Wanted(Role(role) if role else None, words or ""), 0)

        @group.command(name="show", description="Show one source: its record, its passages, how often it is quoted")
        @app_commands.describe(source="The source's id or words of its title")
        @app_commands.autocomplete(source=self._shelves.offer)
        async def show_source(interaction: discord.Interaction[Any], source: str) -> None:
            await acknowledge(interaction, private=True)
            await self._show(interaction, source, 0)

    async def _turn(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        await self._list(interaction, Wanted.of(action.subject), action.page)

    async def _picked(self, interaction: discord.Interaction[Any], action: Action, values: list[str]) -> None:
        await acknowledge(interaction, private=True)
        await self._show(interaction, values[0] if values else action.subject, 0)

    async def _leaf(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        await self._show(interaction, action.subject, action.page)

    async def _list(self, interaction: discord.Interaction[Any], wanted: Wanted, page: int) -> None:
        sources = await self._shelves.visible(space_of(interaction), wanted.role)
        await show(interaction, sources_view([one for one in sources if source_has(one, wanted.words)], wanted, page))

    async def _show(self, interaction: discord.Interaction[Any], typed: str, page: int) -> None:
        space = space_of(interaction)
        source = await self._shelves.one(typed, space)
        changeable = source.space == space and await self._permit.allows(interaction)
        details = await self._library.source(source.id, space)
        await show(interaction, source_view(details, page, moderator=changeable))
