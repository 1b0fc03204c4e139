"""Putting a confirmed draft into the library, so that twice is once and a stop in between loses nothing."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from retrieval.curate import record
from retrieval.curate.rows import Held, Rows
from retrieval.curate.types import Stage
from retrieval.errors import BadInput, NotFound
from retrieval.library import Library, Watch, ignore
from retrieval.store.drafts import GONE
from retrieval.store.versions import Change, ChangeKind


class Confirming:
    """Confirms drafts.

    Args:
        rows: Where they are kept.
        library: Where they go.
        keeping: Held by whatever puts something into the library in somebody's name, and by forgetting them.
    """

    def __init__(self, rows: Rows, library: Library, keeping: asyncio.Lock) -> None:
        self._rows, self._library, self._keeping = rows, library, keeping

    async def confirm(self, draft_id: str, space: str, actor: str | None = None, watch: Watch = ignore) -> Change:
        """Add a draft; without an ``actor`` it is whoever confirmed it before. Raises as ``Drafts.confirm``."""
        async with self._keeping:
            held = await self._rows.draft(draft_id, space)
            content = held.content
            if content.kept:
                return content.kept
            if held.row.stage == Stage.KEPT:  # it expired, and only the word that it was added is left
                raise NotFound(GONE)
            if held.row.stage not in {Stage.AWAITING, Stage.KEEPING}:
                raise BadInput(content.why or "It has not been read yet; wait for the preview.")
            content = replace(content, actor=content.actor or actor)
            since, untold = (Stage.AWAITING, Stage.KEEPING), content.channel is not None
            again = held.row.stage == Stage.KEEPING
            held = await self._rows.move(held, since, Stage.KEEPING, content, untold=untold)
            return await self._keep(held, watch, again=again)

    async def _keep(self, held: Held, watch: Watch, *, again: bool) -> Change:
        """Put it into the library, then remember what that did. Both may be done again after a kill in between."""
        content = held.content
        if content.document is None:
            raise BadInput("It has not been read yet; wait for the preview.")
        try:
            actor = content.actor or held.row.who
            change = (await self._library.add([content.document], actor=actor, watch=watch))[0]
        except BadInput as error:
            await self._rows.fail(held, (Stage.KEEPING,), error)
            raise
        if again and change.kind is ChangeKind.UNCHANGED:
            # A stop came between adding it and remembering so: what it did was done then.
            change = replace(change, kind=ChangeKind.CHANGED if content.replaces else ChangeKind.ADDED)
        await self._rows.move(held, (Stage.KEEPING,), Stage.KEPT, record.emptied(content, change))
        return change
