"""Taking in what another server exported: a job that is kept with its file before it begins, and outlives a stop."""

from __future__ import annotations

import asyncio

from retrieval.curate import record
from retrieval.curate.identity import in_space
from retrieval.curate.record import Content
from retrieval.curate.rows import Held, Rows
from retrieval.curate.types import Stage
from retrieval.curate.understand import earlier_version
from retrieval.errors import Refused
from retrieval.ingest.intake import Given, Intake
from retrieval.ingest.unpacking import Sources
from retrieval.library import Library, Watch, ignore
from retrieval.seeding import kept_bound
from retrieval.store.drafts import DraftRow
from retrieval.store.records import Records
from retrieval.store.schema import now
from retrieval.store.versions import Change
from retrieval.types import Document

MOST = 3
"""Files of one space that may be on their way in at a time; each can hold many megabytes."""


class Importing:
    """Reads and adds files of sources. Whoever opened what it works with closes it.

    Args:
        rows: Keeps the files meanwhile.
        library: Where their sources go.
        records: What is there.
        intake: Reads the files.
        keeping: Held by whatever puts something into the library in somebody's name, and by forgetting them.
    """

    def __init__(self, rows: Rows, library: Library, records: Records, intake: Intake, keeping: asyncio.Lock) -> None:
        self._rows, self._library, self._records = rows, library, records
        self._intake, self._keeping = intake, keeping

    async def unpack(self, space: str, name: str, data: bytes) -> list[Document]:
        """What adding a file would add; changes nothing.

        Raises:
            Malformed: a file does not follow the format; the sentence names file and line.
            Refused: it is too large, unpacks to too much, or holds something that is no source.
        """
        return await asyncio.to_thread(self._fitted, await self._intake.sources(data, name), space)

    async def begin(self, job: str, space: str, name: str, data: bytes, *, who: str, channel: str | None) -> None:
        """Keep a file that somebody decided to take in, under the id of its job.

        Raises:
            Refused: as many as may be are on their way in already.
        """
        content = Content(name, Given(space=space), channel, tries=1)
        body, untold = record.written(content), channel is not None
        row = DraftRow(job, space, who, Stage.IMPORTING, body, now(), data, untold=untold)
        await asyncio.to_thread(self._rows.stored.begin, [row], (Stage.IMPORTING,), MOST, _refuse)

    async def finish(self, held: Held, watch: Watch = ignore) -> list[Change]:
        """Add what a kept file holds, and let go of the file; twice is once. Raises as ``unpack``, and NotFound."""
        found = await self._intake.sources(held.row.data or b"", held.content.where)
        async with self._keeping:
            held = await self._rows.get(held.row.id, held.row.space)  # who handed it in may be forgotten by now
            documents = await asyncio.to_thread(self._fitted, found, held.row.space)
            changes = await self._library.add(documents, actor=held.row.who, watch=watch)
            await self._rows.move(held, (Stage.IMPORTING,), Stage.IMPORTED, held.content)
        return changes

    def _fitted(self, found: Sources, space: str) -> list[Document]:
        documents = [in_space(self._records, document, space) for document in found.documents]
        return [kept_bound(one, earlier_version(self._records, one.source.id, space)) for one in documents]


def _refuse(_: DraftRow) -> DraftRow:
    raise Refused(f"{MOST} files are being imported here already; please wait until one of them is done.")
