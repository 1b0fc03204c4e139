"""The journey of adding a source: handed in, fetched, read, looked at, confirmed. Every step is kept before the next.

A draft's row says where it stands; moving it on names the stages it may come from, so of two presses only one counts,
and a draft that was cancelled meanwhile stays cancelled.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from weakref import WeakValueDictionary

from retrieval.curate import claim_lines, record
from retrieval.curate.claim_finder import ClaimFinder
from retrieval.curate.edits import changed
from retrieval.curate.record import Content, content_of, draft_of
from retrieval.curate.room import check_room
from retrieval.curate.types import Draft, Edits, Item, Stage
from retrieval.curate.understand import understood
from retrieval.errors import BadInput, NotFound, RejoinderError
from retrieval.ingest.intake import Given, Intake
from retrieval.library import Library, Watch, ignore
from retrieval.store.drafts import DraftRow
from retrieval.store.schema import now
from retrieval.store.shelf import Shelf
from retrieval.store.versions import Change, ChangeKind
from retrieval.types import Role

MOST_TRIES = 3
"""Starts at which an interrupted draft is read again; one that stops the bot each time must not do so for ever."""
_UNREAD = (Stage.FETCHING, Stage.READING)
_CONFIRMED = (Stage.KEEPING, Stage.KEPT)

log = logging.getLogger(__name__)


class Drafts:
    """Sources on their way in. A draft is seen in its own space only, and lives for a day."""

    def __init__(self, library: Library, shelf: Shelf, intake: Intake, finder: ClaimFinder | None = None) -> None:
        """Whoever opened the first three closes them; ``finder`` lists an article's claims, by default the scorer."""
        self._library, self._shelf, self._intake = library, shelf, intake
        self._finder = finder or ClaimFinder()
        self._rows = shelf.records.drafts
        self._live: set[str] = set()
        """Drafts that are being read now, which ``resume`` must not read as well."""
        self._keeping = asyncio.Lock()
        self._editing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

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
        """Fetch and read what somebody hands in; the draft that comes back awaits confirmation.

        Args:
            item: a link, a file, or pasted text.
            given: role and space, and what is known of the source; wins over what the source says of itself.
            who: id of the person.
            channel: where to tell them, should the bot stop meanwhile.
            watch: told of progress: "Fetching", "Reading", "Comparing".
            replaces: id of the source of which it is a new version, when that is known.

        Raises:
            BadInput: it cannot be read, a rule forbids it (Refused), or too many wait (Crowded); nothing is kept then.
            Unavailable: it cannot be fetched or read now; nothing is kept then.
        """
        content = replace(record.begun(item, given, channel), replaces=replaces)
        stage = Stage.FETCHING if content.link else Stage.READING
        await asyncio.to_thread(check_room, self._rows, given.space, who)
        row = DraftRow(secrets.token_urlsafe(9), given.space, who, stage, record.written(content), now(), item.data)
        await asyncio.to_thread(self._rows.add, row)
        try:
            return await self._read(row, content, watch)
        except Exception:
            # A stop of the bot is no Exception: then the draft stays, and the next start goes on with it.
            await asyncio.to_thread(self._rows.drop, row.id, row.space, _UNREAD)
            raise

    async def draft(self, draft_id: str, space: str) -> Draft:
        """A draft of this space; NotFound when there is none (any more)."""
        return draft_of(*await self._get(draft_id, space))

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

        def replaced(content: Content) -> Content:
            document = content.document
            if document is None or document.source.role is not Role.ARTICLE:
                raise BadInput("Only an article has claims; change its role to article first.")
            claims = claim_lines.edited(document.source.id, text, document.claims, document.passages)
            return replace(content, document=replace(document, claims=claims))

        return await self._change(draft_id, space, replaced)

    async def confirm(self, draft_id: str, space: str, *, actor: str, watch: Watch = ignore) -> Change:
        """Put a draft into the library; when this returns it answers questions. Doing it twice is doing it once.

        Raises:
            NotFound: there is no such draft here.
            BadInput: it has not been read, or has failed.
            Unavailable: it is kept, but cannot be made searchable now; confirm again, or the next start finishes it.
        """
        async with self._keeping:
            row, content = await self._get(draft_id, space)
            if content.kept:
                return content.kept
            if row.stage not in {Stage.AWAITING, Stage.KEEPING}:
                raise BadInput(content.why or "It has not been read yet; wait for the preview.")
            content = replace(content, actor=content.actor or actor)
            await self._move(row, (Stage.AWAITING, Stage.KEEPING), Stage.KEEPING, content)
            return await self._keep(row, content, watch)

    async def discard(self, draft_id: str, space: str) -> None:
        """Forget a draft; one that is gone already is no error.

        Raises:
            BadInput: it was confirmed already.
        """
        others = [stage for stage in Stage if stage not in _CONFIRMED]
        if await asyncio.to_thread(self._rows.drop, draft_id, space, others):
            return
        with suppress(NotFound):
            await asyncio.to_thread(self._rows.get, draft_id, space)
            raise BadInput("It was confirmed already; to take it out again, remove the source.")

    async def resume(self) -> list[Draft]:
        """At start: finish what a stop interrupted; returns the drafts whose people should be told.

        Those are AWAITING (it was read now), KEPT (it was put into the library now) or FAILED (with the reason).
        Drafts that were awaiting confirmation before stay so, and are not among them.
        """
        rows = await asyncio.to_thread(self._rows.at, (*_UNREAD, Stage.KEEPING))
        told: list[Draft] = []
        for row in rows:
            try:
                draft = None if row.id in self._live else await self._resumed(row.id, row.space)
            except Exception:  # one draft that cannot go on must not hold back the others
                log.exception("draft %s cannot be resumed", row.id)
            else:
                told += [draft] if draft else []
        return told

    async def forget(self, person: str) -> int:
        """Delete a person's drafts, and their name from the log and from the sources; returns how many entries."""
        return await asyncio.to_thread(self._shelf.forget, person)

    async def _read(self, row: DraftRow, content: Content, watch: Watch) -> Draft:
        """Fetch, read, compare; keep what each step gave."""
        self._live.add(row.id)
        try:
            row, content = await self._fetched(row, replace(content, tries=content.tries + 1), watch)
            watch("Reading", 0, 1)
            # A page is always read as a page: only a file can be in the seeds' own format.
            take = self._intake.read if content.link else self._intake.take_file
            taken = await take(row.data or b"", content.hint, content.given)
            watch("Comparing", 0, 1)
            content = await asyncio.to_thread(understood, self._shelf.records, content, taken, row.space)
            watch("Listing claims", 0, 1)
            content = await asyncio.to_thread(self._listed, content, row.space)
            return draft_of(await self._move(row, _UNREAD, Stage.AWAITING, content), content)
        finally:
            self._live.discard(row.id)

    async def _fetched(self, row: DraftRow, content: Content, watch: Watch) -> tuple[DraftRow, Content]:
        """The draft with its bytes, fetched if they are not there yet."""
        data = row.data
        if row.stage == Stage.FETCHING:
            watch("Fetching", 0, 1)
            fetched = await self._intake.fetch(content.link or "")
            given = replace(content.given, url=content.given.url or fetched.url)
            data, content = fetched.data, replace(content, hint=fetched.hint, given=given)
        return await self._move(row, _UNREAD, Stage.READING, content, data), content

    async def _change(self, draft_id: str, space: str, change: Callable[[Content], Content]) -> Draft:
        # A change can take a model's time: another one meanwhile must start from what this one made.
        async with self._editing.setdefault(draft_id, asyncio.Lock()):
            row, before = await self._get(draft_id, space)
            if row.stage != Stage.AWAITING:
                raise BadInput("It can be edited only while it awaits confirmation.")
            content = await asyncio.to_thread(change, before)
            if content.document and before.document and content.document.source.role != before.document.source.role:
                content = await asyncio.to_thread(self._listed, content, space)
            return draft_of(await self._move(row, (Stage.AWAITING,), Stage.AWAITING, content), content)

    def _listed(self, content: Content, space: str) -> Content:
        document = self._finder.listed(content.document, space) if content.document else None
        return replace(content, document=document)

    async def _keep(self, row: DraftRow, content: Content, watch: Watch) -> Change:
        """Put it into the library, then remember what that did. Both may be done again after a kill in between."""
        if content.document is None:
            raise BadInput("It has not been read yet; wait for the preview.")
        try:
            actor = content.actor or row.who
            change = (await self._library.add([content.document], actor=actor, watch=watch))[0]
            if row.stage == Stage.KEEPING and change.kind is ChangeKind.UNCHANGED:
                # A stop came between adding it and remembering so: what it did was done then.
                change = replace(change, kind=ChangeKind.CHANGED if content.replaces else ChangeKind.ADDED)
        except BadInput as error:
            await self._move(row, (Stage.KEEPING,), Stage.FAILED, replace(content, why=str(error)))
            raise
        await self._move(row, (Stage.KEEPING,), Stage.KEPT, record.emptied(content, change))
        return change

    async def _resumed(self, draft_id: str, space: str) -> Draft | None:
        """One interrupted draft, taken as far as it goes by itself; None when there is nothing to tell yet."""
        row, content = await self._get(draft_id, space)
        try:
            if row.stage == Stage.KEEPING:
                await self.confirm(row.id, row.space, actor=row.who)
                return await self.draft(row.id, row.space)
            if content.tries >= MOST_TRIES:
                raise BadInput("The bot stopped each time while it was being read; add it in another form.")
            return await self._read(row, content, ignore)
        except RejoinderError as error:
            log.info("draft %s was interrupted and cannot go on: %s", row.id, type(error).__name__)
            if row.stage == Stage.KEEPING and not isinstance(error, BadInput):
                return None
            return await self._failed(row, replace(content, why=str(error)))

    async def _failed(self, row: DraftRow, content: Content) -> Draft | None:
        stages = (*_UNREAD, Stage.KEEPING, Stage.FAILED)
        try:
            return draft_of(await self._move(row, stages, Stage.FAILED, content), content)
        except NotFound:
            return None

    async def _get(self, draft_id: str, space: str) -> tuple[DraftRow, Content]:
        """A draft as it is kept, and what that says; a long text takes a while to read, so off the event loop."""

        def read() -> tuple[DraftRow, Content]:
            row = self._rows.get(draft_id, space)
            return row, content_of(row)

        return await asyncio.to_thread(read)

    async def _move(
        self, row: DraftRow, since: tuple[Stage, ...], stage: Stage, content: Content, data: bytes | None = None
    ) -> DraftRow:
        """Take a draft to a stage; NotFound when it was cancelled, or taken on by another press, meanwhile."""

        def move() -> bool:
            return self._rows.move(row.id, row.space, since, stage, record.written(content), data)

        if not await asyncio.to_thread(move):
            raise NotFound("That draft was cancelled or confirmed meanwhile.")
        return replace(row, stage=stage, data=data)
