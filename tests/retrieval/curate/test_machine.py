"""Two servers at one desk: in whatever order they act, with restarts and kills, neither sees the other's words.

Each server's words hold its own canary. What a server hands to the other by an export is what it gave away on purpose:
it holds the first server's canary then, and the model knows.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
from collections.abc import Awaitable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from retrieval.curate.types import Edits, Rules, Stage
from retrieval.errors import NotFound
from retrieval.ingest.intake import Given
from retrieval.store.index import Index
from retrieval.types import Role
from tests.retrieval.curate.shop import HERE, THERE, Axe, Killed, Shop, pasted
from tests.retrieval.store.making import searched

T = TypeVar("T")
EXAMPLES = int(os.environ.get("REJOINDER_EXAMPLES", "4"))
"""Orders that are tried; more take long, so a long run is asked for."""
CANARY = {HERE: "Xylocanary", THERE: "Zebracanary"}
PEOPLE = {HERE: "310000000000001001", THERE: "310000000000002002"}
"""As long as Discord's ids: four digits also turn up in the microseconds of a time."""
spaces = st.sampled_from([HERE, THERE])
numbers = st.integers(0, 4)
roles = st.sampled_from(Role)


def other(space: str) -> str:
    return THERE if space == HERE else HERE


class TwoServers(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="two-servers-"))
        self.loop = asyncio.new_event_loop()
        self.shop = Shop(self.folder)
        self.days = 0
        self.there: dict[str, set[str]] = {HERE: set(), THERE: set()}
        """Titles that a server must see."""
        self.given_away: set[str] = set()
        """Servers whose words the other one got by an export."""

    def run(self, work: Awaitable[T]) -> T:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.run(self.shop.close())
        self.loop.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _title(self, space: str, number: int) -> str:
        return f"{CANARY[space]} report {number}"

    def _text(self, space: str, number: int) -> str:
        said = f"The {CANARY[space]} number {number} was sold in Lisbon in 2014 because of Ada Moss, said the mayor."
        return f"A report\n\n{said}\n\nNobody had checked the hull of ship {number} for nine years."

    async def _propose(self, space: str, number: int, role: Role) -> str:
        given = Given(role, space, PEOPLE[space], self._title(space, number))
        return (await self.shop.drafts.propose(pasted(self._text(space, number)), given, who=PEOPLE[space])).id

    @rule(space=spaces, number=numbers, role=roles)
    def add(self, space: str, number: int, role: Role) -> None:
        draft = self.run(self._propose(space, number, role))
        self.run(self.shop.drafts.confirm(draft, space, actor=PEOPLE[space]))
        self.there[space].add(self._title(space, number))

    @rule(space=spaces, number=numbers, cancelled=st.booleans())
    def hand_in_and_look(self, space: str, number: int, cancelled: bool) -> None:
        draft = self.run(self._propose(space, number, Role.REFERENCE))
        for attempt in (
            self.shop.drafts.draft(draft, other(space)),
            self.shop.drafts.edit(draft, other(space), Edits(title="Mine")),
            self.shop.drafts.confirm(draft, other(space), actor="x"),
        ):
            with pytest.raises(NotFound):
                self.run(attempt)
        if cancelled:
            self.run(self.shop.drafts.discard(draft, space))

    @rule(space=spaces, number=numbers)
    def remove(self, space: str, number: int) -> None:
        for source in self.run(self.shop.library.sources(space)):
            if source.title == self._title(space, number):
                with pytest.raises(NotFound):
                    self.run(self.shop.library.remove(source.id, other(space), actor="x"))
                self.run(self.shop.library.remove(source.id, space, actor=PEOPLE[space]))
        self.there[space].discard(self._title(space, number))

    @rule(space=spaces)
    def restore(self, space: str) -> None:
        for removed in self.run(self.shop.curator.removed(space))[:1]:
            with pytest.raises(NotFound):
                self.run(self.shop.curator.restore(removed.source.id, other(space), actor="x"))
            self.run(self.shop.curator.restore(removed.source.id, space, actor=PEOPLE[space]))
            self.there[space].add(removed.source.title)

    @precondition(lambda self: any(self.there.values()))
    @rule(space=spaces)
    def hand_over(self, space: str) -> None:
        if self.there[space]:
            export = self.run(self.shop.curator.export(space, actor=PEOPLE[space]))
            self.given_away.add(space)
            self.run(self.shop.curator.import_(other(space), export.name, export.data, actor=PEOPLE[other(space)]))
            self.there[other(space)] |= self.there[space]

    @rule(space=spaces)
    def decide(self, space: str) -> None:
        self.run(self.shop.curator.set_rules(space, Rules(curators=CANARY[space]), actor=PEOPLE[space]))
        assert self.run(self.shop.curator.rules(other(space))).curators != CANARY[space]

    @rule(days=st.sampled_from([0, 2, 8]))
    def sweep(self, days: int) -> None:
        self.days += days
        self.shop.now += timedelta(days=days)
        self.run(self.shop.curator.sweep())

    @rule()
    def restart(self) -> None:
        self.run(self.shop.close())
        self.shop = Shop(self.folder)
        self.shop.now += timedelta(days=self.days)
        self.shop.shelf.reconcile()
        told = self.run(self.shop.drafts.resume())
        for draft in told:
            assert draft.stage in {Stage.AWAITING, Stage.KEPT, Stage.EXPIRED, Stage.IMPORTED}
            if draft.stage is Stage.KEPT:
                self.there[draft.space].add(draft.given.title or "")
        self.run(self.shop.drafts.told([draft.id for draft in told]))
        assert self.run(self.shop.drafts.resume()) == []

    @rule(space=spaces, number=numbers, at=st.integers(1, 9), after=st.booleans())
    def add_and_be_killed(self, space: str, number: int, at: int, after: bool) -> None:
        with pytest.MonkeyPatch.context() as patch:
            axe = Axe(patch, at, after=after)
            with contextlib.suppress(Killed):
                self.add(space, number, Role.REFERENCE)
            axe.armed = False
        self.restart()
        # What was not acknowledged may be there or not; from here on it is as it was found.
        title = self._title(space, number)
        if title in {source.title for source in self.run(self.shop.library.sources(space))}:
            self.there[space].add(title)

    @rule(space=spaces, numbers=st.lists(numbers, min_size=2, max_size=4), at=st.integers(1, 9), after=st.booleans())
    def hand_in_several_and_be_killed(self, space: str, numbers: list[int], at: int, after: bool) -> None:
        items = [pasted(self._text(space, number)) for number in numbers]
        before = self._waiting(space)
        with pytest.MonkeyPatch.context() as patch:
            axe = Axe(patch, at, after=after)
            with contextlib.suppress(Killed):
                given = Given(Role.REFERENCE, space)
                begun = self.run(self.shop.drafts.begin(items, given, who=PEOPLE[space], channel="9"))
                for one in begun:
                    self.run(self.shop.drafts.proceed(one.draft.id, space))
            axe.armed = False
        self.restart()
        assert self._waiting(space) - before in ({0} if at == 1 and not after else {len(items)})

    @precondition(lambda self: any(self.there.values()))
    @rule(space=spaces, at=st.integers(1, 12), after=st.booleans())
    def hand_over_and_be_killed(self, space: str, at: int, after: bool) -> None:
        if not self.there[space]:
            return
        export = self.run(self.shop.curator.export(space, actor=PEOPLE[space]))
        self.given_away.add(space)
        kept, there = False, other(space)
        with pytest.MonkeyPatch.context() as patch:
            axe = Axe(patch, at, after=after)
            with contextlib.suppress(Killed):
                begun = self.shop.drafts.begin_import(there, export.name, export.data, who=PEOPLE[there], channel="9")
                job = self.run(begun)
                kept = True
                self.run(self.shop.drafts.finish_import(job, there))
                self.run(self.shop.drafts.told([job]))
            axe.armed = False
        self.restart()
        if kept or after:
            self.there[there] |= self.there[space]

    def _waiting(self, space: str) -> int:
        return self.shop.shelf.records.drafts.count(space, [Stage.AWAITING])

    @invariant()
    def each_sees_its_own(self) -> None:
        for space in (HERE, THERE):
            assert {source.title for source in self.run(self.shop.library.sources(space))} == self.there[space]
            own = [source.id for source in self.run(self.shop.library.sources(space))]
            seen = repr(
                (
                    self.run(self.shop.curator.log(space, limit=1000)),
                    self.run(self.shop.curator.removed(space)),
                    self.run(self.shop.library.claims(space)),
                    [self.run(self.shop.library.document(one, space)) for one in own],
                    self.run(self.shop.curator.rules(space)),
                    self.shop.shelf.lexical("report Lisbon mayor hull", (space,), limit=100),
                )
            )
            if other(space) not in self.given_away:
                assert CANARY[other(space)] not in seen
                assert PEOPLE[other(space)] not in seen

    @invariant()
    def an_export_holds_one_s_own(self) -> None:
        for space in (HERE, THERE):
            if self.there[space] and other(space) not in self.given_away:
                export = self.run(self.shop.curator.export(space, actor=PEOPLE[space]))
                assert CANARY[other(space)].encode() not in export.data

    @invariant()
    def records_and_index_agree(self) -> None:
        records = self.shop.shelf.records
        if isinstance(self.shop.shelf._dense._index, Index):
            assert searched(self.shop.shelf) == records.embeddings.places(self.shop.embedder.id)
        assert records.passages.full_text_consistent()


TwoServers.TestCase.settings = settings(max_examples=EXAMPLES, stateful_step_count=12, deadline=None)
TestTwoServers = pytest.mark.slow(TwoServers.TestCase)
