"""What somebody hands in, kept before anything is done with it: all of it in one step, however much comes of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from retrieval.curate import record, room
from retrieval.curate.types import Begun, Item, Stage
from retrieval.errors import BadInput
from retrieval.ingest.intake import Given
from retrieval.store.drafts import DraftRow, DraftRows
from retrieval.store.schema import now


def begin(
    rows: DraftRows, items: Mapping[str, Item], given: Given, *, who: str, channel: str | None, replaces: str | None
) -> list[Begun]:
    """Keep a draft of each thing; of those that cannot be taken, or for which there is no room, why.

    Args:
        rows: where drafts are kept.
        items: at least one thing, each by the id that its draft is to have.
        given: role and space, and what is known of them all.
        who: id of the person.
        channel: where to tell how they stand.
        replaces: id of the source of which they are a new version.
    """
    made = []
    for draft_id, item in items.items():
        row, error = _row(item, given, who, channel, replaces)
        made.append((replace(row, id=draft_id), error))
    kept = room.keep(rows, [row for row, _ in made])
    crowded: room.Crowded | None = None
    begun: list[Begun] = []
    for row, (_, error) in zip(kept, made, strict=True):
        if row.stage == Stage.FAILED and error is None:
            crowded = crowded or room.crowded(rows, given.space, who)
        failure = error or (crowded if row.stage == Stage.FAILED else None)
        begun.append(Begun(record.draft_of(row, record.content_of(row)), failure))
    return begun


def _row(
    item: Item, given: Given, who: str, channel: str | None, replaces: str | None
) -> tuple[DraftRow, BadInput | None]:
    error: BadInput | None = None
    data = item.data
    try:
        content = replace(record.begun(item, given, channel), replaces=replaces, tries=1)
        stage = Stage.FETCHING if content.link or content.address else Stage.READING
    except BadInput as refused:
        error, data, stage = refused, None, Stage.FAILED
        content = record.ended(item, given, channel, str(refused))
    body = record.written(content)
    return DraftRow("", given.space, who, stage, body, now(), data, untold=channel is not None), error
