"""``/privacy show``: what is kept, in one message."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.reply import say


def kept(days: int) -> str:
    """What is kept about people, and for how many days."""
    return (
        "**What Rejoinder keeps**\n"
        f"• Your question and its answer, without your name, for {days} days, so that the buttons under the answer "
        "keep working.\n"
        "• If you press Helpful or Not helpful: that, your reason if you give one, and a salted hash in place of your "
        "name, so that a later press replaces the earlier one; for as long as the answer.\n"
        "• If whoever runs this bot has set a chat model, your question and the quoted passages are sent to its "
        "provider.\n"
        "• No messages: it reads one only when somebody picks “Check this claim” on it, and keeps its words as the "
        "question.\n"
        "A server's questions and answers are never shown in another server."
    )


class PrivacyCommands(app_commands.Group):
    """The group ``/privacy``."""

    def __init__(self, keep_days: int) -> None:
        super().__init__(name="privacy", description="What Rejoinder keeps about you")
        self._keep_days = keep_days

    @app_commands.command(name="show", description="Show what Rejoinder keeps")
    async def show_kept(self, interaction: discord.Interaction[Any]) -> None:
        """Say what is kept; only the person who asked sees it."""
        await say(interaction, kept(self._keep_days))
