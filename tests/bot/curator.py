"""A small curator in memory, over the sources of the stand-in library; for the bot's own paths."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.verbs import Curating
from retrieval.curate.types import Balance, Difference, Draft, Entry, Export, Refreshed, Removed, Rules
from retrieval.errors import BadInput, NotFound, Refused
from retrieval.library import Watch, ignore
from retrieval.store.versions import Change, ChangeKind
from retrieval.types import Document, Passage, Role, Source, Stance
from tests.bot.standin import StandIn
from tests.bot.values import CLAIMS

AT, UNTIL = "2026-11-22T20:11:00+00:00", "2026-11-29T20:11:00+00:00"


class CuratorStandIn:
    """Every change is an entry of the log.

    ``slow`` is how many seconds long work takes; ``drafts`` is where a refreshed source's new version waits; ``fresh``
    holds, by source, the drafts of pages that are not as they were.
    """

    def __init__(self, library: StandIn, drafts: dict[str, Draft]) -> None:
        self._library, self._drafts = library, drafts
        self.slow = 0.0
        self.kept: dict[str, Rules] = {}
        self.entries: dict[str, list[Entry]] = {}
        self.fresh: dict[str, Draft] = {}
        self.refreshed: list[tuple[str, str, str | None]] = []
        self.balances: dict[str, Balance] = {}

    async def rules(self, space: str) -> Rules:
        return self.kept.get(space, Rules())

    async def set_rules(self, space: str, rules: Rules, *, actor: str) -> None:
        before, self.kept[space] = await self.rules(space), rules
        for called, was, value in (
            ("curators' role", before.curators, rules.curators),
            ("log channel", before.channel, rules.channel),
        ):
            if was != value:
                self.note(space, actor, f"{'cleared' if value is None else 'set'} the {called}")

    async def removed(self, space: str) -> list[Removed]:
        return [Removed(source, AT, UNTIL) for source in self._library.gone.get(space, {}).values()]

    async def restore(self, source_id: str, space: str, *, actor: str) -> Source:
        gone = self._library.gone.get(space, {})
        if source_id not in gone:
            raise NotFound("No source with that id was removed here in the last seven days.")
        source = gone.pop(source_id)
        self._library.shelved[space][source_id] = source
        self.note(space, actor, "restored", source)
        return source

    async def refresh(
        self, source_id: str, space: str, *, who: str, channel: str | None = None, watch: Watch = ignore
    ) -> Refreshed:
        source = self._own(source_id, space)
        if source.url is None:
            raise BadInput(f"{source.id} has no link to fetch it from; add the new version as a file.")
        await self._work(watch, "Fetching")
        self.refreshed.append((source_id, who, channel))
        made = self.fresh.get(source_id)
        if made is None:
            return Refreshed(source, None)
        self._drafts[made.id] = made
        return Refreshed(
            source, made, (Difference("It cost ten.", "It cost eleven."), Difference(None, "A word more."))
        )

    async def export(self, space: str, ids: Sequence[str] | None = None, *, actor: str) -> Export:
        every = self._library.shelved.get(space, {})
        sources = [self._own(one, space) for one in (ids if ids is not None else every)]
        if not sources:
            raise NotFound("There is nothing to export: this server has added no sources yet.")
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as archive:
            for source in sources:
                archive.writestr(f"{source.id}.md", source.title)
        self.note(space, actor, "exported")
        return Export("sources-2026-11-22.zip", made.getvalue(), len(sources))

    async def unpack(self, space: str, name: str, data: bytes) -> list[Document]:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                files = {file.removesuffix(".md"): archive.read(file).decode() for file in archive.namelist()}
        except zipfile.BadZipFile:
            raise Refused(f"{name} is damaged; export it again, or hand in the Markdown files.") from None
        return [_document(source_id, title, space) for source_id, title in files.items()]

    async def import_(self, space: str, name: str, data: bytes, *, actor: str, watch: Watch = ignore) -> list[Change]:
        await self._work(watch, "Adding sources")
        changes = []
        for document in await self.unpack(space, name, data):
            self._library.shelved.setdefault(space, {})[document.source.id] = document.source
            self.note(space, actor, "added", document.source)
            changes.append(Change(document.source, ChangeKind.ADDED, 1))
        return changes

    async def log(self, space: str, *, before: int | None = None, limit: int = 20) -> list[Entry]:
        every = reversed(self.entries.get(space, []))
        return [entry for entry in every if before is None or entry.key < before][:limit]

    async def balance(self, space: str, article: str, *, watch: Watch = ignore) -> Balance:
        await self._work(watch, "Weighing the claims")
        found = next(source for source in await self._library.sources(space) if source.id == article)
        about = [source for source in await self._library.sources(space) if source.role is Role.REFERENCE]
        cells = {(CLAIMS[0].number, source.id): (Stance.REFUTES, 0.9) for source in about}
        made = Balance(found, CLAIMS, tuple(about), cells, ("No reference speaks of C02.",))
        return self.balances.get(article, made)

    async def _work(self, watch: Watch, what: str) -> None:
        watch(what, 3, 12)
        if self.slow:
            await asyncio.sleep(self.slow)

    def note(self, space: str, who: str, what: str, source: Source | None = None) -> None:
        """One more entry; its key grows over all spaces, as in the real log."""
        key = 1 + sum(map(len, self.entries.values()))
        entry = Entry(key, AT, who, what, source.id if source else None, source.title if source else None)
        self.entries.setdefault(space, []).append(entry)

    def _own(self, source_id: str, space: str) -> Source:
        own: Mapping[str, Source] = self._library.shelved.get(space, {})
        if source_id not in own:
            raise NotFound("There is no such source here.")
        return own[source_id]


def _document(source_id: str, title: str, space: str) -> Document:
    source = replace(Source(source_id, Role.REFERENCE, title), space=space)
    return Document(source, title, (Passage("p", source_id, 0, 0, len(title), title),))


_: type[Curating] = CuratorStandIn
