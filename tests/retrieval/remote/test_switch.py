"""From one embedder to another on real stores: who answers when, what a stop costs, and what a failing server does."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retrieval.errors import Busy, Unavailable
from retrieval.rank.search import WORDS_ALONE, references
from retrieval.remote.identity import PROBE
from retrieval.remote.troubles import NoVectors
from retrieval.store.dense import IndexState
from retrieval.store.shelf import Shelf
from retrieval.store.switch import AT_ONCE, Switch
from retrieval.types import SHARED, Role
from tests.conftest import ROOT
from tests.retrieval.chat.server import Handler, Play, Request, fails, hangs
from tests.retrieval.remote.remotes import MODEL, Remote, remote
from tests.retrieval.remote.server import DIMENSIONS, EmbeddingsServer, embedding, vectors
from tests.retrieval.store.making import WordEmbedder, document

OWN = "words-1"
SEEN = [SHARED]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a shelf with three sources of ten passages each."""
    folder = tmp_path_factory.mktemp("filled")
    shelf = Shelf.open(folder, WordEmbedder(OWN))
    names = ("cats", "dogs", "owls")
    made = [document(name, *(f"{name} were seen at place {place}" for place in range(10))) for name in names]
    shelf.put_many(made, "ann")
    shelf.reconcile()
    shelf.close()
    return folder


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "shelf"))


@pytest.fixture
def shelf(folder: Path) -> Iterator[Shelf]:
    opened = Shelf.open(folder, WordEmbedder(OWN))
    yield opened
    opened.close()


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    with embedding() as opened:
        yield opened


@pytest.fixture
def far(server: EmbeddingsServer, shelf: Shelf) -> Iterator[Remote]:
    with remote(server, shelf.records.settings) as opened:  # type: ignore[arg-type]  # real settings are a memory
        yield opened


def switch(shelf: Shelf, far: Remote, price: float | None = 0.02) -> Switch:
    return Switch(shelf, far.embedder, price)


def nearest(shelf: Shelf, words: str) -> tuple[str, str | None, str]:
    """Who served, the notice, and the source found first."""
    vector = WordEmbedder(OWN).embed_queries([words])[0]
    found = references(shelf, [(words, vector)], SEEN, 5)
    return found.embedder, found.notice, found.candidates[0].source.id


def meanwhile(then: Play, look: Callable[[], object]) -> Play:
    """A reply before which somebody looks."""

    def play(handler: Handler, body: Request) -> None:
        look()
        then(handler, body)

    return play


