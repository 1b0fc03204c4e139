"""A small piece of work for the model beside writing: one prompt file, words from outside as marked data, one shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from prompts import load
from retrieval.chat.asker import Asker
from retrieval.chat.budget import Usage
from retrieval.chat.deadline import Deadline
from retrieval.chat.faults import Fault, Trouble
from retrieval.chat.ladder import Meter, Reading, Request, json_object
from retrieval.chat.marking import Marking
from retrieval.chat.model import Messages, Rung

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Errand:
    """What one piece of work asked, got and cost, for the record."""

    prompt: str
    """Name and version."""
    messages: Messages
    raw: str
    """The model's own words."""
    usage: Usage
    calls: int
    trouble: Trouble | None


Watch = Callable[[Errand], None]
"""Told of every piece of work, whether or not anything came of it."""


def ignore(errand: Errand) -> None:
    """A `Watch` for when nobody watches."""


class Errands(Generic[S]):
    """Sends one kind of errand; any number of threads may use it."""

    def __init__(self, asker: Asker, prompt: str, shape: type[S], reply: int, watch: Watch = ignore) -> None:
        """``prompt`` names a file that declares ``mark`` and ``fence``; ``reply`` is how many tokens to set aside."""
        self._asker, self._prompt, self._shape, self._reply, self._watch = asker, load(prompt), shape, reply, watch

    def send(self, blocks: Sequence[tuple[str, str]], space: str, deadline: Deadline) -> S:
        """What the model makes of some words, without our marks.

        Args:
            blocks: (label of ours, words from outside).
            space: who pays.
            deadline: when nobody waits any more.

        Raises:
            Fault: nothing that could be used came back.
        """
        marking = Marking.drawn("".join(text for _, text in blocks))
        rules = self._prompt.fill(mark=marking.mark, fence=marking.fence)
        told = "\n\n".join(marking.block(label, text) for label, text in blocks)
        messages: Messages = (("system", rules), ("human", told))
        meter, reading, trouble = Meter(), None, None
        try:
            request = Request(dict.fromkeys(Rung, messages), self._shape, self._read)
            reading = self._asker.ask(request, space, deadline, meter, self._reply)
        except Fault as fault:
            trouble = fault.trouble
            raise
        finally:
            self._watch(self._errand(messages, reading, meter, trouble))
        return self._shape.model_validate_json(marking.unmarked(reading.value.model_dump_json()))

    def _read(self, text: str) -> S:
        return self._shape.model_validate(json_object(text))

    def _errand(self, messages: Messages, reading: Reading[S] | None, meter: Meter, trouble: Trouble | None) -> Errand:
        raw = reading.raw if reading else ""
        return Errand(f"{self._prompt.name} {self._prompt.version}", messages, raw, meter.usage, meter.calls, trouble)
