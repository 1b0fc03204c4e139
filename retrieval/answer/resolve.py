"""Follow-up questions made whole by a chat model, as far as its words come from the conversation; else by the rules."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from pydantic import BaseModel, Field

from retrieval.answer.follow import Turn, Whole, leans, whole
from retrieval.answer.grounded import shared, strange
from retrieval.answer.harmless import harm
from retrieval.chat.asker import Asker
from retrieval.chat.deadline import Deadline
from retrieval.chat.errand import Errands, Watch, ignore
from retrieval.chat.faults import Fault

REPLY = 80
"""Tokens set aside for a reply."""
TURNS = 3
"""Earlier questions that the model is told."""
LONGEST = 300
"""Characters of a question that is shown and searched with."""
OURS = 0.8
"""Share of its telling words that must stand in the conversation; the rest may be forms and small changes."""

_log = logging.getLogger(__name__)


class Rewritten(BaseModel):
    """A follow-up as a question by itself."""

    question: str = Field(description="The follow-up, understood without the conversation.")


class Resolver:
    """Makes follow-ups whole with a model; any number of threads may call it."""

    def __init__(self, asker: Asker, watch: Watch = ignore) -> None:
        self._errands = Errands(asker, "followup", Rewritten, REPLY, watch)

    def resolve(self, question: str, turns: Sequence[Turn], space: str, deadline: Deadline) -> Whole:
        """The question as it is when it leans on nothing; else whole, by the model or, failing it, by the rules.

        Args:
            question: as asked.
            turns: the conversation, oldest first.
            space: who asks, and pays.
            deadline: when to go on without the model.
        """
        ruled = whole(question, turns)
        if not turns or not leans(question):
            return ruled
        told = [(f"EARLIER {number}", turn.question) for number, turn in enumerate(turns[-TURNS:], 1)]
        told += [("CLAIM", claim)] if (claim := turns[-1].claim) else []
        told += [("FOLLOW-UP", question)]
        try:
            found = self._errands.send(told, space, deadline)
        except Fault as fault:
            _log.info("a follow-up is read by rules: %s", fault)
            return ruled
        words = " ".join(found.question.split())
        wrong = unfit(words, [text for _, text in told])
        if wrong:
            _log.info("a follow-up is read by rules: the model's question holds %s", wrong)
            return ruled
        return Whole(words, turns[-1].article)


def unfit(question: str, conversation: Sequence[str]) -> str | None:
    """Why a model's question is not used, or None: it is shown, so it must be harmless, short, and the person's own."""
    if not question or len(question) > LONGEST:
        return "no bearable number of words"
    brought = harm(question) or strange(question, conversation, ())
    return brought or (None if shared(question, conversation) >= OURS else "other words")
