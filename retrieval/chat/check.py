"""One short question to a chat model, to see whether it answers at all and how it has to be asked."""

from __future__ import annotations

import time
from dataclasses import dataclass

from pydantic import BaseModel

from prompts import load
from retrieval.chat.advice import advice
from retrieval.chat.budget import Usage
from retrieval.chat.deadline import Deadline
from retrieval.chat.faults import Fault, Trouble
from retrieval.chat.ladder import Ladder, Meter, Request
from retrieval.chat.model import Chat, Messages, Rung

SECONDS = 10.0
"""Long enough for a model that is awake; one that has to be loaded first is called late, not wrong."""
_PASSING = frozenset({Trouble.LATE, Trouble.LIMITED})


class Ready(BaseModel):
    """The shape that is asked for."""

    word: str


@dataclass(frozen=True, slots=True)
class Checked:
    """How it went: ``ok`` is None when the trouble may pass by itself. ``says`` is for the operator."""

    ok: bool | None
    says: str
    usage: Usage


def check(chat: Chat, seconds: float = SECONDS) -> Checked:
    """Ask once, in some thirty tokens, by the strictest way that the server understands; never raises."""
    messages: Messages = (("system", load("check").fill()), ("human", "Are you there?"))
    meter, start = Meter(), time.monotonic()
    try:
        request = Request(dict.fromkeys(Rung, messages), Ready, _read)
        reading = Ladder(chat).ask(request, Deadline(time.monotonic, seconds), meter)
    except Fault as fault:
        ok = None if fault.trouble in _PASSING else False
        return Checked(ok, f"{chat.name}: the server {advice(fault.trouble)}.", meter.usage)
    took = time.monotonic() - start
    tokens = f"{meter.usage.total} tokens" if meter.usage.total else "no tokens counted"
    return Checked(
        ok=True, says=f"{chat.name} answers in {took:.1f} s, asked by {reading.rung}, {tokens}", usage=meter.usage
    )


def _read(text: str) -> Ready:
    if not text:
        raise ValueError("nothing was said")
    return Ready(word=text)
