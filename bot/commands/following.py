"""Follow-ups: the button under an answer, the form that it opens, and the question that comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.commands.asking import Asking
from bot.commands.presses import FormHandler, Handler
from bot.views.buttons import Action
from bot.views.filled import filled
from bot.views.follow import FOLLOW, QUESTION, FollowForm
from retrieval.errors import BadInput


class Following:
    """Answers the button and the form "Ask a follow-up"."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Buttons and menus."""
        return {FOLLOW: self._open}

    @property
    def forms(self) -> Mapping[str, FormHandler]:
        """Forms."""
        return {FOLLOW: self._ask}

    async def _open(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await interaction.response.send_modal(FollowForm(action.subject))

    async def _ask(self, interaction: discord.Interaction[Any], action: Action) -> None:
        question = filled(interaction).text(QUESTION)
        if question is None:
            raise BadInput("The question is empty; ask about something that the answer or the article says.")
        await self._asking.follow_up(interaction, action.subject, question)
