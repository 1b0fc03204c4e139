"""Any order of changes, faults, kills and restarts: records and index hold the same, and every passage finds itself.

``REJOINDER_STEPS=500 pytest tests/retrieval/store/test_machine.py`` goes on for longer.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from unittest import mock

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy.exc import OperationalError

from retrieval.errors import RejoinderError
from retrieval.store import waiting
from retrieval.store.dense import IndexState
from retrieval.store.schema import State
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED, Document
from tests.retrieval.store.faults import Killed, killed_at, stumbling_at
from tests.retrieval.store.making import WordEmbedder, document, searched

NAMES = {"a": SHARED, "b": SHARED, "c": "g1", "d": "g2"}
SPACES = (SHARED, "g1", "g2")
STEPS = int(os.environ.get("REJOINDER_STEPS", "12"))
EXAMPLES = 8
name = st.sampled_from(sorted(NAMES))
version = st.integers(0, 3)
verb = st.sampled_from(["put", "remove", "restore", "erase"])
call = st.integers(1, 45)
"""Which call of the store fails, counted from the beginning of a change; a change makes fewer than so many."""

ABSENT, REMOVED = "absent", "removed"


class ShelfMachine(RuleBasedStateMachine):
    """The model: what answers for each name, and what was removed."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        # So few that some changes wait and others go into the index, a few sources together.
        self.room = mock.patch.object(waiting, "ROOM", 6)
        self.room.start()
        self.embedder = WordEmbedder()
        self.live: dict[str, int] = {}
        self.gone: dict[str, int] = {}
        self.lives = 0
        self.shelf = self._opened()

    def teardown(self) -> None:
        if hasattr(self, "shelf"):
            self.shelf.close()
            shutil.rmtree(self.folder)
            self.room.stop()

    @property
    def _data(self) -> Path:
        return self.folder / f"life {self.lives}"

    def _opened(self) -> Shelf:
        # The child process that tries the index takes a second; test_damage.py is about it.
        shelf = Shelf.open(self._data, self.embedder, examine=lambda *_: None)
        shelf.reconcile()
        return shelf

    def _document(self, name: str, version: int) -> Document:
        paragraphs = [f"{name} says {part} in version {version}." for part in range(version + 1)]
        return document(name, "Always the same.", *paragraphs, space=NAMES[name], title=str(version))

    def _change(self, verb: str, name: str, version: int) -> Callable[[], object] | None:
        """A change that is possible now, and what it makes of the model once it is done; None when it is not."""
        space, there = NAMES[name], name in self.live or name in self.gone
        if verb == "put":
            return lambda: self.shelf.put(self._document(name, version), "ann")
        if verb == "remove" and name in self.live:
            return lambda: self.shelf.remove(name, space, "ann")
        if verb == "restore" and name in self.gone:
            return lambda: self.shelf.restore(name, space, "ann")
        return (lambda: self.shelf.erase(name, space, "ann")) if verb == "erase" and there else None

    def _done(self, verb: str, name: str, version: int) -> None:
        was = self.live.pop(name, None) if verb != "restore" else self.gone[name]
        self.gone.pop(name, None)
        if verb == "put":
            self.live[name] = version
        elif verb == "restore" and was is not None:
            self.live[name] = was
        elif verb == "remove" and was is not None:
            self.gone[name] = was

    @rule(verb=verb, name=name, version=version)
    def change(self, verb: str, name: str, version: int) -> None:
        if change := self._change(verb, name, version):
            change()
            self._done(verb, name, version)

    @rule(verb=verb, name=name, version=version, call=call)
    def a_change_in_which_a_call_of_the_store_fails(self, verb: str, name: str, version: int, call: int) -> None:
        if change := self._change(verb, name, version):
            failed = False
            with stumbling_at(self.shelf, call):
                try:
                    change()
                except (OperationalError, RejoinderError):
                    failed = True
            self.shelf.reconcile()  # when it was the index that failed, the change is made all the same
            if failed:
                self._look(verb, name, version)
            else:
                self._done(verb, name, version)

    @rule(verb=verb, name=name, version=version, call=call)
    def a_kill_in_a_change(self, verb: str, name: str, version: int, call: int) -> None:
        if change := self._change(verb, name, version):
            after = self.folder / f"life {self.lives + 1}"
            try:
                with killed_at(self.shelf, call, self._data, after):
                    change()
            except Killed:
                self.shelf.close()
                shutil.rmtree(self._data)
                self.lives += 1
                self.shelf = self._opened()
                self._look(verb, name, version)
            else:
                self._done(verb, name, version)

    @rule(name=name, version=version)
    def put_with_a_failing_embedder(self, name: str, version: int) -> None:
        self.embedder.failing = RuntimeError("out of memory")
        with suppress(RejoinderError):
            self.shelf.put(self._document(name, version), "ann")
        self.embedder.failing = None
        self.shelf.reconcile()
        self._done("put", name, version)

    def _stands(self, name: str) -> str:
        """The version that answers, or that it was removed, or that nothing is there."""
        sources = self.shelf.records.sources
        titles = {source.id: source.title for source in sources.visible([NAMES[name]])}
        removed = {one.source.id for one in sources.removed(NAMES[name])}
        return titles.get(name, REMOVED if name in removed else ABSENT)

    def _look(self, verb: str, name: str, version: int) -> None:
        """After a fault or a kill the change has happened or it has not; anything else is an error."""
        before = str(self.live.get(name, REMOVED if name in self.gone else ABSENT))
        after = {"put": str(version), "remove": REMOVED, "restore": str(self.gone.get(name)), "erase": ABSENT}[verb]
        now = self._stands(name)
        assert now in {before, after}
        if now == after:
            self._done(verb, name, version)

    @rule()
    def the_index_breaks(self) -> None:
        index = self.shelf._dense._index
        assert index is not None
        index._client.delete_collection("passages")
        assert self.shelf.dense(self.embedder.embed_queries(["x"])[0], [SHARED]) is not None
        self.shelf.reconcile()

    @rule()
    def the_index_is_told(self) -> None:
        self.shelf.reconcile()
        assert not self.shelf._dense.waiting

    @rule()
    def restart(self) -> None:
        self.shelf.close()
        self.shelf = self._opened()

    @invariant()
    def what_answers_is_what_was_put(self) -> None:
        for space in SPACES:
            found = {source.id: int(source.title) for source in self.shelf.records.sources.visible([space])}
            assert found == {name: version for name, version in self.live.items() if NAMES[name] == space}
            assert {removed.source.id for removed in self.shelf.records.sources.removed(space)} == {
                name for name in self.gone if NAMES[name] == space
            }
        for name, version in self.live.items():
            kept = self.shelf.records.passages.document(name, [NAMES[name]])
            assert kept == self._document(name, version)
            assert self.shelf.records.sources.state(name)[0] is State.READY

    @invariant()
    def records_and_index_hold_the_same(self) -> None:
        assert self.shelf.state.state is IndexState.READY
        assert not self.shelf.records.purge_due
        assert searched(self.shelf) == self.shelf.records.embeddings.places(self.embedder.id)
        assert self.shelf.records.passages.full_text_consistent()

    @invariant()
    def every_passage_finds_itself_and_no_space_sees_anothers(self) -> None:
        for batch in self.shelf.records.embeddings.entries(self.embedder.id):
            for entry in batch:
                hits = dict(self.shelf.dense(entry.values, [entry.space], None, 50))
                assert hits[entry.passage] > 0.999
                assert {NAMES[hit.partition(":")[0]] for hit in hits} == {entry.space}
        for space in SPACES:
            hits = dict(self.shelf.lexical("always the same says", [space]))
            assert {NAMES[hit.partition(":")[0]] for hit in hits} <= {space}
            assert bool(hits) == any(NAMES[name] == space for name in self.live)


TestShelf = ShelfMachine.TestCase
TestShelf.settings = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None)
