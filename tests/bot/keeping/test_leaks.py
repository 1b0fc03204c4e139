"""What one server knows, no other learns: two servers with a canary each, through every command in any order."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from simcord import Env

from bot.commands.looking import Shelves
from retrieval.chat.budget import Limits, Spending, Usage
from retrieval.curate.shelving import Curator
from retrieval.curate.types import Export
from retrieval.library import Library
from retrieval.types import SHARED, Role, Source
from tests.bot.keeping.twins import QUESTIONS, Side, Watcher, alone, pry
from tests.bot.standin import Notebook
from tests.bot.test_adding_shop import Premises, client
from tests.bot.wire import Wire
from tests.loopback import Site

VERBS = (
    *("more", "page", "context", "share", "helpful", "source", "sourcepage", "remove", "removeyes", "restore"),
    *("refresh", "export", "draftshow", "draftadd", "draftpage", "draftrole", "draftdrop", "draftclaims", "draftedit"),
)
WHO = st.sampled_from([0, 1])
TYPED = st.sampled_from(["", "a", "e", "press", "part", "s-", "1"])


class Leaks(RuleBasedStateMachine):
    """Each rule is something that people of one of the servers do; after it nothing of the other's was sent to them."""

    wire: Wire
    records: list[logging.LogRecord]
    own: list[int]
    models: dict[str, str]
    """A chat model's name for each server, by its space: what one reads there of another would be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.notebook = Notebook()
        self.runner.run(self._open())

    async def _open(self) -> None:
        site = Site()
        await site.server.start_server()
        self.premises = Premises(Path(self.folder.name) / "data", site)
        self.env = Env(client(self.premises.open, self.notebook), settle_timeout=60)
        await self.env.start()
        self.sides = (
            Side(self.premises, self.env, "Harbour", "Quillwhisker", "ferry"),
            Side(self.premises, self.env, "Inland", "Umbrandal", "quarry"),
        )
        self.models.update({side.space: f"openai:{side.canary}" for side in self.sides})
        self.watcher = Watcher(self.wire, self.records, self.sides)

    def teardown(self) -> None:
        self.runner.run(self._close())
        self.runner.close()
        self.folder.cleanup()

    async def _close(self) -> None:
        self.own.append(self.watcher.own)
        await self.env.shutdown()
        await self.premises.open.close()
        await self.premises.site.server.close()

    def does(self, side: Side | None, doing: Coroutine[Any, Any, Any]) -> None:
        """Do it, and look at all that came of it."""
        with self.env.time_context():
            more = self.runner.run(doing)
        assert isinstance(self.env.errors, list)  # reading them acknowledges them: refusals are part of the game
        assert self.watcher.leaks(side, more if isinstance(more, list) else ()) == []

    @initialize()
    def begin(self) -> None:
        """One round through everything, so that even the shortest example has been everywhere once."""
        for side in self.sides:
            self.does(side, side.rule(post=True))
            self.does(side, side.add("article", "Add"))
            self.does(side, side.add("reference", ""))
            self.does(side, side.fetch(changed=False))
        for side in self.sides:
            self.does(side, side.look(""))
            self.does(side, side.claims(""))
            self.does(side, side.ask(QUESTIONS[0], follow=True))
            self.does(side, side.weigh())
            self.does(side, side.fetch(changed=True))
            self.does(side, side.remove(undo=False))
            self.does(side, side.export())
            self.does(side, side.take_in("Import", exported=True))
            self.does(side, side.take_in("Cancel", exported=False))
            self.does(side, side.pick("Add", several=True))
            self.does(side, side.pick("", several=False))
            self.does(side, side.check(QUESTIONS[1]))
            self.does(side, side.read_up())
        for side, other in (self.sides, self.sides[::-1]):
            [source, *_, offer] = self.runner.run(other.things())
            self.does(side, pry(side, source, "export"))
            self.does(side, pry(side, offer, "draftshow"))

    @rule(who=WHO, role=st.sampled_from(["article", "reference"]), then=st.sampled_from(["Add", "Cancel", ""]))
    def adds(self, who: int, role: str, then: str) -> None:
        self.does(self.sides[who], self.sides[who].add(role, then))

    @rule(who=WHO, changed=st.booleans())
    def fetches(self, who: int, changed: bool) -> None:
        self.does(self.sides[who], self.sides[who].fetch(changed))

    @rule(who=WHO, typed=TYPED)
    def looks(self, who: int, typed: str) -> None:
        self.does(self.sides[who], self.sides[who].look(typed))
        self.does(self.sides[who], self.sides[who].claims(typed))

    @rule(who=WHO)
    def exports(self, who: int) -> None:
        self.does(self.sides[who], self.sides[who].export())

    @rule(who=WHO, then=st.sampled_from(["Import", "Cancel", ""]), exported=st.booleans())
    def imports(self, who: int, then: str, exported: bool) -> None:
        self.does(self.sides[who], self.sides[who].take_in(then, exported=exported))

    @rule(who=WHO, then=st.sampled_from(["Add", "Cancel", ""]), several=st.booleans())
    def picks_of_a_message(self, who: int, then: str, several: bool) -> None:
        self.does(self.sides[who], self.sides[who].pick(then, several=several))

    @rule(who=WHO, question=st.sampled_from(QUESTIONS))
    def checks_a_message(self, who: int, question: str) -> None:
        self.does(self.sides[who], self.sides[who].check(question))

    @rule(who=WHO)
    def reads_up(self, who: int) -> None:
        self.does(self.sides[who], self.sides[who].read_up())

    @rule(who=WHO, undo=st.booleans())
    def removes(self, who: int, undo: bool) -> None:
        self.does(self.sides[who], self.sides[who].remove(undo))

    @rule(who=WHO, question=st.sampled_from(QUESTIONS), follow=st.booleans())
    def asks(self, who: int, question: str, follow: bool) -> None:
        self.does(self.sides[who], self.sides[who].ask(question, follow))

    @rule(who=WHO, post=st.booleans())
    def rules_and_weighs(self, who: int, post: bool) -> None:
        self.does(self.sides[who], self.sides[who].rule(post))
        self.does(self.sides[who], self.sides[who].weigh())

    @rule(who=WHO, verb=st.sampled_from(VERBS), which=st.integers(0, 20))
    def pries(self, who: int, verb: str, which: int) -> None:
        things = self.runner.run(self.sides[1 - who].things())
        self.does(self.sides[who], pry(self.sides[who], things[which % len(things)], verb))

    @rule(who=WHO, which=st.integers(0, 20))
    def is_alone(self, who: int, which: int) -> None:
        things = self.runner.run(self.sides[who].things())
        self.does(None, alone(self.sides[who], things[which % len(things)]))

    @rule(who=WHO)
    def is_forgotten(self, who: int) -> None:
        side = self.sides[who]

        async def forget() -> None:
            await side.mod.click((await side.slash("privacy forget")).response, label="Forget me")

        self.does(side, forget())

    @rule()
    def restarts(self) -> None:
        async def restart() -> None:
            await self.env.restart_bot(client(await self.premises.reopen(), self.notebook))

        self.does(None, restart())


@contextmanager
def leaks(wire: Wire, caplog: pytest.LogCaptureFixture) -> Iterator[type[Leaks]]:
    """The machine, with this test's wire and log; each server has a chat model of its own name."""
    models: dict[str, str] = {}
    seen = {"wire": wire, "records": caplog.records, "own": [], "models": models}

    async def spending(_: Library, space: str = SHARED) -> Spending:
        return Spending(models[space], date(2026, 11, 22), Usage(1_000, 100), Limits(tokens=200_000))

    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.DEBUG):
        patch.setattr(Library, "spending", spending)
        yield type("LeaksHere", (Leaks,), seen)


