"""The life of one interaction: acknowledged at once, filled once, and always able to say one more sentence."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from retrieval.types import SHARED

_FILLED = "rejoinder_filled"


def space_of(interaction: discord.Interaction[Any]) -> str:
    """Whose sources are visible here: the server's and the shared ones; in direct messages the shared ones alone."""
    return str(interaction.guild_id) if interaction.guild_id is not None else SHARED


async def acknowledge(interaction: discord.Interaction[Any], *, private: bool) -> None:
    """Say "thinking" within Discord's three seconds; ``private`` cannot change afterwards."""
    await interaction.response.defer(thinking=True, ephemeral=private)


async def acknowledge_in_place(interaction: discord.Interaction[Any]) -> None:
    """Take note of a press whose message is going to change; nothing shows."""
    await interaction.response.defer()


async def show(interaction: discord.Interaction[Any], view: ui.LayoutView) -> None:
    """Fill the acknowledged reply, or change the message in place."""
    await interaction.edit_original_response(view=view)
    interaction.extras[_FILLED] = True


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
