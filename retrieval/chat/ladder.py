"""From the strictest way of asking to the plainest: schema, JSON object, marked text.

Servers differ in what they support, some refuse a schema and some ignore it, so whatever comes back is validated here
and nothing is taken on trust. The rung that works is remembered.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from retrieval.chat.budget import Usage
from retrieval.chat.deadline import Clock, Deadline
from retrieval.chat.estimate import tokens, was_cut
from retrieval.chat.faults import PASSING, STEP_DOWN, Fault, Trouble
from retrieval.chat.model import Chat, Messages, Reply, Rung

TRIES = 3
"""Calls on one rung when the trouble may pass."""
PAUSE = 0.5
"""Seconds before the second try, doubled before the third, unless the server asks for longer."""
DISAPPOINTMENTS = 2
"""Unreadable replies in a row after which a rung is left for a lower one that works."""

_THOUGHTS = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>", re.DOTALL)
S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Request(Generic[S]):
    """What to ask: the messages of each rung, the shape wanted, and how to read it from marked text."""

    messages: Mapping[Rung, Messages]
    shape: type[S]
    read: Callable[[str], S]
    """Raises ValueError when the text is not as asked for."""


@dataclass(slots=True)
class Meter:
    """Counts what the calls of one question used, whether or not anything came of them."""

    usage: Usage = field(default_factory=Usage)
    calls: int = 0

    def count(self, usage: Usage) -> None:
        """One more call."""
        self.usage, self.calls = self.usage + usage, self.calls + 1


@dataclass(frozen=True, slots=True)
class Reading(Generic[S]):
    """A reply that has the shape, on which rung it was had, and the model's own words."""

    value: S
    rung: Rung
    raw: str


class Ladder:
    """Asks one model; any number of threads may use it."""

    def __init__(self, chat: Chat, clock: Clock = time.monotonic, pause: Callable[[float], None] = time.sleep) -> None:
        """``clock`` is the one deadlines are made with; ``pause`` waits some seconds."""
        self._chat, self._clock, self._pause = chat, clock, pause
        self._lock = threading.Lock()
        self._first = 0
        self._disappointments = 0

    @property
    def rung(self) -> Rung:
        """The way in which the next question is asked first."""
        return list(Rung)[self._first]

    def ask(self, request: Request[S], deadline: Deadline, meter: Meter, tries: int = TRIES) -> Reading[S]:
        """A reply of the wanted shape, on the highest rung that gives one.

        Args:
            request: what to ask.
            deadline: when nobody waits any more.
            meter: counts the calls.
            tries: calls on one rung when the trouble may pass.

        Raises:
            Fault: there is none, or not before the deadline.
        """
        last = Fault(Trouble.UNREADABLE)
        for rung in self._rungs():
            try:
                reading = self._on(rung, request, deadline, meter, tries)
            except Fault as trouble:
                if trouble.trouble not in STEP_DOWN:
                    raise
                last = trouble
            else:
                self._remember(rung, last.trouble)
                return reading
        raise last

    def _rungs(self) -> Iterator[Rung]:
        yield from list(Rung)[self._first :]

    def _remember(self, rung: Rung, trouble: Trouble) -> None:
        place = list(Rung).index(rung)
        with self._lock:
            self._disappointments = 0 if place <= self._first else self._disappointments + 1
            settled = trouble is Trouble.UNSUPPORTED or self._disappointments >= DISAPPOINTMENTS
            if place > self._first and settled:
                self._first, self._disappointments = place, 0

    def _on(self, rung: Rung, request: Request[S], deadline: Deadline, meter: Meter, tries: int) -> Reading[S]:
        messages = request.messages[rung]
        expected = sum(tokens(text) for _, text in messages)
        schema = request.shape.model_json_schema()
        attempt = 1
        while True:
            try:
                reply = self._say(messages, rung, schema, deadline, meter, expected)
            except Fault as trouble:
                self._wait(trouble, attempt, tries, deadline)
                attempt += 1
            else:
                return Reading(read(reply, rung, request), rung, reply.text)

    def _say(
        self,
        messages: Messages,
        rung: Rung,
        schema: Mapping[str, object],
        deadline: Deadline,
        meter: Meter,
        expected: int,
    ) -> Reply:
        if deadline.passed:
            raise Fault(Trouble.LATE, "no time was left for another call")
        used = Usage(expected)
        try:
            reply = self._chat.say(messages, rung, schema, deadline.left)
            used = reply.usage or Usage(expected, tokens(reply.text))
        finally:
            meter.count(used)
        if reply.usage and was_cut(expected, reply.usage.read):
            raise Fault(Trouble.CUT_PROMPT, f"{reply.usage.read} tokens read of about {expected}")
        return reply

    def _wait(self, trouble: Fault, attempt: int, tries: int, deadline: Deadline) -> None:
        """Pause before another try, or raise ``trouble`` when another makes no sense."""
        seconds = max(trouble.wait or 0.0, PAUSE * 2 ** (attempt - 1))
        if trouble.trouble not in PASSING or attempt == tries or seconds >= deadline.left:
            raise trouble
        self._pause(seconds)


def read(reply: Reply, rung: Rung, request: Request[S]) -> S:
    """What a reply says, validated against the shape.

    Raises:
        Fault: it is not of that shape.
    """
    text = _THOUGHTS.sub("", reply.text).strip()
    try:
        if rung is Rung.PLAIN:
            value = request.read(text)
        else:
            # The client's own object completes what was cut off, so it counts only when there is no text to read.
            value = request.shape.model_validate(json_object(text) if text else reply.data)
        value.model_dump_json()  # half an escaped character passes the shape, and cannot be written
    except (ValidationError, ValueError, RecursionError) as error:
        raise Fault(Trouble.UNREADABLE, f"{type(error).__name__} in a reply of {len(reply.text)} characters") from error
    return value


def json_object(text: str) -> object:
    """The JSON object inside a text: fences and words around it are left out.

    Raises:
        ValueError: there is none.
    """
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise ValueError("no JSON object")
    return json.loads(text[start : end + 1])
