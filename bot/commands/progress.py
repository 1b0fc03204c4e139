"""How far long work is, told in its reply now and then."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import aiohttp
import discord

from bot.views.adding import lines_view, named, step_line
from retrieval.library import Watch

_log = logging.getLogger(__name__)


class Progress:
    """Changes an acknowledged reply every ``pace`` seconds, as long as there is something new to tell.

    Args:
        interaction: What the work is for; its reply is filled already or waits.
        heading: Stands above the lines.
        names: What to call the things that are worked on.
        pace: Seconds between two changes.
    """

    def __init__(self, interaction: discord.Interaction[Any], heading: str, names: Sequence[str], pace: float) -> None:
        self._interaction, self._heading, self._names, self._pace = interaction, heading, names, pace
        self._lines = [f"{named(name)}: waiting" for name in names]
        self._told: list[str] = []
        self._telling = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def watch(self, number: int) -> Watch:
        """What tells of the thing ``number``; may be called on any thread."""

        def tell(what: str, done: int, total: int) -> None:
            self._lines[number] = step_line(self._names[number], what, done, total)

        return tell

    def done(self, number: int, outcome: str) -> None:
        """Say what came of the thing ``number``, in a few words."""
        self._lines[number] = f"{named(self._names[number])}: {outcome}"

    async def tell(self) -> bool:
        """Say how far it is now; returns whether it can still be told. The work goes on either way."""
        async with self._telling:
            self._told = list(self._lines)
            try:
                await self._interaction.edit_original_response(view=lines_view(self._heading, self._told))
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                _log.info("progress is no longer told: %s", error)
                return False
            return True

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._keep_telling())
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._task:
            # What is being told arrives first, so that it does not overwrite what came of the work.
            async with self._telling:
                self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _keep_telling(self) -> None:
        while True:
            await asyncio.sleep(self._pace)
            if self._told != self._lines and not await self.tell():
                return
