"""What an answer was made with, added up over everything that a chat model did for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retrieval.chat.budget import Usage
from retrieval.chat.errand import Errand
from retrieval.types import Answer, Made


def added(answer: Answer, model: str, prompts: str, usage: Usage, calls: int, shown: Sequence[str] = ()) -> Answer:
    """The answer with some calls more in its record; unchanged when the model was not asked.

    Args:
        answer: the answer.
        model: who was asked.
        prompts: names and versions.
        usage: tokens.
        calls: how many calls.
        shown: ids of the passages that the model was shown for writing.
    """
    if not calls:
        return answer
    made = answer.made or Made("", "")
    used = Usage(made.read, made.written) + usage
    names = ", ".join(filter(None, (made.prompts, prompts)))
    made = replace(made, model=model, prompts=names, shown=(*made.shown, *shown), read=used.read, written=used.written)
    return replace(answer, made=replace(made, calls=made.calls + calls))


def with_errands(answer: Answer, model: str, errands: Sequence[Errand]) -> Answer:
    """The answer with what was asked of the model beside writing."""
    for errand in errands:
        answer = added(answer, model, errand.prompt, errand.usage, errand.calls)
    return answer
