"""One question to the model on behalf of a space: paid from its budget, and only while the model is not resting."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from retrieval.chat.budget import Budget, Usage
from retrieval.chat.circuit import Circuit
from retrieval.chat.deadline import Deadline
from retrieval.chat.estimate import tokens
from retrieval.chat.faults import Fault, Trouble
from retrieval.chat.ladder import TRIES, Ladder, Meter, Reading, Request

S = TypeVar("S", bound=BaseModel)


class Asker:
    """A model with a circuit and a budget around it; any number of threads may ask it."""

    def __init__(self, ladder: Ladder, circuit: Circuit, budget: Budget, main: Circuit | None = None) -> None:
        """``main`` is the circuit of the main work, if this is beside it: while that is open, nothing is asked here."""
        self._ladder, self._circuit, self._budget, self._main = ladder, circuit, budget, main
        self._tries = TRIES if main is None else 1

    @property
    def ladder(self) -> Ladder:
        """How it is asked."""
        return self._ladder

    def aside(self, circuit: Circuit) -> Asker:
        """The same model and budget for work beside the main one.

        It has a ``circuit`` of its own: that a side task is late on a slow server says nothing against the main work.
        And it tries once: what it is for can be done without.
        """
        return Asker(self._ladder, circuit, self._budget, self._circuit)

    def ask(self, request: Request[S], space: str, deadline: Deadline, meter: Meter, reply: int) -> Reading[S]:
        """A reply of the wanted shape.

        Args:
            request: what to ask.
            space: who pays.
            deadline: when nobody waits any more.
            meter: counts what it cost, whether or not anything came of it.
            reply: tokens set aside for the reply before it is there.

        Raises:
            Fault: there is none, for whatever reason.
        """
        expected = Usage(sum(tokens(text) for _, text in request.messages[self._ladder.rung]), reply)
        if not self._budget.hold(space, expected):
            raise Fault(Trouble.SPENT)
        before = meter.usage
        try:
            return self._tried(request, deadline, meter)
        finally:
            self._budget.settle(space, expected, meter.usage - before)

    def _tried(self, request: Request[S], deadline: Deadline, meter: Meter) -> Reading[S]:
        if deadline.passed:  # our own slowness, which says nothing of the model
            raise Fault(Trouble.LATE, "no time was left to ask")
        if (self._main and self._main.resting) or not self._circuit.allow():
            raise Fault(Trouble.RESTING)
        try:
            reading = self._ladder.ask(request, deadline, meter, self._tries)
        except Fault as fault:
            self._circuit.failed(fault.trouble)
            raise
        except Exception:
            self._circuit.failed(Trouble.UNREADABLE)
            raise
        self._circuit.succeeded()
        return reading
