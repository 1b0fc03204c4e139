from __future__ import annotations

from dataclasses import replace

from retrieval.answer.follow import Turn
from retrieval.conversation import MINUTES, MOST, TURNS, Conversations
from retrieval.types import Answer
from tests.retrieval.writing.story import answer


def asked(question: str) -> Answer:
    return replace(answer(), question=question)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def questions(turns: tuple[Turn, ...]) -> list[str]:
    return [turn.question for turn in turns]


def test_a_conversation_belongs_to_a_person_in_a_place() -> None:
    talks = Conversations()
    talks.heard("channel", "ada", asked("one"))
    talks.heard("channel", "ada", asked("two"))
    talks.heard("channel", "ben", asked("three"))
    assert questions(talks.turns("channel", "ada")) == ["one", "two"]
    assert questions(talks.turns("channel", "ben")) == ["three"]
    assert talks.turns("thread", "ada") == ()


def test_it_is_forgotten_half_an_hour_after_its_last_question() -> None:
    clock = Clock()
    talks = Conversations(clock)
    talks.heard("channel", "ada", asked("one"))
    clock.now = MINUTES * 60 - 1
    talks.heard("channel", "ada", asked("two"))
    clock.now = 2 * MINUTES * 60 - 2
    assert questions(talks.turns("channel", "ada")) == ["one", "two"]
    clock.now += 1
    assert talks.turns("channel", "ada") == ()


def test_only_the_last_questions_are_remembered() -> None:
    talks = Conversations()
    for number in range(TURNS + 3):
        talks.heard("channel", "ada", asked(str(number)))
    assert questions(talks.turns("channel", "ada")) == [str(number) for number in range(3, TURNS + 3)]


def test_the_answer_that_is_followed_up_comes_last_whoever_asked_for_it() -> None:
    talks = Conversations()
    for question in ("one", "two"):
        talks.heard("channel", "ada", asked(question))
    assert questions(talks.turns("channel", "ada", asked("one"))) == ["two", "one"]
    assert questions(talks.turns("channel", "ben", asked("one"))) == ["one"]


def test_the_longest_silent_conversation_makes_room() -> None:
    talks = Conversations()
    for number in range(MOST):
        talks.heard("channel", str(number), asked("one"))
    talks.heard("channel", "0", asked("two"))
    talks.heard("channel", "new", asked("one"))
    assert questions(talks.turns("channel", "0")) == ["one", "two"]
    assert talks.turns("channel", "1") == ()


def test_a_person_can_be_forgotten() -> None:
    talks = Conversations()
    for place in ("one", "two"):
        talks.heard(place, "ada", asked(place))
    talks.heard("one", "ben", asked("one"))
    assert (talks.held("ada"), talks.held("ben"), talks.held("new")) == (2, 1, 0)
    assert talks.forget("ada") == 2
    assert talks.held("ada") == 0
    assert talks.turns("one", "ada") == ()
    assert questions(talks.turns("one", "ben")) == ["one"]
