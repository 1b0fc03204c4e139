from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import BaseModel

from retrieval.chat.budget import Usage
from retrieval.chat.deadline import Deadline
from retrieval.chat.faults import Fault, Trouble
from retrieval.chat.ladder import Ladder, Meter, Request
from retrieval.chat.model import Messages, Reply, Rung, Schema


class Shape(BaseModel):
    word: str


def read(text: str) -> Shape:
    if not text.startswith("word "):
        raise ValueError(text)
    return Shape(word=text.removeprefix("word "))


REQUEST = Request(dict.fromkeys(Rung, (("human", "say it"),)), Shape, read)
GOOD, GARBAGE = Reply('{"word": "yes"}'), Reply("what?")


class Scripted:
    """A chat that answers by rung, and takes a second for each call."""

    name = "scripted"

    def __init__(self, say: Callable[[Rung], Reply]) -> None:
        self.now = 0.0
        self.rungs: list[Rung] = []
        self._say = say

    def say(self, messages: Messages, rung: Rung, schema: Schema, seconds: float) -> Reply:
        assert (messages[0][0], schema["title"]) == ("human", "Shape")
        assert seconds > 0
        self.rungs.append(rung)
        self.now += 1
        return self._say(rung)

    def close(self) -> None:
        """Nothing is open."""

    def wait(self, seconds: float) -> None:
        self.now += seconds


def asked(chat: Scripted, ladder: Ladder, seconds: float = 60) -> str:
    return ladder.ask(REQUEST, Deadline(lambda: chat.now, seconds), Meter()).value.word


def only(rung: Rung, otherwise: Trouble) -> Callable[[Rung], Reply]:
    def say(asked_on: Rung) -> Reply:
        if asked_on is not rung:
            raise Fault(otherwise)
        return Reply("word yes") if rung is Rung.PLAIN else GOOD

    return say


def test_a_refused_rung_is_left_for_good() -> None:
    chat = Scripted(only(Rung.OBJECT, Trouble.UNSUPPORTED))
    ladder = Ladder(chat)
    assert [asked(chat, ladder) for _ in range(2)] == ["yes", "yes"]
    assert chat.rungs == [Rung.SCHEMA, Rung.OBJECT, Rung.OBJECT]
    assert ladder.rung is Rung.OBJECT


def test_a_rung_that_disappoints_once_is_tried_again_and_twice_is_left() -> None:
    chat = Scripted(only(Rung.PLAIN, Trouble.UNREADABLE))
    ladder = Ladder(chat)
    rungs = []
    for _ in range(3):
        asked(chat, ladder)
        rungs.append(ladder.rung)
    assert rungs == [Rung.SCHEMA, Rung.PLAIN, Rung.PLAIN]


def test_disappointments_apart_are_forgotten() -> None:
    replies = iter([GARBAGE, GOOD, GOOD, GARBAGE, GOOD, GOOD])
    chat = Scripted(lambda _: next(replies))
    ladder = Ladder(chat)
    for _ in range(4):
        asked(chat, ladder)
    assert ladder.rung is Rung.SCHEMA


def test_trouble_on_every_rung_is_the_last_one_and_nothing_is_learnt() -> None:
    chat = Scripted(lambda _: GARBAGE)
    ladder = Ladder(chat)
    with pytest.raises(Fault) as caught:
        asked(chat, ladder)
    assert caught.value.trouble is Trouble.UNREADABLE
    assert ladder.rung is Rung.SCHEMA


@pytest.mark.parametrize(
    ("seconds", "calls"),
    [(1.2, 1), (1.4, 1), (2.2, 2), (3.4, 2), (4.0, 3), (9.0, 3)],
)
def test_tries_and_pauses_together_stay_within_the_deadline(seconds: float, calls: int) -> None:
    chat = Scripted(only(Rung.PLAIN, Trouble.UNREACHABLE))
    with pytest.raises(Fault):
        asked(chat, Ladder(chat, pause=chat.wait), seconds)
    assert len(chat.rungs) == calls
    assert chat.now <= seconds + 1


def test_stepping_down_stops_at_the_deadline() -> None:
    chat = Scripted(lambda _: GARBAGE)
    with pytest.raises(Fault) as caught:
        asked(chat, Ladder(chat), 1)
    assert caught.value.trouble is Trouble.LATE
    assert len(chat.rungs) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply('```json\n{"word": "yes"}\n```'),
        Reply('Of course: {"word": "yes"} Anything else?'),
        Reply('<think>{"word": "no"}</think>{"word": "yes"}'),
        Reply("", data={"word": "yes"}),
        Reply('{"word": "yes"}', data={"word": "made up by a lenient client"}),
    ],
)
def test_an_object_is_found_in_what_surrounds_it(reply: Reply) -> None:
    chat = Scripted(lambda _: reply)
    assert asked(chat, Ladder(chat)) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        '{"word": 3}',
        '{"word"',
        "[]",
        "",
        '{"word": ' + "[" * 5000 + "]" * 5000 + "}",
        '{"word": "half a character: \\ud83d"}',
    ],
)
def test_an_object_of_another_shape_is_unreadable(text: str) -> None:
    chat = Scripted(lambda rung: Reply(text) if rung is not Rung.PLAIN else Reply("word plain"))
    assert asked(chat, Ladder(chat)) == "plain"


def test_every_call_is_metered_with_an_estimate_where_no_figure_is_given() -> None:
    replies = iter([GARBAGE, Reply('{"word": "yes"}', usage=Usage(30, 4))])
    chat = Scripted(lambda _: next(replies))
    meter = Meter()
    Ladder(chat).ask(REQUEST, Deadline(lambda: chat.now, 60), meter)
    assert (meter.calls, meter.usage) == (2, Usage(2 + 30, 2 + 4))
