"""A small desk in memory, with the verbs and the visibility rules of the real one, for the bot's own paths."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from bot.verbs import Desk
from retrieval.curate.room import SHOWN
from retrieval.curate.types import Begun, Download, Draft, Edits, Item, NearCopy, Stage, Waiting
from retrieval.errors import BadInput, NotFound, Refused
from retrieval.ingest.intake import LARGEST, Given
from retrieval.library import Watch, ignore
from retrieval.store.people import Kept
from retrieval.store.versions import Change, ChangeKind
from retrieval.types import Claim, Document, Passage, Role, Source
from tests.bot.curator import CuratorStandIn
from tests.bot.standin import StandIn
from tests.bot.values import reference

HOSTILE = b"%HOSTILE"


class DraftsStandIn:
    """Reads anything but what begins with ``HOSTILE``; every sentence of an article is a claim.

    ``slow`` is how many seconds reading and keeping take; ``fault`` is raised when they are done, and ``trouble`` by
    every verb, until they are taken away. ``heard`` is who was told; imports are left to the curator.
    """

    importer: Callable[..., Awaitable[list[Change]]]

    def __init__(self) -> None:
        self.kept: dict[str, Draft] = {}
        self.drafts: dict[str, Draft] = {}
        self.begun: dict[str, tuple[Item, Draft]] = {}
        self.heard: list[str] = []
        self.stopped = 0
        self.jobs: dict[str, tuple[str, str, bytes, str]] = {}
        self.proposed: list[tuple[Item, Given, str, str | None]] = []
        self.interrupted: list[Draft] = []
        self.resumed = 0
        self.slow = 0.0
        self.trouble: BaseException | None = None
        self.fault: BaseException | None = None

    async def begin(self, items: Sequence[Item], given: Given, *, who: str, channel: str | None = None) -> list[Begun]:
        self._check()
        made = []
        for number, item in enumerate(items, 1 + len(self.begun)):
            one = draft(f"draft-{number}", given, "?", who=who, channel=channel, where=item.link or item.name or "text")
            self.begun[one.id] = (item, replace(one, stage=Stage.READING, document=None))
            large = Refused("That file is larger than 20 MB; please hand in the part that matters.")
            made.append(Begun(self.begun[one.id][1], large if item.size > LARGEST else None))
        return made

    async def proceed(
        self, draft_id: str, space: str, *, download: Download | None = None, watch: Watch = ignore
    ) -> Draft:
        item, begun = self.begun[draft_id]
        assert begun.space == space
        data = item.data if item.data is not None else f"The page at {item.link}.".encode()
        if item.address:
            assert download
            data = await download()
            item = replace(item, data=data)
        await self._work(watch, "Reading")
        self.proposed.append((item, begun.given, begun.who, begun.channel))
        if data.startswith(HOSTILE):
            raise Refused("That file is built to break its reader, so it is not read.")
        more = {"where": begun.where, "who": begun.who, "channel": begun.channel}
        self.drafts[draft_id] = draft(draft_id, begun.given, data.decode(), **more)
        return self.drafts[draft_id]

    async def draft(self, draft_id: str, space: str) -> Draft:
        self._check()
        found = self.drafts.get(draft_id)
        if found is None or found.space != space:
            raise NotFound("There is no such preview here (any more); please hand it in again.")
        return found

    async def waiting(self, space: str, who: str) -> Waiting:
        self._check()
        here = [kept for kept in reversed(self.drafts.values()) if kept.space == space]
        here.sort(key=lambda kept: kept.who != who)
        return Waiting(tuple(here[:SHOWN]), len(here[SHOWN:]))

    async def edit(self, draft_id: str, space: str, edits: Edits) -> Draft:
        found = await self.draft(draft_id, space)
        if edits.date == "yesterday":
            raise BadInput("A date is written like 2016-05-02, 2016-05 or 2016.")
        assert found.document
        fields = ("title", "author", "publisher", "date", "url")
        changed: dict[str, Any] = {
            name: value or None for name in fields if (value := getattr(edits, name)) is not None
        }
        role = edits.role or found.given.role
        document = replace(found.document, source=replace(found.document.source, role=role, **changed))
        document = replace(document, claims=claims(document) if role is Role.ARTICLE else ())
        made = replace(found, given=replace(found.given, role=role, **changed), document=document)
        self.drafts[draft_id] = made
        return made

    async def edit_claims(self, draft_id: str, space: str, text: str) -> Draft:
        found = await self.draft(draft_id, space)
        assert found.document
        lines = [line.partition(" ") for line in text.splitlines() if line]
        made = tuple(Claim(f"c-{number}", "s", number, words) for number, _, words in lines)
        self.drafts[draft_id] = replace(found, document=replace(found.document, claims=made))
        return self.drafts[draft_id]

    async def confirm(self, draft_id: str, space: str, *, actor: str, watch: Watch = ignore) -> Change:
        found = await self.draft(draft_id, space)
        await self._work(watch, "Making it searchable")
        self.kept[draft_id] = replace(found, who=actor, stage=Stage.KEPT)
        assert found.document
        return Change(found.document.source, ChangeKind.ADDED, len(found.document.passages))

    async def discard(self, draft_id: str, space: str) -> None:
        self._check()
        if draft_id in self.drafts and self.drafts[draft_id].space == space:
            del self.drafts[draft_id]

    async def begin_import(self, space: str, name: str, data: bytes, *, who: str, channel: str | None) -> str:
        assert channel
        job = f"job-{len(self.jobs) + 1}"
        self.jobs[job] = (space, name, data, who)
        return job

    async def finish_import(self, job: str, space: str, *, watch: Watch = ignore) -> list[Change]:
        where, name, data, who = self.jobs[job]
        assert where == space
        return await self.importer(space, name, data, actor=who, watch=watch)

    async def resume(self) -> list[Draft]:
        self.resumed += 1
        self._check()
        return [draft for draft in self.interrupted if draft.id not in self.heard]

    def stop(self) -> None:
        self.stopped += 1

    async def told(self, ids: Collection[str]) -> None:
        self.heard += ids

    async def about(self, person: str) -> Kept:
        self._check()
        return Kept(sum(kept.who == person for kept in self.drafts.values()), 0, 0, 0, 0, 0)

    async def forget(self, person: str) -> int:
        self._check()
        theirs = [draft_id for draft_id, kept in self.drafts.items() if kept.who == person]
        for draft_id in theirs:
            del self.drafts[draft_id]
        return len(theirs)

    async def _work(self, watch: Watch, what: str) -> None:
        self._check()
        if self.slow:
            watch(what, 3, 12)
            await asyncio.sleep(self.slow)
        if self.fault is not None:
            raise self.fault

    def _check(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class DeskStandIn:
    """Both."""

    def __init__(self, library: StandIn | None = None) -> None:
        self.drafts = DraftsStandIn()
        self.curator = CuratorStandIn(library or StandIn(), self.drafts.drafts)
        self.drafts.importer = self.curator.import_


def draft(draft_id: str, given: Given, words: str, **changes: object) -> Draft:
    """A draft that awaits confirmation, made of a text whose first line is its title."""
    title = given.title or words.splitlines()[0][:80]
    source = Source(
        "s", given.role, title, publisher=given.publisher, date=given.date, author="A. Writer", space=given.space
    )
    document = Document(source, words, (Passage("p", "s", 0, 0, len(words), words),))
    if given.role is Role.ARTICLE:
        document = replace(document, claims=claims(document))
    made = Draft(
        id=draft_id,
        space=given.space,
        who="1",
        channel=None,
        stage=Stage.AWAITING,
        where="pasted text",
        given=given,
        document=document,
        left_out=("2 hidden passages",),
        hints=("It looks like a cookie wall.",),
        language="English",
        words=len(words.split()),
        near=(NearCopy(reference(1), 0.42),),
        replaces=None,
        source="s",
        why=None,
        created_at="2026-01-01T00:00:00+00:00",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # the tests name real fields


def claims(document: Document) -> tuple[Claim, ...]:
    """A claim for every sentence."""
    sentences = [part.strip() for part in document.text.replace("\n", " ").split(".") if part.strip()]
    return tuple(Claim(f"c-{n}", "s", f"C{n:02}", f"{words}.") for n, words in enumerate(sentences, 1))


_: type[Desk] = DeskStandIn
