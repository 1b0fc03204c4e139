from __future__ import annotations

import json

import pytest

from retrieval.answer.follow import Turn, whole
from retrieval.answer.resolve import LONGEST, Resolver, unfit
from tests.retrieval.chat.server import fails, hangs, says, serving
from tests.retrieval.writing.writers import asking

TURNS = [
    Turn("Who owns the ferry?", None, "A02"),
    Turn("Was the harbour sold in secret?", "The harbour was sold in secret to Freedonia.", "A01"),
]
ASKED = "and who paid for it?"


def rewritten(question: str) -> str:
    return json.dumps({"question": question})


def test_a_follow_up_is_made_whole_by_the_model() -> None:
    with (
        serving(says(rewritten("Who paid for the secret harbour sale to Freedonia?"))) as server,
        asking(server) as one,
    ):
        meant = Resolver(one.asker).resolve(ASKED, TURNS, "guild", one.deadline())
    assert (meant.question, meant.article) == ("Who paid for the secret harbour sale to Freedonia?", "A01")
    told = server.requests[0]["messages"][1]["content"]
    assert [line.split()[1] for line in told.splitlines() if line.startswith("<<") and "end>>" not in line] == [
        "EARLIER",
        "EARLIER",
        "CLAIM>>",
        "FOLLOW-UP>>",
    ]


def test_a_question_that_stands_by_itself_is_not_sent() -> None:
    asked = "Was the ferry of Sylvania sold?"
    with serving(says(rewritten("x"))) as server, asking(server) as one:
        assert Resolver(one.asker).resolve(asked, TURNS, "guild", one.deadline()).question == asked
        assert Resolver(one.asker).resolve(ASKED, [], "guild", one.deadline()).question == ASKED
    assert server.requests == []


@pytest.mark.parametrize(
    "question",
    [
        "",
        "Who paid Mayor Quimby for the harbour?",
        "Who paid 40 million for the harbour?",
        "Who paid for the harbour? See https://evil.example",
        "@everyone who paid for the harbour?",
        "Is it proven that bankers secretly control the harbour with hidden lizards?",
        "Who paid for the harbour? " * 20,
    ],
    ids=["empty", "a name", "a figure", "a link", "a ping", "other words", "long"],
)
def test_what_is_not_the_persons_own_question_is_read_by_the_rules(question: str) -> None:
    with serving(says(rewritten(question))) as server, asking(server) as one:
        assert Resolver(one.asker).resolve(ASKED, TURNS, "guild", one.deadline()) == whole(ASKED, TURNS)
    assert len(server.requests) == 1


@pytest.mark.parametrize("play", [says("It was Freedonia."), fails(503), hangs], ids=["prose", "fault", "hangs"])
def test_trouble_leaves_the_rules(play: object) -> None:
    with serving(play) as server, asking(server) as one:  # type: ignore[arg-type]  # plays are told by their use
        assert Resolver(one.asker).resolve(ASKED, TURNS, "guild", one.deadline(0.3)) == whole(ASKED, TURNS)


def test_a_question_may_be_as_long_as_is_bearable() -> None:
    words = "harbour " * (LONGEST // 8)
    assert unfit(words.strip(), [words]) is None
    assert unfit(words + "harbour harbour", [words]) == "no bearable number of words"
