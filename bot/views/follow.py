"""The form behind "Ask a follow-up". It is answered through its ``custom_id``, so it may be sent after a restart."""

from __future__ import annotations

import discord
from discord import ui

from bot.views.buttons import Action

FOLLOW = "follow"
"""The verb of the button and of the form."""
QUESTION = "question"
"""The ``custom_id`` of the form's one field."""
_LONGEST = 500


class FollowForm(ui.Modal):
    """Asks for a question that may lean on an answer."""

    def __init__(self, answer_id: str) -> None:
        super().__init__(title="Ask a follow-up", custom_id=Action(FOLLOW, answer_id).id("rj-form"))
        self.add_item(
            ui.Label(
                text="Your question",
                description="It may lean on the answer: “and who paid for it?”",
                component=ui.TextInput(
                    custom_id=QUESTION, style=discord.TextStyle.paragraph, required=True, max_length=_LONGEST
                ),
            )
        )
