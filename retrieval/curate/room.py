"""How many drafts one space may hold, and which of them wait to be decided on.

A preview is a private message: dismissed, or after Discord was started anew, it is gone from sight while its draft
waits on. So whoever asks is told which there are, and so is whoever is told to add or cancel some first.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from retrieval.curate.record import content_of, draft_of, written
from retrieval.curate.types import Draft, Stage, Waiting
from retrieval.errors import BadInput
from retrieval.store.drafts import DraftRow, DraftRows

MOST_OPEN = 40
"""Drafts of one space that may wait; each can hold many megabytes, for a day."""
SHOWN = 10
"""Waiting drafts that are told of at once."""
_OPEN = (Stage.FETCHING, Stage.READING, Stage.AWAITING, Stage.KEEPING)
_DECIDABLE = (Stage.AWAITING, Stage.KEEPING)

log = logging.getLogger(__name__)


class Crowded(BadInput):
    """Too many drafts wait in a space; ``waiting`` are some on which a person can decide, to make room."""

    def __init__(self, most: int, waiting: tuple[Draft, ...]) -> None:
        super().__init__(f"{most} sources already wait to be confirmed here; add or cancel some of them first.")
        self.waiting = waiting


def keep(rows: DraftRows, new: Sequence[DraftRow]) -> list[DraftRow]:
    """Keep new drafts of a space, as many as it has room for; the others have failed in what is returned."""

    def refuse(row: DraftRow) -> DraftRow:
        content = replace(content_of(row), why=str(Crowded(MOST_OPEN, ())))
        return replace(row, stage=Stage.FAILED, body=written(content), data=None)

    return rows.begin(new, _OPEN, MOST_OPEN, refuse)


def crowded(rows: DraftRows, space: str, who: str) -> Crowded:
    """The refusal for want of room; the person's own waiting drafts stand first in it, the newest first."""
    return Crowded(MOST_OPEN, waiting(rows, space, who).drafts)


def waiting(rows: DraftRows, space: str, who: str) -> Waiting:
    """Drafts of a space that a person can confirm or cancel: ``SHOWN`` at most, their own first, the newest first."""
    shown: list[Draft] = []
    for row in rows.newest(space, _DECIDABLE, first=who, limit=SHOWN):
        try:
            shown.append(draft_of(row, content_of(row)))
        except Exception:  # one draft that cannot be read back must not hide the others
            log.exception("draft %s cannot be shown", row.id)
    return Waiting(tuple(shown), max(0, rows.count(space, _DECIDABLE) - len(shown)))
