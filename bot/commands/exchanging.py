"""``/source export`` and ``/source import``: collections of sources as files that servers give to each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.commands.handed import fetched
from bot.commands.herald import Herald
from bot.commands.looking import Shelves
from bot.commands.permit import Permit
from bot.commands.presses import Handler
from bot.commands.progress import Progress
from bot.commands.waiting import telling
from bot.errors import answer_error
from bot.reply import Attached, acknowledge, acknowledge_in_place, deliver, show
from bot.verbs import Desk
from bot.views.adding import IMPORTED, sentence_view
from bot.views.buttons import Action
from bot.views.collection import export_view, import_view, imported_view
from retrieval.errors import NotFound, Refused
from retrieval.ingest.unpacking import LARGEST

_ODD = re.compile(r"[^A-Za-z0-9._-]+")
_GONE = "The file is no longer there; please use /source import once more."


class Exchanging:
    """Gives sources out as a file, and takes such a file in.

    The file that is to be imported stays with the preview, so the button finds it after a restart; it is kept only from
    when somebody presses it until the sources are in.

    Args:
        desk: Makes, reads and takes in the files.
        shelves: Finds sources.
        permit: Knows who may.
        herald: Told of what the commands change; Discord gives buttons a way of their own.
        pace: Seconds between two words on how far it is.
    """

    def __init__(self, desk: Desk, shelves: Shelves, permit: Permit, herald: Herald, pace: float) -> None:
        self._curator, self._drafts, self._shelves, self._permit = desk.curator, desk.drafts, shelves, permit
        self._herald, self._pace = herald, pace

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Its buttons, by their verb."""
        return {"export": self._pressed, "importyes": self._take, "importno": self._leave}

    def add_to(self, group: app_commands.Group) -> None:
        """Put its commands into the group ``/source``."""

        @group.command(name="export", description="Get a source, or all that this server has added, as a file")
        @app_commands.describe(source="The source's id or words of its title; all of this server's if you leave it out")
        @app_commands.autocomplete(source=self._shelves.offer_own)
        async def export_sources(interaction: discord.Interaction[Any], source: str | None = None) -> None:
            await self._export(interaction, source)
            await self._herald.tell(interaction)

        @group.command(name="import", description="Take in a file that /source export made; you see what comes first")
        @app_commands.describe(file="A Markdown file, or a zip of several")
        async def import_sources(interaction: discord.Interaction[Any], file: discord.Attachment) -> None:
            await acknowledge(interaction, private=True)
            await self._look(interaction, file)

    async def _export(self, interaction: discord.Interaction[Any], typed: str | None) -> None:
        """Hand out one source, or all of the server's own, as a file."""
        await acknowledge(interaction, private=True)
        space = await self._permit.check(interaction)
        ids = [(await self._shelves.own(typed, space)).id] if typed else None
        made = await self._curator.export(space, ids, actor=str(interaction.user.id))
        if len(made.data) > interaction.filesize_limit:
            raise Refused(
                f"The file would have {_megabytes(len(made.data))}, and Discord takes "
                f"{_megabytes(interaction.filesize_limit)} here; please export sources one by one."
            )
        file = Attached(_plain(made.name), made.data)
        await show(interaction, export_view(file.name, made.sources), [file])

    async def _pressed(self, interaction: discord.Interaction[Any], action: Action, _values: list[str]) -> None:
        await self._export(interaction, action.subject)

    async def _look(self, interaction: discord.Interaction[Any], file: discord.Attachment) -> None:
        space = await self._permit.check(interaction)
        largest = min(LARGEST, interaction.filesize_limit)
        if file.size > largest:
            raise Refused(f"That file is larger than {_megabytes(largest)}; please divide it into several.")
        kept = Attached(_plain(file.filename), await fetched(interaction.client, file.url))
        documents = await self._curator.unpack(space, kept.name, kept.data)
        there = {source.id for source in await self._shelves.visible(space) if source.space == space}
        await show(interaction, import_view(kept.name, documents, there), [kept])

    async def _take(self, interaction: discord.Interaction[Any], _action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        space = await self._permit.check(interaction)
        files = interaction.message.attachments if interaction.message else []
        if not files:
            raise NotFound(_GONE)
        name, data = files[0].filename, await fetched(interaction.client, files[0].url)
        # From here on a stop loses nothing: the next start finishes it, and tells the channel.
        channel = str(interaction.channel_id) if interaction.channel_id else None
        job = await self._drafts.begin_import(space, name, data, who=str(interaction.user.id), channel=channel)
        told = partial(self._drafts.told, [job])
        try:
            # Without buttons while it works, so that nobody presses twice.
            await self._show_begun(interaction)
            async with Progress(interaction, "", [name], self._pace) as progress:
                changes = await self._drafts.finish_import(job, space, watch=progress.watch(0))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is told where the person still sees it
            await answer_error(interaction, error, "importing sources", telling(error, _instead, told))
        else:
            if await deliver(interaction, imported_view(changes), sentence_view(IMPORTED)) is not None:
                await told()

    async def _show_begun(self, interaction: discord.Interaction[Any]) -> None:
        # A preview that is gone by now does not stop what was decided.
        with suppress(discord.HTTPException, aiohttp.ClientError, OSError):
            await show(interaction, sentence_view("Being imported."), [])

    async def _leave(self, interaction: discord.Interaction[Any], _action: Action, _values: list[str]) -> None:
        await acknowledge_in_place(interaction)
        await self._permit.check(interaction)
        await show(interaction, sentence_view("Cancelled: nothing was imported."), [])


def _instead(_sentence: str) -> str:
    """What the channel is told when the reply's address has expired: not why, which could tell of the file."""
    return "A file could not be imported."


def _plain(name: str) -> str:
    """A file's name as Discord keeps it, so that the view finds it again."""
    return _ODD.sub("_", name)[-80:].lstrip(".") or "sources.md"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.0f} MB"
