"""The life of one interaction: acknowledged at once, filled once, and always able to say one more sentence."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import discord
from discord import ui

from retrieval.types import SHARED

_log = logging.getLogger(__name__)
_FILLED = "rejoinder_filled"
_DISMISSED = 10_008
_EXPIRED = {10_015, 50_027}
"""Discord's codes for a reply whose address (good for fifteen minutes) is no longer one."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes with a message; its view shows it as ``attachment://name``.

    A ``discord.File`` can be sent once; these bytes as often as a reply has to be tried.
    """

    name: str
    data: bytes
    about: str | None = None
    """What it shows, for those who do not see it; 1,024 characters at most (Discord's limit)."""

    def file(self) -> discord.File:
        """The file as discord.py sends it."""
        return discord.File(BytesIO(self.data), self.name, description=self.about)


def space_of(interaction: discord.Interaction[Any]) -> str:
    """Whose sources are visible here: the server's and the shared ones; in direct messages the shared ones alone."""
    return str(interaction.guild_id) if interaction.guild_id is not None else SHARED


async def acknowledge(interaction: discord.Interaction[Any], *, private: bool) -> None:
    """Say "thinking" within Discord's three seconds; ``private`` cannot change afterwards."""
    await interaction.response.defer(thinking=True, ephemeral=private)


async def acknowledge_in_place(interaction: discord.Interaction[Any]) -> None:
    """Take note of a press whose message is going to change; nothing shows."""
    await interaction.response.defer()


async def show(
    interaction: discord.Interaction[Any], view: ui.LayoutView, files: Sequence[Attached] | None = None
) -> None:
    """Fill the acknowledged reply, or change the message in place; ``files`` replace those that it has."""
    attachments = discord.utils.MISSING if files is None else [one.file() for one in files]
    await interaction.edit_original_response(view=view, attachments=attachments)
    interaction.extras[_FILLED] = True


async def deliver(
    interaction: discord.Interaction[Any],
    view: ui.LayoutView,
    instead: ui.LayoutView,
    files: Sequence[Attached] | None = None,
) -> bool | None:
    """Show what came of long work: in the reply, beside it if the person dismissed it, in the channel if it expired.

    Args:
        interaction: What the person did, perhaps long ago.
        view: For the person.
        instead: What everybody in the channel sees when the person's own reply can no longer be reached.
        files: What goes with ``view``.

    Returns:
        True when the person was reached, False when the channel was told instead, None when nobody could be.
    """
    try:
        await show(interaction, view, files)
    except discord.HTTPException as error:
        if error.code == _DISMISSED:
            return await deliver_beside(interaction, view, instead, files or ())
        if error.code not in _EXPIRED:
            raise
        return False if await post(interaction.client, interaction.channel_id, instead) else None
    return True


async def deliver_beside(
    interaction: discord.Interaction[Any],
    view: ui.LayoutView,
    instead: ui.LayoutView,
    files: Sequence[Attached] = (),
) -> bool | None:
    """One more private message beside the reply; ``instead`` in the channel when the reply's address has expired.

    Returns:
        As ``deliver``.
    """
    try:
        await interaction.followup.send(view=view, ephemeral=True, files=[one.file() for one in files])
    except discord.HTTPException as error:
        if error.code not in _EXPIRED:
            raise
        return False if await post(interaction.client, interaction.channel_id, instead) else None
    return True


async def post(client: discord.Client, channel: int | None, view: ui.LayoutView) -> bool:
    """The bot's own message in a channel; where it may not write, the log says so, and False comes back."""
    try:
        await client.get_partial_messageable(channel or 0).send(view=view)
    except (discord.Forbidden, discord.NotFound) as error:
        _log.warning("nobody told in channel %s: %s", channel, error)
        return False
    return True


async def say(interaction: discord.Interaction[Any], sentence: str) -> None:
    """One sentence, whatever the state: as first answer, in the waiting reply, or as a private message beside it."""
    if not interaction.response.is_done():
        await interaction.response.send_message(sentence, ephemeral=True)
    elif _waiting(interaction):
        await interaction.edit_original_response(content=sentence)
        interaction.extras[_FILLED] = True
    else:
        await interaction.followup.send(sentence, ephemeral=True)


def _waiting(interaction: discord.Interaction[Any]) -> bool:
    """Whether "thinking" still stands there. A follow-up would then fill it too, which Discord calls deprecated."""
    thinking = discord.InteractionResponseType.deferred_channel_message
    return interaction.response.type is thinking and not interaction.extras.get(_FILLED, False)
