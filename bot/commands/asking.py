"""Asking, however it came: let through, acknowledge, ask the library, show the answer."""

from __future__ import annotations

import asyncio
from typing import Any

import discord

from bot.commands.choices import find_article, find_claim
from bot.commands.turnstile import Turnstile
from bot.reply import acknowledge, show, space_of
from bot.verbs import Verbs
from bot.views.answer import Showing, answer_view
from retrieval.errors import NotFound
from retrieval.types import Answer, Claim


class Asking:
    """The one way from a person's question to a shown answer.

    Args:
        library: The verbs.
        turnstile: Who may ask how often.
        patience: Seconds after which an answer is given up; Discord's own limit is fifteen minutes.
    """

    def __init__(self, library: Verbs, turnstile: Turnstile, patience: float) -> None:
        self._library, self._turnstile, self._patience = library, turnstile, patience

    async def ask(
        self, interaction: discord.Interaction[Any], question: str, *, article: str | None = None, private: bool
    ) -> None:
        """Answer a question in a person's own words, or one that is just a claim's number."""
        self._turnstile.enter(interaction.user.id)
        await acknowledge(interaction, private=private)
        async with asyncio.timeout(self._patience):
            answer = await self._answer(question, space_of(interaction), article)
        await self._show(interaction, answer, private=private)

    async def ask_claim(self, interaction: discord.Interaction[Any], subject: str) -> None:
        """Answer about one claim that was picked; only the person who picked it sees the answer."""
        self._turnstile.enter(interaction.user.id)
        await acknowledge(interaction, private=True)
        space = space_of(interaction)
        async with asyncio.timeout(self._patience):
            claim = find_claim(await self._library.claims(space), subject)
            if claim is None:
                raise NotFound("This claim is no longer in the library; /claim list shows those that are.")
            answer = await self._ask_about(claim, space)
        await self._show(interaction, answer, private=True)

    async def article_id(self, typed: str | None, space: str) -> str | None:
        """The id of the article that was named, or None when none was.

        Raises:
            NotFound: there is none of that name.
        """
        if not typed:
            return None
        article = find_article(await self._library.articles(space), typed)
        if article is None:
            raise NotFound("There is no such article here; please pick one from the list that shows while you type.")
        return article.id

    async def _answer(self, question: str, space: str, article: str | None) -> Answer:
        source = await self.article_id(article, space)
        claim = find_claim(await self._library.claims(space, article=source), question)
        if claim:
            return await self._ask_about(claim, space)
        return await self._library.ask(question, space, article=source)

    async def _ask_about(self, claim: Claim, space: str) -> Answer:
        return await self._library.ask(claim.text, space, article=claim.source, claim=claim.number)

    async def _show(self, interaction: discord.Interaction[Any], answer: Answer, *, private: bool) -> None:
        can_share = private and interaction.guild_id is not None
        await show(interaction, answer_view(answer, Showing(private=can_share)))