def test_the_old_index_answers_until_the_new_one_is_whole_and_the_change_is_told(
    shelf: Shelf, far: Remote, server: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.reconcile()
    seen: list[tuple[str, str | None, str]] = []
    server.plays(meanwhile(vectors(), lambda: seen.append(nearest(shelf, "owls place 3"))))
    told: list[tuple[str, int, int]] = []
    moving = switch(shelf, far)
    assert not moving.settled
    before = moving.run(lambda *step: told.append(step))
    assert (before.wanted, before.serving, before.left.passages) == (MODEL, OWN, 30)
    assert seen
    assert set(seen) == {(OWN, None, "owls")}
    server.plays(vectors())
    assert nearest(shelf, "owls place 3") == (MODEL, None, "owls")
    assert moving.settled
    assert moving.standing().settled
    assert ("Embedding passages", 30, 30) in told
    assert ("Rebuilding the index", 30, 30) in told
    assert f"search by meaning now stands on {MODEL}; before, it stood on {OWN}" in caplog.text
    assert "30 passages, about" in caplog.text
    assert shelf.state.state is IndexState.READY


def test_doing_it_again_costs_nothing(shelf: Shelf, far: Remote, server: EmbeddingsServer) -> None:
    switch(shelf, far).run()
    calls = len(server.calls)
    assert switch(shelf, far).run().settled
    assert server.calls[calls:] == [[PROBE]]


def test_what_was_embedded_before_a_failure_is_not_embedded_again(
    shelf: Shelf, far: Remote, server: EmbeddingsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.store.embedding.BATCH", 4)
    server.plays(vectors(), vectors(), vectors(), fails(401))
    with pytest.raises(Unavailable, match="OPENAI_API_KEY"):
        switch(shelf, far).run()
    assert nearest(shelf, "owls place 3")[0] == OWN
    done = {text for call in server.calls[:-1] for text in call}
    server.requests.clear()
    server.plays(vectors())
    left = switch(shelf, far).standing().left.passages
    switch(shelf, far).run()
    assert left == 30 - 8
    assert not done & set(server.texts) - {PROBE}
    assert nearest(shelf, "owls place 3")[0] == MODEL


@pytest.mark.slow
def test_a_kill_costs_one_call(folder: Path) -> None:
    arrived = threading.Event()
    with embedding(vectors(), vectors(), vectors(), meanwhile(hangs, arrived.set)) as server:
        command = [sys.executable, "-m", "tests.retrieval.remote.switching", str(folder), server.url]
        with subprocess.Popen(command, cwd=ROOT) as child:
            assert arrived.wait(60)
            child.send_signal(signal.SIGKILL)
        server.requests.clear()
        server.plays(vectors())
        ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        told = json.loads(ran.stdout.splitlines()[-1])
    assert told == {"left": 30 - 8, "serving": MODEL, "first": "owls"}
    assert len(set(server.texts) - {PROBE}) == 30 - 8 + 1  # and the question


def test_after_a_restart_the_new_embedder_serves_from_its_index(
    folder: Path, far: Remote, shelf: Shelf, server: EmbeddingsServer
) -> None:
    switch(shelf, far).run()
    shelf.close()
    again = Shelf.open(folder, WordEmbedder(OWN))
    assert again.meaning.recorded == MODEL
    with remote(server, again.records.settings) as later:  # type: ignore[arg-type]  # as above
        assert later.embedder.dimensions == DIMENSIONS
        again.meaning.serve(later.embedder)
        assert nearest(again, "owls place 3") == (MODEL, None, "owls")  # exact, before the index is checked
        assert again.reconcile().rebuilt is None
        assert nearest(again, "dogs place 3") == (MODEL, None, "dogs")
        assert again.state.state is IndexState.READY
    again.close()


def test_going_back_to_the_embedded_model_rebuilds_its_index_without_embedding(
    folder: Path, far: Remote, shelf: Shelf
) -> None:
    switch(shelf, far).run()
    shelf.close()
    own = WordEmbedder(OWN)
    again = Shelf.open(folder, own)
    report = again.reconcile()
    assert report.embedded == 0
    assert report.rebuilt == "it was made by another embedder"
    assert nearest(again, "owls place 3") == (OWN, None, "owls")
    assert own.texts == []
    again.close()


def test_a_server_that_fails_a_question_leaves_words_and_a_note(
    shelf: Shelf, far: Remote, server: EmbeddingsServer
) -> None:
    switch(shelf, far).run()
    server.plays(fails(500))
    assert nearest(shelf, "owls place 3") == (MODEL, WORDS_ALONE, "owls")
    server.plays(vectors())
    assert nearest(shelf, "owls at place 4") == (MODEL, None, "owls")


def test_candidates_keep_their_likeness_to_the_question_in_our_own_measure(shelf: Shelf, far: Remote) -> None:
    own = WordEmbedder(OWN)
    vector = own.embed_queries(["owls place 3"])[0]
    before = references(shelf, [("owls place 3", vector)], SEEN, 5)
    switch(shelf, far).run()
    after = references(shelf, [("owls place 3", vector)], SEEN, 5)
    known = {item.passage.id: item.to_question for item in before.candidates}
    shared = [item for item in after.candidates if known.get(item.passage.id)]
    assert shared
    assert all(item.to_question == pytest.approx(known[item.passage.id], abs=1e-5) for item in shared)


def test_a_source_added_while_the_server_is_down_is_found_by_words_and_embedded_later(
    shelf: Shelf, far: Remote, server: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    moving = switch(shelf, far)
    moving.run()
    server.plays(fails(401))
    shelf.put(document("bees", "bees dance in the hive"), "ann")
    assert "found by their words only" in caplog.text
    assert nearest(shelf, "hive dance")[2] == "bees"
    assert not moving.settled
    server.plays(vectors())
    moving.run()
    assert moving.settled
    assert nearest(shelf, "hive dance") == (MODEL, None, "bees")


def test_a_source_erased_while_it_is_embedded_leaves_no_vector(
    shelf: Shelf, far: Remote, server: EmbeddingsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.store.embedding.BATCH", 4)
    erased = threading.Event()

    def erase() -> None:
        if not erased.is_set():
            erased.set()
            shelf.erase("cats", SHARED, "ann")

    server.plays(vectors(), meanwhile(vectors(), erase))
    switch(shelf, far).run()
    assert erased.is_set()
    assert shelf.records.embeddings.count(MODEL) == 20
    assert nearest(shelf, "owls place 3")[0] == MODEL


def test_another_model_behind_the_name_is_embedded_anew_while_our_own_answers(
    shelf: Shelf, far: Remote, server: EmbeddingsServer, caplog: pytest.LogCaptureFixture
) -> None:
    switch(shelf, far).run()
    seen: list[tuple[str, str | None, str]] = []

    def look() -> None:
        if shelf.meaning.now is shelf.meaning.own:
            seen.append(nearest(shelf, "owls place 3"))

    server.plays(meanwhile(vectors("remote-2", 32), look))
    with remote(server, shelf.records.settings) as later:  # type: ignore[arg-type]  # as above
        shelf.meaning.serve(later.embedder)
        with pytest.raises(NoVectors, match="other vectors"):
            Switch(shelf, later.embedder, None).prove()
        before = Switch(shelf, later.embedder, None).run()
        server.plays(vectors("remote-2", 32))
        assert nearest(shelf, "owls place 3") == (MODEL, None, "owls")
        assert later.embedder.dimensions == 32
    assert before.left.passages == 30
    assert "other vectors" in caplog.text
    assert set(seen) == {(OWN, None, "owls")}


def test_two_do_not_embed_at_once(shelf: Shelf, far: Remote, server: EmbeddingsServer) -> None:
    moving = switch(shelf, far)
    refused: list[str] = []

    def try_too() -> None:
        try:
            moving.run()
        except Busy as error:
            refused.append(str(error))

    server.plays(meanwhile(vectors(), try_too))
    moving.run()
    assert refused
    assert "already" in refused[0]


def test_little_is_done_on_opening_and_much_is_only_told(
    shelf: Shelf,
    far: Remote,
    server: EmbeddingsServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moving = switch(shelf, far)
    monkeypatch.setattr("retrieval.store.switch.AT_ONCE", 10)
    moving.take_up()
    assert server.calls == []
    assert "rejoinder embed" in caplog.text
    monkeypatch.setattr("retrieval.store.switch.AT_ONCE", AT_ONCE)
    server.plays(fails(401))
    moving.take_up()
    assert "OPENAI_API_KEY" in caplog.text
    assert nearest(shelf, "owls place 3") == (OWN, None, "owls")
    server.plays(vectors())
    moving.take_up()
    assert nearest(shelf, "owls place 3") == (MODEL, None, "owls")


def test_the_standing_is_told_in_words(shelf: Shelf, far: Remote, server: EmbeddingsServer) -> None:
    moving = switch(shelf, far)
    assert str(moving.standing()).startswith(f"{OWN} serves until {MODEL} is ready; to embed: 30 passages, about ")
    assert str(moving.standing()).endswith("at 0.02 a million")
    moving.run()
    assert str(moving.standing()) == f"{MODEL} serves"
    server.plays(fails(401))
    shelf.put(document("bees", "bees dance in the hive", role=Role.ARTICLE), "ann")
    assert str(moving.standing()).startswith(f"{MODEL} serves; to embed: 1 passage, ")
