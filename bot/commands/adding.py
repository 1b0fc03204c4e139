"""Adding a source, from what is handed in to its preview: check, acknowledge, propose, show."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import discord

from bot.commands.handed import WORDS, Thing, things_in, things_of
from bot.commands.offers import Offers
from bot.commands.permit import Permit
from bot.commands.progress import Progress
from bot.errors import Tell, answer_error, note
from bot.reply import acknowledge, deliver, deliver_beside
from bot.verbs import Drafting
from bot.views.adding import WAITING, lines_view, named, offer_view, sentence_view, waiting_view
from bot.views.buttons import Action
from bot.views.draft import draft_view
from bot.views.filled import Filled, filled
from bot.views.forms import MOST, PICKED, PUBLISHER, ROLE, TITLE, AddForm, MessageForm
from retrieval.curate.room import Crowded
from retrieval.curate.types import Draft
from retrieval.errors import BadInput
from retrieval.ingest.intake import Given
from retrieval.types import Role

_AT_ONCE = 3
"""Things of one person that are worked on at the same time, so that ten large files do not lie in memory together."""
_OFFERED = 25
"""Links and files of a message that a menu shows (Discord's limit)."""
_SENTENCE = 150
_NOTHING = "Nothing was handed in: please give a link, a file or the text itself."


class Adding:
    """The way from what somebody hands in to a preview of it.

    Args:
        drafts: Keeps what is on its way in.
        permit: Knows who may.
        pace: Seconds between two words on how far it is.
    """

    def __init__(self, drafts: Drafting, permit: Permit, pace: float) -> None:
        self._drafts, self._permit, self._pace = drafts, permit, pace
        self._offers = Offers()

    async def open_form(self, interaction: discord.Interaction[Any]) -> None:
        """Ask a moderator for a link, files or text."""
        await self._permit.check(interaction)
        await interaction.response.send_modal(AddForm())

    async def open_for_message(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """Ask a moderator what of a message to add, and what it is."""
        space = await self._permit.check(interaction)
        things = things_of(message)[:_OFFERED]
        if not things:
            raise BadInput("This message has no link, no file and no words that I could add.")
        key = self._offers.keep(interaction.user.id, space, things)
        words = things[0].name == WORDS
        remark = "This message has no link and no file, so its own words are taken:" if words else "To be added:"
        names = [things[0].text or ""] if words else [thing.name for thing in things]
        await interaction.response.send_modal(MessageForm(key, names, remark))

    async def handed(self, interaction: discord.Interaction[Any], _action: Action) -> None:
        """Take what the form of ``/source add`` holds."""
        await acknowledge(interaction, private=True)
        space = await self._permit.check(interaction)
        form = filled(interaction)
        await self._take(interaction, things_in(form), _given(interaction, form, space))

    async def picked(self, interaction: discord.Interaction[Any], action: Action) -> None:
        """Take what was picked of a message."""
        await acknowledge(interaction, private=True)
        space = await self._permit.check(interaction)
        form = filled(interaction)
        things = self._offers.take(action.subject, interaction.user.id, space)
        if PICKED in form.picked:
            numbers = {int(value) for value in form.picked[PICKED] if value.isdecimal()}
            things = tuple(thing for number, thing in enumerate(things) if number in numbers)
        await self._take(interaction, things, _given(interaction, form, space))

    async def _take(self, interaction: discord.Interaction[Any], things: Sequence[Thing], given: Given) -> None:
        if not things:
            raise BadInput(_NOTHING)
        if len(things) > MOST:
            raise BadInput(f"That is {len(things)} at once; please hand in at most {MOST}.")
        if len(things) > 1:
            await self._take_several(interaction, things, replace(given, title=None))
            return
        async with Progress(interaction, "", [things[0].name], self._pace) as progress:
            try:
                draft = await self._propose(interaction, things[0], given, progress, 0)
            except Exception as error:  # noqa: BLE001  # whatever it is, it is told where the person still sees it
                failure: Exception | None = error
            else:
                failure = None
        if failure is not None:
            await answer_error(interaction, failure, "adding a source", _telling(failure))
        else:
            await deliver(interaction, draft_view(draft), offer_view([draft]))

    async def _take_several(self, interaction: discord.Interaction[Any], things: Sequence[Thing], given: Given) -> None:
        """Propose all, a few at a time; then a summary, and a preview of each that was read."""
        turn = asyncio.Semaphore(_AT_ONCE)
        waiting: dict[str, Draft] = {}

        async def one(number: int, progress: Progress) -> Draft | str:
            async with turn:
                try:
                    draft = await self._propose(interaction, things[number], given, progress, number)
                except Exception as error:  # noqa: BLE001  # one that fails does not stop the others
                    waiting.update({draft.id: draft for draft in _waiting(error)})
                    progress.done(number, "not read")
                    return note(error, "adding a source")
                progress.done(number, "read")
                return draft

        async with Progress(
            interaction, "Reading what you handed in", [t.name for t in things], self._pace
        ) as progress:
            outcomes = await asyncio.gather(*(one(number, progress) for number in range(len(things))))
        drafts = [outcome for outcome in outcomes if isinstance(outcome, Draft)]
        lines = [
            f"{named(thing.name)}: " + ("read; its preview is below." if isinstance(outcome, Draft) else _flat(outcome))
            for thing, outcome in zip(things, outcomes, strict=True)
        ]
        summary = lines_view(f"{len(drafts)} of {len(things)} are read", lines)
        if await deliver(interaction, summary, offer_view(drafts)):
            for draft in drafts:
                await deliver_beside(interaction, draft_view(draft), offer_view([draft]))
            shown = {draft.id for draft in drafts}
            earlier = [draft for draft in waiting.values() if draft.id not in shown][:WAITING]
            if earlier:
                view = waiting_view("There was no room for all that you handed in.", earlier)
                await deliver_beside(interaction, view, offer_view(earlier))

    async def _propose(
        self, interaction: discord.Interaction[Any], thing: Thing, given: Given, progress: Progress, number: int
    ) -> Draft:
        item = await thing.item(interaction.client)
        channel = str(interaction.channel_id) if interaction.channel_id else None
        return await self._drafts.propose(
            item, given, who=str(interaction.user.id), channel=channel, watch=progress.watch(number)
        )


def _given(interaction: discord.Interaction[Any], form: Filled, space: str) -> Given:
    """What the moderator says of it; a role that the form does not know is a reference."""
    role = Role.ARTICLE if form.text(ROLE) == Role.ARTICLE.value else Role.REFERENCE
    return Given(role, space, str(interaction.user.id), title=form.text(TITLE), publisher=form.text(PUBLISHER))


def _flat(told: str) -> str:
    """A sentence with its id, on one line of a list."""
    sentence, _, error_id = told.rpartition("\n-# id ")
    return f"{sentence[:_SENTENCE]} (id {error_id})"


def _waiting(error: Exception) -> tuple[Draft, ...]:
    """The drafts that stand in the way of a new one, if that is what failed."""
    return error.waiting[:WAITING] if isinstance(error, Crowded) else ()


def _telling(failure: Exception) -> Tell:
    """Tells the person what failed, in the reply that told how far it was, or in the channel when that has expired."""
    waiting = _waiting(failure)

    async def tell(interaction: discord.Interaction[Any], sentence: str) -> None:
        view = waiting_view(sentence, waiting) if waiting else sentence_view(sentence)
        await deliver(interaction, view, sentence_view(f"A source was not added: {sentence}"))

    return tell
