"""Answers to presses: every button, menu and form, found by the verb in its ``custom_id``.

Those that read show what is stored and run no model. "Show the evidence" on a claim asks anew, through the turnstile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

import discord

from bot.commands.asking import Asking
from bot.errors import Lacking, answer_error
from bot.reply import acknowledge, acknowledge_in_place, say, show, space_of
from bot.verbs import Verbs
from bot.views import text
from bot.views.answer import Showing, answer_view, evidence_view
from bot.views.buttons import REASON, Action, WhyNot, source_key
from bot.views.claims import claims_view
from bot.views.context import context_view
from bot.views.filled import filled
from retrieval.errors import Refused

Handler = Callable[[discord.Interaction[Any], Action, list[str]], Awaitable[None]]
FormHandler = Callable[[discord.Interaction[Any], Action], Awaitable[None]]


class Answering(Protocol):
    """Whoever answers presses and forms, by the verb in their ``custom_id``."""

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Buttons and menus."""

    @property
    def forms(self) -> Mapping[str, FormHandler]:
        """Forms."""


_THANKS = "Thank you; your word is kept to make answers better."


class StoredPresses:
    """Answers presses from the library's stored answers.

    Args:
        library: The verbs.
        asking: For the presses that ask about a claim.
        more: Those who answer other buttons, menus and forms.
    """

    def __init__(self, library: Verbs, asking: Asking, *more: Answering) -> None:
        self._library, self._asking = library, asking
        self._verbs: dict[str, Handler] = {
            "more": self._more,
            "page": self._page,
            "context": self._context,
            "share": self._share,
            "helpful": self._helpful,
            "unhelpful": self._unhelpful,
            "claim": self._claim,
            "claims": self._claims,
        }
        self._forms: dict[str, FormHandler] = {"unhelpful": self._why_not}
        for others in more:
            self._verbs |= others.handlers
            self._forms |= others.forms

    async def press(self, interaction: discord.Interaction[Any], action: Action, values: list[str]) -> None:
        """Answer one press; never raises."""
        try:
            handler = self._verbs.get(action.verb)
            if handler is None:
                raise Refused("This button is from another version of me; please ask again.")  # noqa: TRY301  # one door
            await handler(interaction, action, values)
        except Exception as error:  # noqa: BLE001  # whatever it is, the person gets a sentence
            await answer_error(interaction, error, f"press {action.verb}")

    async def submit(self, interaction: discord.Interaction[Any], action: Action) -> None:
        """Answer one submitted form; never raises."""
        try:
            handler = self._forms.get(action.verb)
            if handler is None:
                raise Refused("This form is from another version of me; please open it again.")  # noqa: TRY301  # as above
            await handler(interaction, action)
        except Exception as error:  # noqa: BLE001  # as above
            await answer_error(interaction, error, f"form {action.verb}")

    async def _more(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge(interaction, private=True)
        answer = await self._library.answer(action.subject, space_of(interaction))
        await show(interaction, evidence_view(answer, action.page))

    async def _page(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        answer = await self._library.answer(action.subject, space_of(interaction))
        await show(interaction, evidence_view(answer, action.page))

    async def _context(self, interaction: discord.Interaction[Any], action: Action, values: list[str]) -> None:
        await acknowledge(interaction, private=True)
        label = values[0] if values else ""
        context = await self._library.context(action.subject, label, space_of(interaction))
        await show(interaction, context_view(context, label))

    async def _share(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        channel = _writable(interaction)
        answer = await self._library.answer(action.subject, space_of(interaction))
        name = text.escape(text.clip(interaction.user.display_name, 32)) or "a member"
        await channel.send(view=answer_view(answer, Showing(remark=f"Shared by {name}.")))
        await show(interaction, answer_view(answer, Showing(remark="Shared in this channel.")))

    async def _helpful(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge(interaction, private=True)
        await self._keep(interaction, action.subject, helpful=True, reason=None)
        await say(interaction, _THANKS)

    async def _unhelpful(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await interaction.response.send_modal(WhyNot(action.subject))

    async def _why_not(self, interaction: discord.Interaction[Any], action: Action) -> None:
        await acknowledge(interaction, private=True)
        await self._keep(interaction, action.subject, helpful=False, reason=filled(interaction).text(REASON))
        await say(interaction, _THANKS)

    async def _claim(self, interaction: discord.Interaction[Any], action: Action, values: list[str]) -> None:
        await self._asking.ask_claim(interaction, values[0] if values else action.subject)

    async def _claims(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = space_of(interaction)
        articles = await self._library.articles(space)
        only = next((source for source in articles if source_key(source.id) == action.subject), None)
        claims = await self._library.claims(space, article=only.id if only else None)
        await show(interaction, claims_view(claims, articles, action.page, only))

    async def _keep(
        self, interaction: discord.Interaction[Any], answer_id: str, *, helpful: bool, reason: str | None
    ) -> None:
        person, space = str(interaction.user.id), space_of(interaction)
        await self._library.feedback(answer_id, space, person=person, helpful=helpful, reason=reason)


def _writable(interaction: discord.Interaction[Any]) -> discord.abc.Messageable:
    """The channel, when both the person and the bot may write there.

    Raises:
        Lacking: one of them may not; the sentence names the permission.
    """
    channel = interaction.channel
    if not isinstance(channel, discord.abc.Messageable):
        raise Lacking("This place takes no messages; please ask again in a text channel.")
    name = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    spoken = "Send Messages in Threads" if isinstance(channel, discord.Thread) else "Send Messages"
    if not getattr(interaction.permissions, name):
        raise Lacking(f"You may not write in this channel (permission {spoken}), so I do not post there for you.")
    mine = interaction.app_permissions
    if not (mine.view_channel and getattr(mine, name)):
        raise Lacking(
            "I may not write in this channel: please ask a moderator to give me the permissions "
            f"View Channel and {spoken}."
        )
    return channel
