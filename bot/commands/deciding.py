"""What a moderator decides on a preview: add, edit, another role, cancel. Who may is asked at every press."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.commands.permit import Permit
from bot.commands.presses import FormHandler, Handler
from bot.commands.progress import Progress
from bot.errors import answer_error
from bot.reply import acknowledge, acknowledge_in_place, deliver, deliver_beside, show
from bot.verbs import Drafting
from bot.views.adding import added_view, sentence_view
from bot.views.buttons import Action
from bot.views.draft import draft_view
from bot.views.filled import filled
from bot.views.forms import ClaimsForm, DetailsForm, claims_text, edits
from retrieval.curate.types import Draft, Edits
from retrieval.errors import RejoinderError
from retrieval.types import Role


class Deciding:
    """Answers the buttons and forms of previews; a draft of another server is not found.

    Args:
        drafts: Keeps what is on its way in.
        permit: Knows who may.
        pace: Seconds between two words on how far it is.
    """

    def __init__(self, drafts: Drafting, permit: Permit, pace: float) -> None:
        self._drafts, self._permit, self._pace = drafts, permit, pace

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Its buttons, by their verb."""
        return {
            "draftadd": self._add,
            "draftshow": self._show,
            "draftpage": self._page,
            "draftedit": self._edit,
            "draftclaims": self._claims,
            "draftrole": self._role,
            "draftdrop": self._drop,
        }

    @property
    def forms(self) -> Mapping[str, FormHandler]:
        """Its forms, by their verb."""
        return {"draftedit": self._edited, "draftclaims": self._claims_edited}

    async def _add(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        draft = await self._drafts.draft(action.subject, space)
        try:
            async with Progress(interaction, "", [draft.where], self._pace) as progress:
                progress.watch(0)("being added", 0, 0)
                await progress.tell()  # which takes the buttons away, so that nobody presses twice
                change = await self._drafts.confirm(
                    draft.id, space, actor=str(interaction.user.id), watch=progress.watch(0)
                )
        except Exception as error:  # noqa: BLE001  # whatever it is, the preview comes back and the person is told
            await self._back(interaction, draft)
            await answer_error(interaction, error, "adding a source", _tell_beside)
        else:
            done = added_view(draft, change)
            if await deliver(interaction, done, done) is not None:
                await self._drafts.told([draft.id])

    async def _show(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge(interaction, private=True)
        space = await self._permit.check(interaction)
        await show(interaction, draft_view(await self._drafts.draft(action.subject, space)))

    async def _page(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        await show(interaction, draft_view(await self._drafts.draft(action.subject, space), action.page))

    async def _edit(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        space = await self._permit.check(interaction)
        await interaction.response.send_modal(DetailsForm(await self._drafts.draft(action.subject, space)))

    async def _claims(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        space = await self._permit.check(interaction)
        await interaction.response.send_modal(ClaimsForm(await self._drafts.draft(action.subject, space)))

    async def _role(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        role = Role.ARTICLE if action.page else Role.REFERENCE
        await show(interaction, draft_view(await self._drafts.edit(action.subject, space, Edits(role=role))))

    async def _drop(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        # Asked first: discarding what is not there is no error, and "cancelled" would be untrue of another's draft.
        draft = await self._drafts.draft(action.subject, space)
        await self._drafts.discard(draft.id, space)
        await show(interaction, sentence_view("Cancelled: nothing was added, and what was read is forgotten."))

    async def _edited(self, interaction: discord.Interaction[Any], action: Action) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        draft = await self._drafts.draft(action.subject, space)
        changes = edits(draft, dict(filled(interaction).texts))
        await show(interaction, draft_view(await self._drafts.edit(draft.id, space, changes)))

    async def _claims_edited(self, interaction: discord.Interaction[Any], action: Action) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        draft = await self._drafts.draft(action.subject, space)
        wanted = claims_text(draft, dict(filled(interaction).texts), action.page)
        await show(interaction, draft_view(await self._drafts.edit_claims(draft.id, space, wanted)))

    async def _back(self, interaction: discord.Interaction[Any], draft: Draft) -> None:
        """Show the preview again as it is now, as well as that can be done."""
        try:
            now = await self._drafts.draft(draft.id, draft.space)
            await show(interaction, draft_view(now))
        except (RejoinderError, discord.HTTPException):
            return


async def _tell_beside(interaction: discord.Interaction[Any], sentence: str) -> None:
    """Tell the person beside the preview, or in the channel when the reply's address has expired."""
    await deliver_beside(interaction, sentence_view(sentence), sentence_view(f"A source was not added: {sentence}"))
