"""Asking, however it came: let through, acknowledge, ask the library, show the answer."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Any

import discord

from bot.commands.choices import find_article, find_claim
from bot.commands.turnstile import Turnstile
from bot.reply import acknowledge, show, space_of
from bot.verbs import Verbs
from bot.views.answer import Showing, answer_view
from retrieval.answering import Early
from retrieval.conversation import Conversations
from retrieval.errors import NotFound
from retrieval.types import Answer, Claim

_log = logging.getLogger(__name__)


class Asking:
    """The one way from a person's question to a shown answer.

    Args:
        library: The verbs.
        turnstile: Who may ask how often.
        patience: Seconds after which an answer is given up; Discord's own limit is fifteen minutes.
        conversations: What each person asked in each channel a moment ago.
    """

    def __init__(self, library: Verbs, turnstile: Turnstile, patience: float, conversations: Conversations) -> None:
        self._library, self._turnstile, self._patience = library, turnstile, patience
        self._conversations = conversations

    async def ask(
        self, interaction: discord.Interaction[Any], question: str, *, article: str | None = None, private: bool
    ) -> None:
        """Answer a question in a person's own words, or one that is just a claim's number."""
        self._turnstile.enter(interaction.user.id)
        await acknowledge(interaction, private=private)
        early = partial(self._early, interaction, private=private)
        async with asyncio.timeout(self._patience):
            answer = await self._answer(question, space_of(interaction), article, early)
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
            answer = await self._ask_about(claim, space, partial(self._early, interaction, private=True))
        await self._show(interaction, answer, private=True)

    async def follow_up(self, interaction: discord.Interaction[Any], answer_id: str, question: str) -> None:
        """Answer a question that may lean on an answer; only the person who asked sees it, to share it or not."""
        self._turnstile.enter(interaction.user.id)
        await acknowledge(interaction, private=True)
        space = space_of(interaction)
        async with asyncio.timeout(self._patience):
            under = await self._library.answer(answer_id, space)
            turns = self._conversations.turns(*_who_and_where(interaction), under)
            answer = await self._library.follow_up(question, space, turns=turns)
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

    async def _answer(self, question: str, space: str, article: str | None, early: Early) -> Answer:
        source = await self.article_id(article, space)
        claim = find_claim(await self._library.claims(space, article=source), question)
        if claim:
            return await self._ask_about(claim, space, early)
        return await self._library.ask(question, space, article=source, early=early)

    async def _ask_about(self, claim: Claim, space: str, early: Early) -> Answer:
        return await self._library.ask(claim.text, space, article=claim.source, claim=claim.number, early=early)

    async def _early(self, interaction: discord.Interaction[Any], answer: Answer, *, private: bool) -> None:
        """Show a plain answer while another one is written; that this fails must not cost the other one."""
        try:
            await self._fill(interaction, answer, private=private)
        except (discord.HTTPException, OSError) as error:
            _log.warning("a plain answer could not be shown meanwhile: %s", error)

    async def _show(self, interaction: discord.Interaction[Any], answer: Answer, *, private: bool) -> None:
        self._conversations.heard(*_who_and_where(interaction), answer)
        await self._fill(interaction, answer, private=private)

    async def _fill(self, interaction: discord.Interaction[Any], answer: Answer, *, private: bool) -> None:
        can_share = private and interaction.guild_id is not None
        await show(interaction, answer_view(answer, Showing(private=can_share)))


def _who_and_where(interaction: discord.Interaction[Any]) -> tuple[str, str]:
    """The channel or thread, and the person: what makes a conversation."""
    return str(interaction.channel_id), str(interaction.user.id)
