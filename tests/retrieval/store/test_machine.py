"""Any order of changes, faults and restarts: records and index hold the same, and every passage finds itself."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from retrieval.errors import NotFound, RejoinderError
from retrieval.store.dense import IndexState
from retrieval.store.schema import State
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED, Document
from tests.retrieval.store.making import WordEmbedder, document

NAMES = {"a": SHARED, "b": SHARED, "c": "g1"}
name = st.sampled_from(sorted(NAMES))
version = st.integers(0, 3)


@contextmanager
def fault_at(shelf: Shelf, statement: int) -> Iterator[None]:
    """The disk fails once, at the nth statement of the records from here on."""
    left = [statement]

    def fail(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise OperationalError("the disk fails", None, Exception())

    engine = shelf.records._database.engine
    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)


class ShelfMachine(RuleBasedStateMachine):
    """The model: what answers for each name, and what was removed."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.embedder = WordEmbedder()
        self.live: dict[str, int] = {}
        self.gone: dict[str, int] = {}
        self.shelf = self._opened()

    def teardown(self) -> None:
        if hasattr(self, "shelf"):
            self.shelf.close()
            shutil.rmtree(self.folder)

    def _opened(self) -> Shelf:
        # The child process that tries the index takes a second; test_damage.py is about it.
        shelf = Shelf.open(self.folder, self.embedder, examine=lambda *_: None)
        shelf.reconcile()
        return shelf

    def _document(self, name: str, version: int) -> Document:
        paragraphs = [f"{name} says {part} in version {version}." for part in range(version + 1)]
        return document(name, "Always the same.", *paragraphs, space=NAMES[name], title=str(version))

    @rule(name=name, version=version)
    def put(self, name: str, version: int) -> None:
        self.shelf.put(self._document(name, version), "ann")
        self.live[name] = version
        self.gone.pop(name, None)

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(sorted(self.live)))
        self.shelf.remove(chosen, NAMES[chosen], "ann")
        self.gone[chosen] = self.live.pop(chosen)

    @precondition(lambda self: self.gone)
    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(sorted(self.gone)))
        self.shelf.restore(chosen, NAMES[chosen], "ann")
        self.live[chosen] = self.gone.pop(chosen)

    @precondition(lambda self: self.live or self.gone)
    @rule(data=st.data())
    def erase(self, data: st.DataObject) -> None:
        chosen = data.draw(st.sampled_from(sorted(self.live | self.gone)))
        self.shelf.erase(chosen, NAMES[chosen], "ann")
        self.live.pop(chosen, None)
        self.gone.pop(chosen, None)

    @rule(name=name, version=version, statement=st.integers(1, 25))
    def put_on_a_failing_disk(self, name: str, version: int, statement: int) -> None:
        with fault_at(self.shelf, statement):
            try:
                self.shelf.put(self._document(name, version), "ann")
            except (OperationalError, RejoinderError):
                pass
            else:
                self.live[name] = version
                self.gone.pop(name, None)
                return
        self.shelf.reconcile()
        self._look(name, version)

    @rule(name=name, version=version)
    def put_with_a_failing_embedder(self, name: str, version: int) -> None:
        self.embedder.failing = RuntimeError("out of memory")
        with suppress(RejoinderError):
            self.shelf.put(self._document(name, version), "ann")
        self.embedder.failing = None
        self.shelf.reconcile()
        self.live[name] = version
        self.gone.pop(name, None)

    def _look(self, name: str, version: int) -> None:
        """After a fault the change has happened or it has not; anything else is an error."""
        try:
            title = self.shelf.records.sources.get(name, [NAMES[name]]).title
        except NotFound:
            assert name not in self.live
        else:
            assert title in (str(version), str(self.live.get(name)))
            self.live[name] = int(title)
            self.gone.pop(name, None)

    @rule()
    def the_index_breaks(self) -> None:
        index = self.shelf._dense._index
        assert index is not None
        index._client.delete_collection("passages")
        assert self.shelf.dense(self.embedder.embed_queries(["x"])[0], [SHARED]) is not None
        self.shelf.reconcile()

    @rule()
    def restart(self) -> None:
        self.shelf.close()
        self.shelf = self._opened()

    @invariant()
    def what_answers_is_what_was_put(self) -> None:
        for space in (SHARED, "g1"):
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
        index = self.shelf._dense._index
        assert index is not None
        assert index.places() == self.shelf.records.embeddings.places(self.embedder.id)
        assert self.shelf.records.passages.full_text_consistent()

    @invariant()
    def every_passage_finds_itself_and_no_space_sees_anothers(self) -> None:
        for batch in self.shelf.records.embeddings.entries(self.embedder.id):
            for entry in batch:
                hits = dict(self.shelf.dense(entry.values, [entry.space], None, 50))
                assert hits[entry.passage] > 0.999
                assert {NAMES[hit.partition(":")[0]] for hit in hits} == {entry.space}


TestShelf = ShelfMachine.TestCase
TestShelf.settings = settings(max_examples=8, stateful_step_count=12, deadline=None)