def run(wire: Wire, caplog: pytest.LogCaptureFixture, examples: int, steps: int) -> list[int]:
    """Run the machine; how often, by example, a server was told of its own."""
    few = settings(
        max_examples=examples,
        stateful_step_count=steps,
        derandomize=True,
        deadline=None,
        report_multiple_bugs=False,
        phases=(Phase.generate,),  # the steps up to a leak tell enough, and making them fewer takes minutes
        suppress_health_check=list(HealthCheck),
    )
    with leaks(wire, caplog) as machine:
        run_state_machine_as_test(machine, settings=few)
        return machine.own


def test_nothing_of_one_server_reaches_another(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    own = run(wire, caplog, 2, 8)
    assert len(own) == 2
    assert min(own) > 50, "each server was told of its own, so there was something to leak"


@pytest.mark.slow
def test_nothing_of_one_server_reaches_another_at_length(wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    assert sum(run(wire, caplog, 8, 40)) > 1_000


def test_a_leak_is_noticed(wire: Wire, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one wall taken down the machine fails."""
    spaces, real = {SHARED}, Library.sources

    async def of_all(library: Library, space: str = SHARED, *, role: Role | None = None) -> list[Source]:
        spaces.add(space)
        return [source for one in sorted(spaces) for source in await real(library, one, role=role)]

    monkeypatch.setattr(Library, "sources", of_all)
    with pytest.raises(AssertionError, match=r"(POST|PATCH) /"):
        run(wire, caplog, 1, 4)


def test_a_leak_in_a_file_is_noticed(
    wire: Wire, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes of another server's id is read, too, and an archive's members in it: its name alone tells nothing."""
    real = Curator.export

    async def anybodys(_: Shelves, typed: str, space: str) -> Source:
        return Source(typed, Role.REFERENCE, "Somebody's", space=space)

    with leaks(wire, caplog) as kind:
        machine = kind()
        mine, other = machine.sides

        async def of_the_other(curator: Curator, _: str, ids: Sequence[str] | None = None, *, actor: str) -> Export:
            assert ids
            return await real(curator, other.space, actor=actor)

        try:
            for _ in range(2):
                machine.does(other, other.add("reference", "Add"))
            [thing, *_] = machine.runner.run(other.things())
            monkeypatch.setattr(Shelves, "own", anybodys)
            monkeypatch.setattr(Curator, "export", of_the_other)
            with pytest.raises(AssertionError, match=rf"'file: sources-\S+\.zip .*{other.canary}"):
                machine.does(mine, pry(mine, thing, "page"))
        finally:
            machine.teardown()
