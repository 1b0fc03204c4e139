from __future__ import annotations

import pytest

from retrieval.chat.circuit import FAILURES, LONGEST_REST, REST, Circuit
from retrieval.chat.faults import BLAMELESS, HOPELESS, Trouble


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def failing(circuit: Circuit, times: int = FAILURES, trouble: Trouble = Trouble.UNREACHABLE) -> None:
    for _ in range(times):
        assert circuit.allow()
        circuit.failed(trouble)


def test_it_opens_after_failures_in_a_row_and_not_before() -> None:
    circuit = Circuit(Time())
    failing(circuit, FAILURES - 1)
    circuit.succeeded()
    failing(circuit, FAILURES - 1)
    assert circuit.allow()
    circuit.failed(Trouble.LATE)
    assert not circuit.allow()
    assert circuit.condition == "resting for 60 s after trouble: late"


@pytest.mark.parametrize("trouble", sorted(HOPELESS))
def test_hopeless_trouble_opens_it_at_once(trouble: Trouble) -> None:
    circuit = Circuit(Time())
    failing(circuit, 1, trouble)
    assert not circuit.allow()


@pytest.mark.parametrize("trouble", sorted(BLAMELESS))
def test_trouble_of_one_question_never_opens_it(trouble: Trouble) -> None:
    circuit = Circuit(Time())
    failing(circuit, FAILURES * 2, trouble)
    assert circuit.allow()
    assert circuit.condition == "answering"


def test_after_the_rest_one_caller_tries_and_success_closes_it() -> None:
    time = Time()
    circuit = Circuit(time)
    failing(circuit)
    time.now += REST
    assert [circuit.allow() for _ in range(3)] == [True, False, False]
    circuit.succeeded()
    assert [circuit.allow() for _ in range(3)] == [True, True, True]


def test_each_failed_trial_doubles_the_rest_up_to_a_limit() -> None:
    time = Time()
    circuit = Circuit(time)
    failing(circuit)
    rest = REST
    for _ in range(8):
        time.now += rest - 1
        assert not circuit.allow()
        time.now += 1
        assert circuit.allow()
        circuit.failed(Trouble.UNREACHABLE)
        rest = min(rest * 2, LONGEST_REST)
    assert rest == LONGEST_REST


def test_a_trial_that_says_nothing_lets_the_next_one_try() -> None:
    time = Time()
    circuit = Circuit(time)
    failing(circuit)
    time.now += REST
    assert circuit.allow()
    circuit.failed(Trouble.DECLINED)
    assert circuit.allow()


def test_what_is_wrong_is_told_while_it_still_answers() -> None:
    circuit = Circuit(Time())
    failing(circuit, 1)
    assert circuit.condition == "answering, last trouble: unreachable"
