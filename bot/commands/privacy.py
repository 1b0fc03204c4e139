"""``/privacy show`` and ``/privacy forget``: what is kept about a person, and its removal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

from bot.commands.presses import FormHandler, Handler
from bot.reply import acknowledge, acknowledge_in_place, show
from bot.verbs import Drafting, Verbs
from bot.views.adding import sentence_view
from bot.views.buttons import Action, button, row
from bot.views.privacy import kept_view
from retrieval.conversation import Conversations

_FORGET = (
    "## Forget what is kept about you?\n"
    "In every server: whether answers helped you and why, the sources that you handed in and that nobody added yet, "
    "and what you asked a moment ago. Where the log or a source says that you added or changed it, it says instead "
    "that somebody did who asked to be forgotten; the sources themselves stay. This cannot be undone."
)


def kept(days: int) -> str:
    """What is kept about people, and for how many days."""
    return (
        "**What Rejoinder keeps**\n"
        f"• Your question and its answer, without your name, for {days} days, so that the buttons under the answer "
        "keep working.\n"
        "• What you asked last in a channel, so that you can ask a follow-up: for half an hour, in memory only.\n"
        "• If you press Helpful or Not helpful: that, your reason if you give one, and a salted hash in place of your "
        "name, so that a later press replaces the earlier one; for as long as the answer.\n"
        "• If you hand in a source: the preview with your Discord id, until you cancel it or for a day, two at most; a "
        "file that you import, until its sources are in. "
        "If you add or change sources: your Discord id in the server's log, for a year (its newest entry longer), and "
        "at the sources you added, as long as these are kept; so that its moderators see who did what.\n"
        "• If whoever runs this bot has set a chat model, your question (of a follow-up, earlier ones too), the claim, "
        "the passages found and an article that you hand in are sent to its provider; if they have set an embeddings "
        "server, your question, the claims and the sources' text are sent to that one. Who asked is not sent.\n"
        "• No messages: it reads one only when somebody picks “Check this claim” or “Add as source” on it, and keeps "
        "its words as the question or the source.\n"
        "A server's questions, answers and sources are never shown in another server. "
        "/privacy forget deletes what is kept about you."
    )


class PrivacyCommands(app_commands.Group):
    """The group ``/privacy``, and the buttons of its question.

    Args:
        keep_days: Days that answers are kept.
        library: Keeps feedback.
        drafts: Keeps what was handed in, counts and forgets who did what; None where nobody can hand in anything.
        conversations: What each person asked a moment ago.
    """

    def __init__(self, keep_days: int, library: Verbs, drafts: Drafting | None, conversations: Conversations) -> None:
        super().__init__(name="privacy", description="What Rejoinder keeps about you, and how to have it forgotten")
        self._keep_days, self._library = keep_days, library
        self._drafts, self._conversations = drafts, conversations

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Its buttons, by their verb."""
        return {"forgetyes": self._forget, "forgetno": self._leave}

    @property
    def forms(self) -> Mapping[str, FormHandler]:
        """It has no forms."""
        return {}

    @app_commands.command(name="show", description="Show what Rejoinder keeps, and how much of it is about you")
    async def show_kept(self, interaction: discord.Interaction[Any]) -> None:
        """Say what is kept, and how much of it is theirs; only the person who asked sees it."""
        await acknowledge(interaction, private=True)
        person = str(interaction.user.id)
        about = await self._drafts.about(person) if self._drafts else None
        await show(interaction, kept_view(kept(self._keep_days), about, self._conversations.held(person)))

    @app_commands.command(name="forget", description="Delete what Rejoinder keeps about you, in every server")
    async def ask_whether(self, interaction: discord.Interaction[Any]) -> None:
        """Ask whether it is meant; only the person who asked sees it."""
        await acknowledge(interaction, private=True)
        view = discord.ui.LayoutView(timeout=None)
        view.add_item(discord.ui.TextDisplay(_FORGET))
        yes = button("Forget me", Action("forgetyes", ""), style=discord.ButtonStyle.danger)
        view.add_item(row(yes, button("Cancel", Action("forgetno", ""))))
        await show(interaction, view)

    async def _forget(self, interaction: discord.Interaction[Any], _action: Action, _values: list[str]) -> None:
        """Forget whoever pressed; nobody can have another person forgotten."""
        await acknowledge_in_place(interaction)
        person = str(interaction.user.id)
        count = self._conversations.forget(person) + await self._library.forget(person)
        count += await self._drafts.forget(person) if self._drafts else 0
        entries = f"{count:,} entr{'y' if count == 1 else 'ies'}"
        told = f"Done: {entries} about you deleted or made nameless." if count else "There was nothing about you."
        await show(interaction, sentence_view(told))

    async def _leave(self, interaction: discord.Interaction[Any], _action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        await show(interaction, sentence_view("Nothing was deleted."))
