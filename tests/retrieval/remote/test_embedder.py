"""The embedder on a server: parcels, retries, what is refused, and how long a question waits."""

from __future__ import annotations

import math
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import numpy as np
import pytest

from retrieval.chat.faults import Trouble
from retrieval.rank.interfaces import Vectors
from retrieval.remote.embedder import LONGEST_WAIT, STORED
from retrieval.remote.identity import PROBE
from retrieval.remote.parcels import TEXTS
from retrieval.remote.troubles import Changed, NoVectors
from tests.retrieval.chat.server import Play, fails, hangs, resets
from tests.retrieval.remote.remotes import MODEL, remote
from tests.retrieval.remote.server import DIMENSIONS, embedding, gives, reply, takes_few, takes_short, vectors


def test_vectors_have_length_one_and_their_number_is_recorded_with_the_first_call() -> None:
    with embedding() as server, remote(server) as here:
        assert here.embedder.dimensions == 0
        found = here.embedder.embed_passages(["the cat", "the dog", "the cat"])
        assert here.embedder.id == MODEL
        assert here.embedder.dimensions == DIMENSIONS
        assert here.embedder.embed_passages([]).shape == (0, DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(found[0], found[2])
    assert found[0] @ found[1] < 0.9
    assert server.calls == [["the cat", "the dog", "the cat", PROBE]]
    assert here.embedder.tokens == 7


def test_many_texts_go_in_parcels_of_a_bounded_number_and_size() -> None:
    long = "word " * 15_000
    with embedding(gives(lambda number: reply([[1.0, 2.0]] * number))) as server, remote(server) as here:
        here.embedder.embed_passages([f"text {number}" for number in range(150)])
        assert [len(call) - (PROBE in call) for call in server.calls] == [TEXTS, TEXTS, 150 - 2 * TEXTS]
        server.requests.clear()
        here.embedder.embed_passages([long] * 12)
        assert [len(call) for call in server.calls] == [5, 5, 2]
        assert all(len(text) < len(long) for text in server.texts)


def test_an_empty_text_is_not_sent_as_one() -> None:
    with embedding() as server, remote(server) as here:
        here.embedder.embed_passages([""])
    assert server.calls[0][0] == " "


@pytest.mark.parametrize(
    ("play", "waited"),
    [(fails(429, Retry_After="7"), 7.0), (fails(503, Retry_After="0.1"), 0.5), (fails(500), 0.5), (resets, 0.5)],
    ids=["as long as asked", "not less than ours", "unasked", "broken off"],
)
def test_trouble_that_may_pass_is_tried_again_after_a_pause(play: Play, waited: float) -> None:
    with embedding(play, play, vectors()) as server, remote(server) as here:
        assert len(here.embedder.embed_passages(["a"])) == 1
    assert here.pauses == [waited, max(waited, 1.0)]
    assert len(server.calls) == 3


def test_a_server_may_ask_to_wait_until_a_moment() -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    with embedding(fails(429, Retry_After=moment), vectors()) as server, remote(server) as here:
        here.embedder.embed_passages(["a"])
    assert 30 < here.pauses[0] <= 60


@pytest.mark.parametrize(
    ("play", "trouble", "calls"),
    [
        (fails(401, "Incorrect API key"), Trouble.REJECTED_KEY, 1),
        (fails(404, "no such model"), Trouble.NO_MODEL, 1),
        (fails(429, "insufficient_quota", "insufficient_quota"), Trouble.NO_CREDIT, 1),
        (fails(429, Retry_After=str(LONGEST_WAIT + 1)), Trouble.LIMITED, 1),
        (fails(500), Trouble.UNREACHABLE, STORED.tries),
    ],
    ids=["key", "model", "credit", "too long a wait", "for good"],
)
def test_what_cannot_pass_is_not_tried_again_and_what_does_not_ends(play: Play, trouble: Trouble, calls: int) -> None:
    with embedding(play) as server, remote(server) as here, pytest.raises(NoVectors) as caught:
        here.embedder.embed_passages(["a"])
    assert caught.value.trouble is trouble
    assert str(caught.value).startswith(f"The embeddings server ({MODEL})")
    assert "secret" not in str(caught.value)
    assert len(server.calls) == calls


@pytest.mark.parametrize("status", [413, 422, 400])
def test_a_server_that_takes_fewer_texts_gets_fewer_and_no_vector_changes_its_text(status: int) -> None:
    texts = [f"text {number}" for number in range(24)]
    with embedding(takes_few(5, status)) as server, remote(server) as here:
        found = here.embedder.embed_passages(texts)
        server.requests.clear()
        again = here.embedder.embed_passages(texts)
        assert max(len(call) for call in server.calls) <= 5
    np.testing.assert_array_equal(found, again)
    with embedding() as server, remote(server) as here:
        np.testing.assert_array_equal(found, here.embedder.embed_passages(texts))


def test_a_text_that_is_too_long_for_the_server_is_cut_until_it_fits() -> None:
    with embedding(takes_short(3_000)) as server, remote(server) as here:
        found = here.embedder.embed_passages(["short", "word " * 2_000])
    assert np.isfinite(found).all()
    assert max(map(len, server.calls[-1])) <= 3_000


def test_a_server_that_reads_no_text_at_all_ends_in_a_sentence() -> None:
    long = fails(400, "maximum context length exceeded")
    with embedding(long) as server, remote(server) as here, pytest.raises(NoVectors, match="so long a text"):
        here.embedder.embed_passages(["a", "b"])
    assert len(server.calls) < 20


@pytest.mark.parametrize(
    "row",
    [[math.nan] * DIMENSIONS, [math.inf] + [0.0] * (DIMENSIONS - 1), [0.0] * DIMENSIONS, [1e300] * DIMENSIONS],
    ids=["no number", "infinite", "nothing", "too large"],
)
def test_vectors_that_mean_nothing_are_refused(row: list[float]) -> None:
    with embedding(vectors(), gives(lambda number: reply([row] * number))) as server, remote(server) as here:
        here.embedder.embed_passages(["a"])
        with pytest.raises(NoVectors):
            here.embedder.embed_passages(["b"])
        with pytest.raises(NoVectors):
            here.embedder.embed_queries(["b"])


def test_vectors_of_another_length_are_refused() -> None:
    with embedding(vectors(), vectors(dimensions=DIMENSIONS + 1)) as server, remote(server) as here:
        here.embedder.embed_passages(["a"])
        with pytest.raises(Changed, match="rejoinder embed"):
            here.embedder.embed_passages(["b"])


@pytest.mark.parametrize("other", [vectors("remote-2"), vectors("remote-2", DIMENSIONS * 2)], ids=["alike", "longer"])
def test_another_model_behind_the_same_name_is_noticed_by_the_next_process(other: Play) -> None:
    with embedding() as server, remote(server) as here:
        here.embedder.embed_passages(["a"])
    with embedding(other) as server, remote(server, here.memory) as later:
        for ask in (later.embedder.embed_passages, later.embedder.embed_queries):
            with pytest.raises(Changed):
                ask(["b"])
        with pytest.raises(Changed):
            later.embedder.prove()
        later.embedder.renew()
        later.embedder.prove()
        assert len(later.embedder.embed_passages(["b"])) == 1


def test_a_process_that_runs_long_makes_sure_of_the_server_again() -> None:
    now = [0.0]
    with embedding() as server, remote(server, clock=lambda: now[0]) as here:
        for text in ("a", "b"):
            here.embedder.embed_queries([text])
        now[0] += 4_000
        here.embedder.embed_queries(["c"])
    assert server.calls == [["a", PROBE], ["b"], ["c", PROBE]]


def test_a_question_is_asked_once_and_remembered() -> None:
    with embedding() as server, remote(server) as here:
        first = here.embedder.embed_queries(["who paid?", "claim six"])
        second = here.embedder.embed_queries(["claim six", "who left?", "claim six"])
    np.testing.assert_array_equal(first[1], second[0])
    np.testing.assert_array_equal(second[0], second[2])
    assert server.calls == [["who paid?", "claim six", PROBE], ["who left?"]]


def test_a_question_waits_no_longer_than_its_deadline_and_soon_not_at_all() -> None:
    with embedding(hangs) as server, remote(server, seconds=0.1) as here:
        start = time.monotonic()
        for number in range(3):
            with pytest.raises(NoVectors, match="in time"):
                here.embedder.embed_queries([f"question {number}"])
        with pytest.raises(NoVectors, match="left alone"):
            here.embedder.embed_queries(["one more"])
        assert time.monotonic() - start < 10
    assert len(server.calls) == 3
    assert "resting" in here.embedder.condition


def test_a_question_is_tried_twice_when_there_is_time() -> None:
    with embedding(fails(500), vectors()) as server, remote(server) as here:
        assert here.embedder.embed_queries(["a"]).shape == (1, DIMENSIONS)
    with embedding(fails(429, Retry_After="60")) as server, remote(server) as here:
        with pytest.raises(NoVectors, match="too many requests"):
            here.embedder.embed_queries(["a"])
        assert here.pauses == []


def test_closing_ends_what_is_under_way() -> None:
    errors: list[Exception] = []
    with embedding(hangs) as server, remote(server) as here:

        def embed() -> None:
            try:
                here.embedder.embed_passages(["a"])
            except NoVectors as error:
                errors.append(error)

        thread = threading.Thread(target=embed)
        thread.start()
        while not server.requests:
            time.sleep(0.005)
        here.embedder.close()
        thread.join(10)
        assert not thread.is_alive()
    assert len(errors) == 1
    assert here.pauses == []


def test_any_number_of_threads_may_ask() -> None:
    texts = [f"text {number}" for number in range(8)]
    found: dict[str, Vectors] = {}
    with embedding() as server, remote(server) as here:
        threads = [
            threading.Thread(target=lambda text=text: found.update({text: here.embedder.embed_queries([text])[0]}))
            for text in texts
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        expected = here.embedder.embed_queries(texts)
    np.testing.assert_array_equal(np.stack([found[text] for text in texts]), expected)
