from __future__ import annotations

import json

import pytest

from retrieval.answer.hunt import LONGEST, Hunter, usable
from retrieval.chat.errand import Errand
from retrieval.chat.faults import Trouble
from tests.retrieval.chat.server import Play, fails, hangs, says, serving
from tests.retrieval.writing.writers import asking

CLAIM = "The harbour was sold in secret."
GOOD = {
    "restated": "The port was sold without public notice.",
    "negated": "The sale of the harbour was announced beforehand.",
    "critic": "public tender for the harbour, sale published in the gazette",
}


def test_a_claim_is_asked_about_once_and_remembered() -> None:
    with serving(says(json.dumps(GOOD))) as server, asking(server) as office:
        hunter = Hunter(office.asker)
        first = hunter.queries(CLAIM, "guild", office.deadline())
        again = hunter.queries(CLAIM, "other", office.deadline())
    assert first == again == tuple(GOOD.values())
    assert len(server.requests) == 1
    assert "tools" not in server.requests[0]


@pytest.mark.parametrize(
    "play",
    [says("no"), says(json.dumps({"restated": "x"})), fails(500), says("", finish="content_filter")],
    ids=["prose", "other JSON", "server error", "filtered"],
)
def test_trouble_gives_no_queries_and_is_not_remembered(play: Play) -> None:
    with serving(play, play, play, says(json.dumps(GOOD))) as server, asking(server) as office:
        hunter = Hunter(office.asker)
        found = [hunter.queries(CLAIM, "guild", office.deadline()) for _ in range(4)]
    assert found[0] == ()
    assert found[-1] == tuple(GOOD.values())


def test_a_server_that_hangs_costs_no_more_than_the_deadline() -> None:
    with serving(hangs) as server, asking(server) as office:
        errands: list[Errand] = []
        assert Hunter(office.asker, errands.append).queries(CLAIM, "guild", office.deadline(0.1)) == ()
    assert [errand.trouble for errand in errands] == [Trouble.LATE]


def test_only_short_single_line_queries_that_say_something_new_are_used() -> None:
    assert usable(("a\n b", "", " ", "a b", CLAIM.upper(), "word " * 90), CLAIM) == ("a b", ("word " * 90)[:LONGEST])
