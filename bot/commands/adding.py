"""Adding a source, from what is handed in to its preview: check, acknowledge, propose, show."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import discord

from bot.commands.handed import WORDS, Thing, things_in, things_of
from bot.commands.offers import Offers
from bot.commands.permit import Permit
from bot.commands.progress import Progress
from bot.commands.waiting import in_the_way, telling
from bot.errors import answer_error, note
from bot.reply import acknowledge, deliver, deliver_beside
from bot.verbs import Drafting
from bot.views.adding import WAITING, lines_view, named, offer_view, waiting_view
from bot.views.buttons import Action
from bot.views.draft import draft_view
from bot.views.filled import Filled, filled
from bot.views.forms import MOST, PICKED, PUBLISHER, ROLE, TITLE, AddForm, MessageForm
from bot.views.published import published
from retrieval.curate.types import Begun, Draft
from retrieval.errors import BadInput
from retrieval.ingest.intake import Given
from retrieval.library import Watch
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
        several = len(things) > 1
        begun = await self._drafts.begin(
            [thing.item for thing in things],
            replace(given, title=None) if several else given,
            who=str(interaction.user.id),
            channel=str(interaction.channel_id) if interaction.channel_id else None,
        )
        await (self._take_several if several else self._take_one)(interaction, things, begun)

    async def _take_one(
        self, interaction: discord.Interaction[Any], things: Sequence[Thing], begun: Sequence[Begun]
    ) -> None:
        [thing], [one] = things, begun
        failure: Exception | None = None
        async with Progress(interaction, "", [thing.name], self._pace) as progress:
            try:
                draft = await self._read(interaction, thing, one, progress.watch(0))
            except Exception as error:  # noqa: BLE001  # whatever it is, it is told where the person still sees it
                failure = error
        told = partial(self._drafts.told, [one.draft.id])
        if failure is not None:
            await answer_error(interaction, failure, "adding a source", telling(failure, _instead, told))
        elif await deliver(interaction, draft_view(draft), offer_view([draft])) is not None:
            await told()

    async def _take_several(
        self, interaction: discord.Interaction[Any], things: Sequence[Thing], begun: Sequence[Begun]
    ) -> None:
        """Read all, a few at a time; then a summary, and a preview of each that was read."""
        turn = asyncio.Semaphore(_AT_ONCE)
        waiting: dict[str, Draft] = {}

        async def one(number: int, progress: Progress) -> Draft | str:
            async with turn:
                try:
                    draft = await self._read(interaction, things[number], begun[number], progress.watch(number))
                except Exception as error:  # noqa: BLE001  # one that fails does not stop the others
                    waiting.update({draft.id: draft for draft in in_the_way(error)})
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
        reached = await deliver(interaction, summary, offer_view(drafts, len(things) - len(drafts)))
        if reached is None:
            return
        read = {draft.id for draft in drafts} if reached else set()
        await self._drafts.told([one.draft.id for one in begun if one.draft.id not in read])
        if reached:
            await self._show_each(interaction, drafts, list(waiting.values())[:WAITING])

    async def _show_each(
        self, interaction: discord.Interaction[Any], drafts: Sequence[Draft], earlier: Sequence[Draft]
    ) -> None:
        """A preview of each that was read, and a way to those that were in the way of the others."""
        for draft in drafts:
            if await deliver_beside(interaction, draft_view(draft), offer_view([draft])) is not None:
                await self._drafts.told([draft.id])
        if earlier:
            view = waiting_view("There was no room for all that you handed in.", earlier)
            await deliver_beside(interaction, view, offer_view(earlier))

    async def _read(self, interaction: discord.Interaction[Any], thing: Thing, begun: Begun, watch: Watch) -> Draft:
        if begun.error:
            raise begun.error
        download = thing.download(interaction.client)
        return await self._drafts.proceed(begun.draft.id, begun.draft.space, download=download, watch=watch)


def _given(interaction: discord.Interaction[Any], form: Filled, space: str) -> Given:
    """What the moderator says of it; a role that the form does not know is a reference."""
    role = Role.ARTICLE if form.text(ROLE) == Role.ARTICLE.value else Role.REFERENCE
    publisher, date = published(form.text(PUBLISHER))
    return Given(role, space, str(interaction.user.id), title=form.text(TITLE), publisher=publisher, date=date)


def _flat(told: str) -> str:
    """A sentence with its id, on one line of a list."""
    sentence, _, error_id = told.rpartition("\n-# id ")
    return f"{sentence[:_SENTENCE]} (id {error_id})"


def _instead(sentence: str) -> str:
    """What the channel is told of a failure when the reply's address has expired."""
    return f"A source was not added: {sentence}"
