"""What moderators do with sources that are there: undo, refresh, share, look back, see the balance."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from retrieval.curate.balance import Weigher
from retrieval.curate.difference import differences
from retrieval.curate.drafts import Drafts
from retrieval.curate.expiring import expire
from retrieval.curate.packing import packed
from retrieval.curate.types import Balance, Entry, Export, Item, Refreshed, Removed, Rules, Swept
from retrieval.errors import BadInput, NotFound
from retrieval.ingest.intake import Given
from retrieval.library import Library, Watch, ignore
from retrieval.store.schema import stamp
from retrieval.store.shelf import Shelf
from retrieval.store.versions import Change
from retrieval.types import Document, Source, Wording

UNDO = timedelta(days=7)
"""How long a removed source can be restored."""
LOG = timedelta(days=365)
"""How long an entry of the log is kept; a space's newest stays until there is another."""
SWEEPER = "sweep"
"""Who the audit trail names for what is erased when its time has come."""

_ROLE, _CHANNEL = "curators of {}", "log channel of {}"

Clock = Callable[[], datetime]


class Curator:
    """Looks after a space's own sources. Nothing here touches, or tells of, what belongs to another space."""

    def __init__(
        self,
        library: Library,
        shelf: Shelf,
        drafts: Drafts,
        weigher: Weigher,
        *,
        clock: Clock = lambda: datetime.now(UTC),
    ) -> None:
        """Whoever opened these closes them; ``clock`` tells the time, in UTC."""
        self._library, self._shelf, self._drafts, self._weigher = library, shelf, drafts, weigher
        self._clock = clock
        self._weighing = asyncio.Lock()

    async def restore(self, source_id: str, space: str, *, actor: str) -> Source:
        """Bring back a source that was removed at most seven days ago; NotFound when there is none."""
        if source_id not in {removed.source.id for removed in await self.removed(space)}:
            raise NotFound("No source with that id was removed here in the last seven days.")
        return await asyncio.to_thread(self._shelf.restore, source_id, space, actor)

    async def removed(self, space: str) -> list[Removed]:
        """What can be restored, latest first."""
        found = await asyncio.to_thread(self._shelf.records.sources.removed, space)
        oldest = stamp(self._clock() - UNDO)
        return [
            Removed(one.source, one.removed_at, stamp(datetime.fromisoformat(one.removed_at) + UNDO))
            for one in found
            if one.removed_at >= oldest
        ]

    async def refresh(
        self, source_id: str, space: str, *, who: str, channel: str | None = None, watch: Watch = ignore
    ) -> Refreshed:
        """Fetch a source's page again; a change is a draft to confirm. Record and claims stay as moderators made them.

        The earlier text is kept for the answers that quote it.

        Raises:
            NotFound: there is no such source in this very space.
            BadInput: it has no link, or holds our notes instead of the page's own text; or it cannot be read any more.
            Unavailable: it cannot be fetched now.
        """
        current = await self._own(source_id, space)
        source = current.source
        if source.wording is not Wording.FULL_TEXT:
            raise BadInput(f"{source.id} holds notes on the page, not its own text, so there is nothing to refresh.")
        if source.url is None:
            raise BadInput(f"{source.id} has no link to fetch it from; add the new version as a file.")
        given = Given(
            source.role, space, source.added_by, source.title, source.author, source.publisher, source.date, source.url
        )
        draft = await self._drafts.propose(
            Item(link=source.url), given, who=who, channel=channel, watch=watch, replaces=source.id
        )
        new = draft.document.text if draft.document else ""
        changes = await asyncio.to_thread(differences, current.text, new)
        if not changes:
            await self._drafts.discard(draft.id, space)
            return Refreshed(source, None)
        return Refreshed(source, draft, changes)

    async def export(self, space: str, ids: Sequence[str] | None = None, *, actor: str) -> Export:
        """The space's own sources (all, or those named) as a file in the seeds' Markdown format, texts included.

        Raises:
            NotFound: one of them is not a source of this very space, or there is none at all.
        """
        if ids is None:
            ids = [source.id for source in await asyncio.to_thread(self._shelf.records.sources.visible, (space,))]
        documents = [await self._own(source_id, space) for source_id in dict.fromkeys(ids)]
        if not documents:
            raise NotFound("There is nothing to export: this server has added no sources yet.")
        made = await asyncio.to_thread(packed, documents, self._clock().date())
        await asyncio.to_thread(self._shelf.records.audit.note, actor, "exported", space)
        return made

    async def import_(self, space: str, name: str, data: bytes, *, actor: str, watch: Watch = ignore) -> list[Change]:
        """Add what ``export`` made; none of it when a part cannot be read. Only this space's own ids are kept.

        A stop in the midst of many leaves whole sources; importing again adds the others. Where nobody is there to do
        so, ``Drafts.begin_import`` keeps the file first.

        Raises:
            Malformed: a file does not follow the format; the sentence names file and line.
            Refused: it is too large, unpacks to too much, or holds something that is no source.
        """
        return await self._library.add(await self.unpack(space, name, data), actor=actor, watch=watch)

    async def unpack(self, space: str, name: str, data: bytes) -> list[Document]:
        """What ``import_`` would add, for somebody to look at first; raises what it raises, and changes nothing."""
        return await self._drafts.unpack(space, name, data)

    async def log(self, space: str, *, before: int | None = None, limit: int = 20) -> list[Entry]:
        """Who changed what, newest first; ``before`` is the key of an entry, for the page after it."""

        def read() -> list[Entry]:
            records = self._shelf.records
            page = records.audit.page(space, before, limit)
            titles = records.sources.titles([entry.source for _, entry in page if entry.source], space)
            return [
                Entry(key, entry.at, entry.who, entry.what, entry.source, titles.get(entry.source or ""))
                for key, entry in page
            ]

        return await asyncio.to_thread(read)

    async def rules(self, space: str) -> Rules:
        """What the space decided."""

        def read() -> Rules:
            settings = self._shelf.records.settings
            return Rules(settings.get(_ROLE.format(space)), settings.get(_CHANNEL.format(space)))

        return await asyncio.to_thread(read)

    async def set_rules(self, space: str, rules: Rules, *, actor: str) -> None:
        """Keep what the space decided, with an entry in its log for each rule that is another now."""
        values = {
            _ROLE.format(space): ("curators' role", rules.curators),
            _CHANNEL.format(space): ("log channel", rules.channel),
        }
        await asyncio.to_thread(self._shelf.records.settings.decide, space, actor, values)

    async def balance(self, space: str, article: str, *, watch: Watch = ignore) -> Balance:
        """How the visible references cover an article's claims; judged once, kept, and judged anew where texts change.

        Raises:
            NotFound: no such article is visible.
            BadInput: that source has no claims.
        """
        async with self._weighing:
            return await asyncio.to_thread(self._weigher.weigh, space, article, watch)

    async def sweep(self) -> Swept:
        """Erase for good what was removed seven days ago, and drafts a day old (but for those being added just now).

        Of a draft that nobody decided on, where it came from is left, until ``Drafts.resume`` gave that to be told.
        Entries of the log go after a year, a space's newest apart.
        """

        def erase() -> Swept:
            now = self._clock()
            sources = self._shelf.erase_removed(now - UNDO, SWEEPER)
            drafts = expire(self._shelf.records.drafts, now)
            self._shelf.records.audit.expire(stamp(now - LOG))
            self._shelf.records.fold()
            return Swept(sources, drafts)

        return await asyncio.to_thread(erase)

    async def _own(self, source_id: str, space: str) -> Document:
        """A source of this very space; NotFound when there is none, with the id that was asked for."""
        try:
            return await asyncio.to_thread(self._shelf.records.passages.document, source_id, (space,))
        except NotFound:
            raise NotFound(f"No source {source_id.strip()[:40]} was added here.") from None
