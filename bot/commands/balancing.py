"""``/source balance``: how the references cover an article's claims, as a picture and as words."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import app_commands

from bot.commands.choices import find_source, source_choices
from bot.commands.claim import Choices, offered
from bot.commands.looking import Shelves
from bot.commands.permit import Permit
from bot.commands.progress import Progress
from bot.errors import answer_error
from bot.reply import Attached, acknowledge, deliver, space_of
from bot.verbs import Curating
from bot.views.adding import sentence_view
from bot.views.balance import NAME, balance_view, described
from bot.views.picture import picture
from retrieval.curate.types import Balance
from retrieval.errors import BadInput, NotFound
from retrieval.types import Role, Source


class Balancing:
    """Shows balances.

    Args:
        curator: Makes them.
        shelves: Finds articles.
        permit: Knows who may.
        pace: Seconds between two words on how far it is.
    """

    def __init__(self, curator: Curating, shelves: Shelves, permit: Permit, pace: float) -> None:
        self._curator, self._shelves, self._permit, self._pace = curator, shelves, permit, pace

    def add_to(self, group: app_commands.Group) -> None:
        """Put its command into the group ``/source``."""

        @group.command(name="balance", description="Show how the references cover an article's claims")
        @app_commands.describe(article="The article; can be left out where there is but one")
        @app_commands.autocomplete(article=self._offer)
        async def balance(interaction: discord.Interaction[Any], article: str | None = None) -> None:
            await acknowledge(interaction, private=True)
            await self._balance(interaction, article)

    async def _offer(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        return await offered(self._choices(interaction, current))

    async def _choices(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        return source_choices(await self._shelves.visible(space_of(interaction), Role.ARTICLE), current)

    async def _balance(self, interaction: discord.Interaction[Any], typed: str | None) -> None:
        space = await self._permit.check(interaction)
        article = await self._article(typed, space)
        try:
            async with Progress(interaction, "", [article.title], self._pace) as progress:
                found = await self._curator.balance(space, article.id, watch=progress.watch(0))
                drawn = await asyncio.to_thread(picture, found)
            await self._show(interaction, found, drawn)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told where the person still sees it
            await answer_error(interaction, error, "a balance", _tell)

    async def _article(self, typed: str | None, space: str) -> Source:
        articles = await self._shelves.visible(space, Role.ARTICLE)
        if typed is None and len(articles) > 1:
            raise BadInput(f"There are {len(articles)} articles here; please say which with the option article.")
        found = find_source(articles, typed) if typed else next(iter(articles), None)
        if found is None:
            raise NotFound("There is no such article here; /source list shows those that are.")
        return found

    async def _show(self, interaction: discord.Interaction[Any], found: Balance, drawn: bytes) -> None:
        file = Attached(NAME, drawn, described(found))
        instead = sentence_view("A balance is ready; please ask for it once more with /source balance.")
        await deliver(interaction, balance_view(found), instead, [file])


async def _tell(interaction: discord.Interaction[Any], sentence: str) -> None:
    await deliver(interaction, sentence_view(sentence), sentence_view("A balance could not be made."))
