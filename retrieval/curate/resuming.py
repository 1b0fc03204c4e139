"""After a stop: what it interrupted goes on from the step that was kept last, and whoever waits for word gets it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from retrieval.curate.expiring import expire
from retrieval.curate.record import content_of, draft_of
from retrieval.curate.rows import SAID, Held, Rows
from retrieval.curate.types import Draft, Stage
from retrieval.errors import BadInput, NotFound, RejoinderError
from retrieval.store.drafts import DraftRow

MOST_TRIES = 3
"""Starts at which an interrupted draft is gone on with; one that stops the bot each time must not do so for ever."""
_TELLING = (Stage.AWAITING, Stage.KEPT, *SAID)
"""Where a draft stands still, so that there is something to tell."""

Way = Callable[[Held], Awaitable[object]]
"""Goes on with a draft as far as that can be done without a person; raises RejoinderError where it cannot."""

log = logging.getLogger(__name__)


class Resuming:
    """Goes on with drafts.

    Args:
        rows: Where they are kept.
        live: Ids of drafts that somebody in this process looks after; these are left alone.
        ways: How to go on, by the stage at which a stop left a draft.
    """

    def __init__(self, rows: Rows, live: Collection[str], ways: Mapping[Stage, Way]) -> None:
        self._rows, self._live, self._ways = rows, live, ways

    async def resume(self) -> list[Draft]:
        """Go on with whatever was interrupted; returns that, and what is untold from earlier, where it stands still.

        What is too old for it expires first, so that nothing is offered and then at once tidied away.
        """
        await asyncio.to_thread(expire, self._rows.stored, datetime.now(UTC))
        interrupted = [row for row in await self._rows.at(tuple(self._ways)) if row.id not in self._live]
        for row in interrupted:
            try:
                await self._go_on(await self._rows.get(row.id, row.space))
            except NotFound:  # cancelled or forgotten meanwhile
                continue
            except Exception:  # one draft that cannot go on must not hold back the others
                log.exception("draft %s cannot be resumed", row.id)
        return await self._untold([row.id for row in interrupted])

    async def _go_on(self, held: Held) -> None:
        stage = Stage(held.row.stage)
        try:
            await self._ways[stage](held if stage is Stage.KEEPING else await self._counted(held, stage))
        except Exception as error:
            if not isinstance(error, RejoinderError):
                log.exception("draft %s failed", held.row.id)
            log.info("draft %s was interrupted and cannot go on: %s", held.row.id, type(error).__name__)
            if stage is not Stage.KEEPING or isinstance(error, BadInput):
                await self._rows.fail(held, tuple(self._ways), error)

    async def _counted(self, held: Held, stage: Stage) -> Held:
        """The draft with one try more, which is kept before it is tried: it may be what stopped the bot."""
        if held.content.tries >= MOST_TRIES:
            raise BadInput("The bot stopped each time while it was being read; add it in another form.")
        content = replace(held.content, tries=held.content.tries + 1)
        return await self._rows.move(held, (stage,), stage, content, data=held.row.data)

    async def _untold(self, besides: Collection[str]) -> list[Draft]:
        rows = await asyncio.to_thread(self._rows.stored.untold, _TELLING, besides)
        # Nobody looks after what has expired, whoever did before.
        mine = [row for row in rows if row.id not in self._live or row.stage == Stage.EXPIRED]
        return await asyncio.to_thread(_shown, mine)


def _shown(rows: list[DraftRow]) -> list[Draft]:
    drafts = []
    for row in rows:
        try:
            drafts.append(draft_of(row, content_of(row)))
        except Exception:  # one that cannot be read back must not hide the others
            log.exception("draft %s cannot be told of", row.id)
    return drafts
