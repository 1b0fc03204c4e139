"""How many drafts one space may hold, and what to offer somebody who meets that limit.

A preview is a private message: dismissed, or after Discord was started anew, it is gone from sight while its draft
waits on. So whoever is told to add or cancel some first is also told which there are.
"""

from __future__ import annotations

import logging

from retrieval.curate.record import content_of, draft_of
from retrieval.curate.types import Draft, Stage
from retrieval.errors import BadInput
from retrieval.store.drafts import DraftRows

MOST_OPEN = 40
"""Drafts of one space that may wait; each can hold many megabytes, for a day."""
SHOWN = 10
"""Waiting drafts that a refusal brings along."""
_OPEN = (Stage.FETCHING, Stage.READING, Stage.AWAITING, Stage.KEEPING)
_DECIDABLE = (Stage.AWAITING, Stage.KEEPING)

log = logging.getLogger(__name__)


class Crowded(BadInput):
    """Too many drafts wait in a space; ``waiting`` are some on which a person can decide, to make room."""

    def __init__(self, most: int, waiting: tuple[Draft, ...]) -> None:
        super().__init__(f"{most} sources already wait to be confirmed here; add or cancel some of them first.")
        self.waiting = waiting


def check_room(rows: DraftRows, space: str, who: str) -> None:
    """Let a new draft of this person through.

    Raises:
        Crowded: the space holds as many as it may. The person's own waiting drafts stand first in it, newest first.
    """
    if rows.count(space, _OPEN) < MOST_OPEN:
        return
    waiting: list[Draft] = []
    for row in rows.newest(space, _DECIDABLE, first=who, limit=SHOWN):
        try:
            waiting.append(draft_of(row, content_of(row)))
        except Exception:  # one draft that cannot be read back must not hide the others
            log.exception("draft %s cannot be shown", row.id)
    raise Crowded(MOST_OPEN, tuple(waiting))
