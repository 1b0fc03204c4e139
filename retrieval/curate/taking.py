"""From what was handed in to a preview: fetched, read, compared, its claims listed; each step kept before the next."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from retrieval.curate import record
from retrieval.curate.claim_finder import ClaimFinder
from retrieval.curate.record import Content
from retrieval.curate.rows import UNREAD, Held, Rows
from retrieval.curate.types import Download, Stage
from retrieval.curate.understand import understood
from retrieval.errors import RejoinderError, Unavailable
from retrieval.ingest.intake import Intake
from retrieval.library import Library, Watch, ignore
from retrieval.store.records import Records
from retrieval.types import Document

MOST_AHEAD = 256
"""Passages of a draft that are embedded before it is confirmed: one and a half seconds' work on two cores."""


class Taking:
    """Reads drafts. Whoever opened what it works with closes it."""

    def __init__(self, rows: Rows, records: Records, library: Library, intake: Intake, finder: ClaimFinder) -> None:
        self._rows, self._records = rows, records
        self._library, self._intake, self._finder = library, intake, finder

    async def take(self, held: Held, watch: Watch = ignore, download: Download | None = None) -> Held:
        """A draft that is not read yet, taken as far as it goes without a person: it awaits confirmation then.

        Args:
            held: the draft, as it was begun or left by a stop.
            watch: told of progress: "Fetching", "Reading", "Comparing", "Listing claims".
            download: gives the bytes of a file; without it they are fetched from where it lies.

        Raises:
            BadInput: it cannot be read, a rule forbids it, or it is gone.
            Unavailable: it cannot be fetched or read now.
        """
        held = await self._fetched(held, watch, download)
        content = held.content
        watch("Reading", 0, 1)
        # A page is always read as a page: only a file can be in the seeds' own format.
        take = self._intake.read if content.link else self._intake.take_file
        taken = await take(held.row.data or b"", content.hint, content.given)
        self.prepare(taken.document)
        watch("Comparing", 0, 1)
        content = await asyncio.to_thread(understood, self._records, content, taken, held.row.space)
        watch("Listing claims", 0, 1)
        content = await asyncio.to_thread(self.listed, content, held.row.space)
        return await self._rows.move(held, UNREAD, Stage.AWAITING, content)

    def prepare(self, document: Document | None) -> None:
        """Begin to embed it while it is looked at: most of what is looked at is added, and then answers at once."""
        if document:
            self._library.prepare([replace(document, passages=document.passages[:MOST_AHEAD])])

    def listed(self, content: Content, space: str) -> Content:
        """The content with the claims of its article listed; may ask a model, so not for the event loop."""
        document = self._finder.listed(content.document, space) if content.document else None
        return replace(content, document=document)

    async def _fetched(self, held: Held, watch: Watch, download: Download | None) -> Held:
        """The draft with its bytes, fetched if they are not there yet."""
        content, data = held.content, held.row.data
        if held.row.stage == Stage.FETCHING:
            watch("Fetching", 0, 1)
            if content.address:
                data = record.check_data(await (download() if download else self._file(content.address)))
                content = replace(content, address=None)
            else:
                fetched = await self._intake.fetch(content.link or "")
                given = replace(content.given, url=content.given.url or fetched.url)
                data, content = fetched.data, replace(content, hint=fetched.hint, given=given)
        return await self._rows.move(held, UNREAD, Stage.READING, content, data=data)

    async def _file(self, address: str) -> bytes:
        """A file's bytes from where it lay when it was handed in, which is as public, or not, as any link."""
        try:
            return (await self._intake.fetch(address)).data
        except RejoinderError as error:
            raise Unavailable(
                "That file can no longer be fetched from where it was; please hand it in again."
            ) from error
