"""The journey of adding a source: handed in, fetched, read, looked at, confirmed. Every step is kept before the next.

So is whether the place that a draft came from has heard how it stands: a stop in between costs nobody their word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from functools import partial
from weakref import WeakValueDictionary

from retrieval.curate import beginning, room
from retrieval.curate.claim_finder import ClaimFinder
from retrieval.curate.confirming import Confirming
from retrieval.curate.edits import changed, with_claims
from retrieval.curate.importing import Importing
from retrieval.curate.record import Content
from retrieval.curate.resuming import Resuming, Way
from retrieval.curate.rows import UNREAD, Rows, new_id
from retrieval.curate.taking import Taking
from retrieval.curate.types import Begun, Download, Draft, Edits, Item, Stage, Waiting
from retrieval.errors import BadInput, NotFound
from retrieval.ingest.intake import Given, Intake
from retrieval.library import Library, Watch, ignore
from retrieval.store.people import Kept
from retrieval.store.shelf import Shelf
from retrieval.store.versions import Change
from retrieval.types import Document

_DROPPED = (*UNREAD, Stage.AWAITING, Stage.FAILED)
"""Where a draft can be cancelled."""


class Drafts:
    """Sources on their way in. A draft is seen in its own space only, and lives for a day."""

    def __init__(self, library: Library, shelf: Shelf, intake: Intake, finder: ClaimFinder | None = None) -> None:
        """Whoever opened the first three closes them; ``finder`` lists an article's claims, by default the scorer."""
        self._shelf, self._rows = shelf, Rows(shelf.records.drafts)
        self._live: set[str] = set()
        """Drafts that somebody in this process looks after, until they are told."""
        self._keeping = asyncio.Lock()
        self._editing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._taking = Taking(self._rows, shelf.records, library, intake, finder or ClaimFinder())
        self._confirming = Confirming(self._rows, library, self._keeping)
        self._importing = Importing(self._rows, library, shelf.records, intake, self._keeping)
        ways: dict[Stage, Way] = {
            Stage.FETCHING: self._taking.take,
            Stage.READING: self._taking.take,
            Stage.KEEPING: lambda held: self._confirming.confirm(held.row.id, held.row.space),
            Stage.IMPORTING: self._importing.finish,
        }
        self._resuming = Resuming(self._rows, self._live, ways)

    async def begin(
        self, items: Sequence[Item], given: Given, *, who: str, channel: str | None = None, replaces: str | None = None
    ) -> list[Begun]:
        """Keep all that somebody hands in, in one step, before any of it is worked on; ``proceed`` goes on with each.

        Args:
            items: links, files, pasted text; at least one.
            given: role and space, and what is known of the sources; wins over what they say of themselves.
            who: id of the person.
            channel: where to tell them, should the bot stop meanwhile. Then each has to be ``told`` in the end.
            replaces: id of the source of which it is a new version, when that is known.

        Returns:
            For each thing its draft, with the error if it cannot be taken: it is empty, too large (Refused), or there
            is no room for it (Crowded).
        """
        named = {new_id(): item for item in items}
        self._live.update(named)  # before they are kept, so that ``resume`` never takes them for interrupted
        begin = partial(beginning.begin, who=who, channel=channel, replaces=replaces)
        return await asyncio.to_thread(begin, self._rows.stored, named, given)

    async def proceed(
        self, draft_id: str, space: str, *, download: Download | None = None, watch: Watch = ignore
    ) -> Draft:
        """Fetch and read what was begun; the draft that comes back awaits confirmation.

        Args:
            draft_id: of a draft that is not read yet.
            space: where it was handed in.
            download: gives the bytes of a file whose address was handed in; without it they are fetched from there.
            watch: told of progress: "Fetching", "Reading", "Comparing", "Listing claims".

        Raises:
            BadInput: it cannot be read, a rule forbids it (Refused), or it was cancelled (NotFound).
            Unavailable: it cannot be fetched or read now. As after any error the draft has failed then.
        """
        held = await self._rows.draft(draft_id, space)
        try:
            return (await self._taking.take(held, watch, download)).draft
        except Exception as error:
            # A stop of the bot is no Exception: then the draft stays, and the next start goes on with it.
            await self._rows.fail(held, UNREAD, error)
            raise

    async def propose(
        self,
        item: Item,
        given: Given,
        *,
        who: str,
        channel: str | None = None,
        watch: Watch = ignore,
        replaces: str | None = None,
    ) -> Draft:
        """Both for one thing, of which nothing is kept when it fails; takes and raises what they do."""
        [begun] = await self.begin([item], given, who=who, channel=channel, replaces=replaces)
        if begun.error:
            await self.discard(begun.draft.id, given.space)
            raise begun.error
        try:
            draft = await self.proceed(begun.draft.id, given.space, watch=watch)
        except Exception:
            if not self._rows.stopping:
                await self.discard(begun.draft.id, given.space)
            raise
        if channel is None:
            self._live.discard(draft.id)
        return draft

    async def draft(self, draft_id: str, space: str) -> Draft:
        """A draft of this space; NotFound when there is none (any more)."""
        return (await self._rows.draft(draft_id, space)).draft

    async def waiting(self, space: str, who: str) -> Waiting:
        """The drafts of this space that await confirmation: some of them, those of ``who`` first, the newest first."""
        return await asyncio.to_thread(room.waiting, self._rows.stored, space, who)

    async def edit(self, draft_id: str, space: str, edits: Edits) -> Draft:
        """Change what is said of a draft; a new role finds claims, or drops them.

        Raises:
            NotFound: there is no such draft here.
            BadInput: it is not awaiting confirmation, or a value cannot be used (a date, a link, an empty title).
        """
        return await self._change(draft_id, space, lambda content: changed(content, edits))

    async def edit_claims(self, draft_id: str, space: str, text: str) -> Draft:
        """Replace an article's claims by those of a text, one a line: "C01 What the article claims.".

        A number that is missing is dropped; lines with the same number become one claim; a line without a number is a
        new claim, tied to the passage that fits best. ``claim_lines.written`` gives the text to begin with.

        Raises:
            NotFound: there is no such draft here.
            BadInput: it is no article, is not awaiting confirmation, or a line cannot be read; the sentence says which.
        """
        return await self._change(draft_id, space, lambda content: with_claims(content, text))

    async def confirm(self, draft_id: str, space: str, *, actor: str, watch: Watch = ignore) -> Change:
        """Put a draft into the library; when this returns it answers questions. Doing it twice is doing it once.

        Raises:
            NotFound: there is no such draft here.
            BadInput: it has not been read, or has failed.
            Unavailable: it is kept, but cannot be made searchable now; confirm again, or the next start finishes it.
        """
        self._live.add(draft_id)
        try:
            return await self._confirming.confirm(draft_id, space, actor, watch)
        except NotFound:
            self._live.discard(draft_id)
            raise

    async def discard(self, draft_id: str, space: str) -> None:
        """Forget a draft; one that is gone already is no error.

        Raises:
            BadInput: it was confirmed already.
        """
        if not await self._rows.drop(draft_id, space, _DROPPED):
            with suppress(NotFound):
                await self._rows.draft(draft_id, space)
                raise BadInput("It was confirmed already; to take it out again, remove the source.")
        self._live.discard(draft_id)

    async def resume(self) -> list[Draft]:
        """Finish what an earlier stop interrupted; returns the drafts that somebody is to be told of.

        Those are AWAITING (it is read), KEPT (in the library), FAILED (with the reason), EXPIRED (nobody decided in
        time) or IMPORTED; neither what was ``told`` nor what somebody in this process looks after is among them.
        """
        return await self._resuming.resume()

    async def told(self, ids: Collection[str]) -> None:
        """Remember that it was told how these drafts stand; those of which nothing more can come are deleted."""
        await self._rows.told(ids)
        self._live.difference_update(ids)

    def stop(self) -> None:
        """Say that the bot is about to stop: what breaks off from now on has not failed; the next start goes on."""
        self._rows.stopping = True

    async def unpack(self, space: str, name: str, data: bytes) -> list[Document]:
        """What importing a file would add, for somebody to look at first; see ``Importing.unpack``."""
        return await self._importing.unpack(space, name, data)

    async def begin_import(self, space: str, name: str, data: bytes, *, who: str, channel: str | None) -> str:
        """Keep a file that somebody decided to import; returns the id of the job, which has to be ``told`` in the end.

        Raises:
            Refused: as many as may be are on their way in here already.
        """
        job = new_id()
        self._live.add(job)
        await self._importing.begin(job, space, name, data, who=who, channel=channel)
        return job

    async def finish_import(self, job: str, space: str, *, watch: Watch = ignore) -> list[Change]:
        """Add what a kept file holds; a stop meanwhile loses nothing, since the next start finishes it.

        Raises:
            NotFound: there is no such job (any more).
            Malformed, Refused: as ``unpack``. As after any error the job has failed then.
        """
        held = await self._rows.get(job, space)
        try:
            return await self._importing.finish(held, watch)
        except Exception as error:
            await self._rows.fail(held, (Stage.IMPORTING,), error)
            raise

    async def about(self, person: str) -> Kept:
        """How much is kept about a person, in every space; feedback, too."""
        return await asyncio.to_thread(self._shelf.records.people.kept, person)

    async def forget(self, person: str) -> int:
        """Delete a person's drafts, and their name from the log and from the sources; returns how many entries.

        What is being put into the library just now, in whoever's name, is waited for.
        """
        async with self._keeping:
            return await self._rows.forget(person, self._shelf.forget)

    async def _change(self, draft_id: str, space: str, change: Callable[[Content], Content]) -> Draft:
        # A change can take a model's time: another one meanwhile must start from what this one made.
        async with self._editing.setdefault(draft_id, asyncio.Lock()):
            held = await self._rows.draft(draft_id, space)
            if held.row.stage != Stage.AWAITING:
                raise BadInput("It can be edited only while it awaits confirmation.")
            before, content = held.content, await asyncio.to_thread(change, held.content)
            self._taking.prepare(content.document)
            if content.document and before.document and content.document.source.role != before.document.source.role:
                content = await asyncio.to_thread(self._taking.listed, content, space)
            return (await self._rows.move(held, (Stage.AWAITING,), Stage.AWAITING, content)).draft
