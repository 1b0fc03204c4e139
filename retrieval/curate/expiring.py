"""Drafts that nobody decided on in time: what they held goes, and the place they came from is left to be told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from retrieval.curate.record import Content, written
from retrieval.curate.types import Stage
from retrieval.ingest.intake import Given
from retrieval.store import codec
from retrieval.store.drafts import DraftRow, DraftRows
from retrieval.store.schema import stamp

DRAFTS = timedelta(days=1)
"""How long a draft waits."""
_DECIDED = (Stage.KEEPING, Stage.IMPORTING)
"""Somebody decided on these, and they are on their way into the library, however long that takes."""
NOBODY = ""
"""In place of a person's id, where there is nothing left but to tell a channel."""
_WAITING = (Stage.FETCHING, Stage.READING, Stage.AWAITING)


def expire(rows: DraftRows, now: datetime) -> int:
    """Delete the drafts that are a day old, but for those on their way into the library; returns how many."""
    return rows.expire(stamp(now - DRAFTS), _DECIDED, partial(_epitaph, moment=stamp(now)))


def _epitaph(row: DraftRow, moment: str) -> DraftRow | None:
    """What is kept for another day in the place of a draft of which somebody is yet to be told: that, and no person."""
    late = row.stage in _WAITING
    if row.who == NOBODY or not (late or row.untold):
        return None
    try:
        content = codec.read(Content, row.body)
    except (ValueError, KeyError, TypeError):  # it cannot be read back, so nobody can be told
        return None
    if content.channel is None:
        return None
    left = Content("", Given(space=row.space), content.channel)
    if not late:
        left = replace(left, where=content.where, why=content.why)
    stage = Stage.EXPIRED if late else row.stage
    return DraftRow(row.id, row.space, NOBODY, stage, written(left), moment, untold=True)
