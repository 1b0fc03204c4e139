"""``/claim ask``, ``/claim list``, ``/claim show`` and the message menu "Check this claim"."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any

import discord
from discord import app_commands

from bot.commands.asking import Asking
from bot.commands.choices import article_choices, claim_choices, find_claim
from bot.commands.handed import words_of
from bot.reply import acknowledge, say, show, space_of
from bot.verbs import Verbs
from bot.views import text
from bot.views.claims import claim_view, claims_view
from retrieval.errors import NotFound

_log = logging.getLogger(__name__)
_LONGEST_QUESTION = 500
_LONGEST_MESSAGE = 1_500
_AUTOCOMPLETE = 2.0
"""Seconds; after three Discord shows an error of its own."""
Choices = list[app_commands.Choice[str]]


class ClaimCommands(app_commands.Group):
    """The group ``/claim``."""

    def __init__(self, library: Verbs, asking: Asking) -> None:
        super().__init__(name="claim", description="What an article claims, and the evidence against and for it")
        self._library, self._asking = library, asking

    @app_commands.command(
        name="ask", description="Ask about a claim: the article's words, the evidence against and for"
    )
    @app_commands.describe(
        question="A question in your own words, or a claim's number such as C06",
        article="Only about this article",
        private="Only you see the answer; you can share it afterwards",
    )
    async def ask(
        self,
        interaction: discord.Interaction[Any],
        question: app_commands.Range[str, 1, _LONGEST_QUESTION],
        article: str | None = None,
        private: bool = False,  # Discord passes options by name
    ) -> None:
        """Answer a question."""
        await self._asking.ask(interaction, question, article=article, private=private)

    @app_commands.command(name="list", description="List the numbered claims of the article")
    @app_commands.describe(article="Only of this article")
    async def list_claims(self, interaction: discord.Interaction[Any], article: str | None = None) -> None:
        """List the claims, page by page; only the person who asked sees the list."""
        await acknowledge(interaction, private=True)
        space = space_of(interaction)
        wanted = await self._asking.article_id(article, space)
        articles = await self._library.articles(space)
        only = next((source for source in articles if source.id == wanted), None)
        await show(interaction, claims_view(await self._library.claims(space, article=wanted), articles, 0, only))

    @app_commands.command(name="show", description="Show one numbered claim and where the article makes it")
    @app_commands.describe(number="The claim's number, such as C06", article="Only of this article")
    async def show_claim(self, interaction: discord.Interaction[Any], number: str, article: str | None = None) -> None:
        """Show one claim."""
        await acknowledge(interaction, private=False)
        space = space_of(interaction)
        wanted = await self._asking.article_id(article, space)
        claim = find_claim(await self._library.claims(space, article=wanted), number)
        if claim is None:
            raise NotFound(f"There is no claim {text.clip(number, 40)!r} here; /claim list shows them all.")
        articles = await self._library.articles(space)
        await show(interaction, claim_view(claim, next((a for a in articles if a.id == claim.source), None)))

    @ask.autocomplete("question")
    async def _questions(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        return await offered(self._claims(interaction, current))

    @show_claim.autocomplete("number")
    async def _numbers(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        return await offered(self._claims(interaction, current))

    @ask.autocomplete("article")
    @list_claims.autocomplete("article")
    @show_claim.autocomplete("article")
    async def _articles(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        return await offered(self._titles(interaction, current))

    async def _claims(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        space = space_of(interaction)
        wanted = await self._asking.article_id(getattr(interaction.namespace, "article", None), space)
        return claim_choices(await self._library.claims(space, article=wanted), current)

    async def _titles(self, interaction: discord.Interaction[Any], current: str) -> Choices:
        return article_choices(await self._library.articles(space_of(interaction)), current)


def check_menu(asking: Asking) -> app_commands.ContextMenu:
    """The message menu "Check this claim"; the answer is private, for its reader to share or not."""

    async def check(interaction: discord.Interaction[Any], message: discord.Message) -> None:
        words = text.clip(words_of(message), _LONGEST_MESSAGE)
        if not words:
            await say(interaction, "This message has no words that I could check.")
            return
        await asking.ask(interaction, words, private=True)

    return app_commands.ContextMenu(name="Check this claim", callback=check)


async def offered(choices: Awaitable[Choices]) -> Choices:
    """The choices, or none when they cannot be had: autocomplete has no way to say why."""
    try:
        async with asyncio.timeout(_AUTOCOMPLETE):
            return await choices
    except NotFound:
        return []
    except Exception:  # noqa: BLE001  # a broken list must not break the typing
        _log.exception("autocomplete failed")
        return []
