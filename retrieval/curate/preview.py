"""What a link or a file was understood to be, for somebody who decides at once: no draft is kept of it.

In Discord a preview outlives restarts (`retrieval.curate.drafts`); a terminal is there until it is answered.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from retrieval.curate.claim_finder import ClaimFinder
from retrieval.curate.record import Content
from retrieval.curate.types import NearCopy
from retrieval.curate.understand import understood
from retrieval.ingest.intake import Given, Taken
from retrieval.store.records import Records


@dataclass(frozen=True, slots=True)
class Understood(Taken):
    """What was read, as it would be added, with what is to be known before it is; see ``Draft`` for the fields."""

    likely: str | None = None
    """The language that the text seems to be in: a name for people."""
    words: int = 0
    hints: tuple[str, ...] = ()
    near: tuple[NearCopy, ...] = ()
    replaces: str | None = None


class Understanding:
    """Understands what was read, as the moderators' previews do; nothing is kept of it."""

    def __init__(self, records: Records, finder: ClaimFinder) -> None:
        """Whoever opened these closes them; ``finder`` lists an article's claims."""
        self._records, self._finder = records, finder

    async def of(self, taken: Taken, given: Given) -> Understood:
        """What was read, in its space, with the claims of an article: its own, an earlier version's, or found now."""
        return await asyncio.to_thread(self._of, taken, given)

    def _of(self, taken: Taken, given: Given) -> Understood:
        content = understood(self._records, Content("", given), taken, given.space)
        document = self._finder.listed(content.document or taken.document, given.space)
        return Understood(
            document,
            taken.left_out,
            taken.language,
            taken.named,
            likely=content.language,
            words=content.words,
            hints=content.hints,
            near=content.near,
            replaces=content.replaces,
        )
