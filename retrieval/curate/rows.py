"""Drafts in hand: read from the records and moved on there, off the event loop; nobody forgotten meanwhile comes back.

A draft's row says where it stands; moving it on names the stages it may come from, so of two presses only one counts,
and a draft that was cancelled meanwhile stays cancelled.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from retrieval.curate import record
from retrieval.curate.record import Content
from retrieval.curate.types import Draft, Stage
from retrieval.errors import NotFound, RejoinderError
from retrieval.store.drafts import GONE, DraftRow, DraftRows
from retrieval.store.people import unnamed

UNREAD = (Stage.FETCHING, Stage.READING)
OURS = "Something went wrong on our side; please hand it in again."
SAID = (Stage.FAILED, Stage.EXPIRED, Stage.IMPORTED)
"""Where there is nothing more to do than to say so."""
_NO_DRAFT = (Stage.EXPIRED, Stage.IMPORTING, Stage.IMPORTED)


def new_id() -> str:
    """An id for a draft that is about to be kept."""
    return secrets.token_urlsafe(9)


@dataclass(frozen=True, slots=True)
class Held:
    """A draft in hand: its row, what that says, and how many people had been forgotten when it was read."""

    row: DraftRow
    content: Content
    forgotten: int = 0

    @property
    def draft(self) -> Draft:
        """The draft as people see it."""
        return record.draft_of(self.row, self.content)


class Rows:
    """Stored drafts, for those who await."""

    def __init__(self, stored: DraftRows) -> None:
        self.stored = stored
        self.stopping = False
        """Whether the bot is about to stop: what breaks off now goes on after the next start."""
        self._turn = asyncio.Lock()
        self._forgotten: list[str] = []
        """People who were forgotten since the start: what is in hand may still hold their ids."""

    async def get(self, draft_id: str, space: str) -> Held:
        """A draft of this space, read now; a long text takes a while. NotFound when there is none (any more)."""
        forgotten = len(self._forgotten)

        def read() -> Held:
            row = self.stored.get(draft_id, space)
            return Held(row, record.content_of(row), forgotten)

        return await asyncio.to_thread(read)

    async def draft(self, draft_id: str, space: str) -> Held:
        """The same, but for what is no draft, or not any more."""
        held = await self.get(draft_id, space)
        if held.row.stage in _NO_DRAFT:
            raise NotFound(GONE)
        return held

    async def move(
        self,
        held: Held,
        since: Collection[Stage],
        stage: Stage,
        content: Content,
        *,
        data: bytes | None = None,
        untold: bool | None = None,
    ) -> Held:
        """Take a draft to a stage, with what is known then; its bytes go, unless they are given again.

        Raises:
            NotFound: it was cancelled, forgotten, or taken on by another press, meanwhile.
        """
        row = held.row

        def move() -> bool:
            body = record.written(content)
            for person in self._forgotten[held.forgotten :]:
                body = unnamed(body, person)
            return self.stored.move(row.id, row.space, since, stage, body, data, untold)

        async with self._turn:
            moved = await asyncio.to_thread(move)
        if not moved:
            raise NotFound("That draft was cancelled or confirmed meanwhile.")
        told = row.untold if untold is None else untold
        return replace(held, row=replace(row, stage=stage, data=data, untold=told), content=content)

    async def fail(self, held: Held, since: Collection[Stage], error: Exception) -> None:
        """Remember why nothing comes of a draft, unless it is gone, or only the bot's stop is to blame."""
        if self.stopping:
            return
        why = str(error) if isinstance(error, RejoinderError) else OURS
        with suppress(NotFound):
            await self.move(held, since, Stage.FAILED, replace(held.content, why=why))

    async def drop(self, draft_id: str, space: str, since: Collection[Stage]) -> bool:
        """Delete a draft that stands at one of these stages; returns whether it did."""
        return await asyncio.to_thread(self.stored.drop, draft_id, space, since)

    async def at(self, stages: Collection[Stage]) -> list[DraftRow]:
        """The drafts at these stages, in every space, oldest first, without their bytes."""
        return await asyncio.to_thread(self.stored.at, stages)

    async def told(self, ids: Collection[str]) -> None:
        """Remember that the places these came from know how they stand; those that only had to be told are deleted."""
        await asyncio.to_thread(self.stored.told, ids, SAID)

    async def forget(self, person: str, erase: Callable[[str], int]) -> int:
        """Have a person erased while no draft is written, and from all that is written of what is in hand now."""
        async with self._turn:
            self._forgotten.append(person)
            return await asyncio.to_thread(erase, person)
