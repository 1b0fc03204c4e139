"""The way back to previews that wait: ``/source waiting``, and a refusal for want of room that brings them along."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

from bot.commands.permit import Permit
from bot.errors import Tell
from bot.reply import acknowledge, deliver, show
from bot.verbs import Drafting
from bot.views.adding import WAITING, sentence_view, waiting_view
from bot.views.waiting import awaiting_view
from retrieval.curate.room import Crowded
from retrieval.curate.types import Draft


class Waiting:
    """Shows moderators which previews wait; their buttons are those of ``Deciding``.

    Args:
        drafts: Keeps what is on its way in.
        permit: Knows who may.
    """

    def __init__(self, drafts: Drafting, permit: Permit) -> None:
        self._drafts, self._permit = drafts, permit

    def add_to(self, group: app_commands.Group) -> None:
        """Put its command into the group ``/source``."""

        @group.command(name="waiting", description="See what waits to be confirmed here, and open its preview again")
        async def waiting(interaction: discord.Interaction[Any]) -> None:
            await acknowledge(interaction, private=True)
            space = await self._permit.check(interaction)
            await show(interaction, awaiting_view(await self._drafts.waiting(space, str(interaction.user.id))))


def in_the_way(error: Exception) -> tuple[Draft, ...]:
    """The drafts that stand in the way of a new one, if that is what failed."""
    return error.waiting[:WAITING] if isinstance(error, Crowded) else ()


def telling(
    failure: Exception, instead: Callable[[str], str], told: Callable[[], Awaitable[None]] | None = None
) -> Tell:
    """Tells the person what failed, in the reply that told how far it was, with what waits if that was in the way.

    Args:
        failure: What failed.
        instead: Makes of that sentence the one for the channel, when the reply's address has expired.
        told: Called when somebody was told.
    """
    waiting = in_the_way(failure)

    async def tell(interaction: discord.Interaction[Any], sentence: str) -> None:
        view = waiting_view(sentence, waiting) if waiting else sentence_view(sentence)
        if await deliver(interaction, view, sentence_view(instead(sentence))) is not None and told:
            await told()

    return tell
