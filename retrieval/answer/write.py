"""The written answer: a chat model's prose about the embedded answer's evidence, as far as it holds.

The embedded answer is there already, so whatever goes wrong here costs nicer prose and nothing else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from retrieval.answer.draft import Draft, DraftCitation, DraftSentence, read_marked
from retrieval.answer.fallback import fallen_back
from retrieval.answer.gate import Gate, Gated, enough
from retrieval.answer.prompting import Prompter, Prompting
from retrieval.answer.render import prose
from retrieval.chat.budget import Budget, Usage
from retrieval.chat.circuit import Circuit
from retrieval.chat.deadline import Clock, Deadline
from retrieval.chat.estimate import tokens
from retrieval.chat.faults import Fault, Trouble
from retrieval.chat.ladder import Ladder, Meter, Reading, Request
from retrieval.chat.model import Messages, Rung
from retrieval.types import Answer, Passage

SECONDS = 20.0
"""For the whole answer, from the question on: all attempts, and what the embedded answer took."""
EXPECTED_REPLY = 600
"""Tokens set aside for a reply before it is there."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trail:
    """How a written answer came about, so that it can be explained later."""

    answer: str
    """The answer's id."""
    model: str
    prompts: str
    """Names and versions."""
    shown: tuple[str, ...]
    """Labels of the passages shown to the model."""
    messages: Messages
    rung: Rung | None
    raw: str
    """The model's own words."""
    gated: Gated | None
    usage: Usage
    calls: int
    trouble: Trouble | None


Watch = Callable[[Trail], None]
"""Told how each answer came about."""


def ignore(trail: Trail) -> None:
    """A `Watch` for when nobody watches."""


class Writer:
    """Writes answers with one chat model; any number of threads may call it."""

    def __init__(
        self,
        name: str,
        ladder: Ladder,
        circuit: Circuit,
        budget: Budget,
        *,
        seconds: float = SECONDS,
        clock: Clock = time.monotonic,
        watch: Watch = ignore,
    ) -> None:
        """``name`` is the model's, for the record; ``clock`` is the one the ladder has."""
        self._name, self._ladder, self._circuit, self._budget = name, ladder, circuit, budget
        self._seconds, self._clock, self._watch = seconds, clock, watch
        self._prompter = Prompter()

    @property
    def condition(self) -> str:
        """How the model does, for `doctor`: "openai:gpt-5-mini, asked by json_schema, answering"."""
        return f"{self._name}, asked by {self._ladder.rung}, {self._circuit.condition}"

    def write(self, answer: Answer, passages: Mapping[str, Passage], space: str) -> Answer:
        """The answer in the model's prose (mode "model"), or as it is with a notice why not.

        Args:
            answer: the embedded answer; one that abstains is returned as it is.
            passages: the stored passages that it cites, by id.
            space: who asks; its budget pays, and only its sources and the shared ones are shown to the model.
        """
        if answer.abstained or not answer.citations:
            return answer
        start = self._clock()
        deadline = Deadline(self._clock, self._seconds - answer.elapsed_ms / 1000)
        try:
            written = self._written(answer, passages, space, deadline)
        except Fault as fault:
            _log.info("answer %s is not written: %s", answer.id, fault)
            written = fallen_back(answer, fault.trouble)
        except Exception:  # noqa: BLE001 - an answer is there, and a fault of ours must not cost it
            _log.exception("answer %s is not written, for a reason that nobody foresaw", answer.id)
            written = fallen_back(answer, Trouble.UNREADABLE)
        spent = round((self._clock() - start) * 1000)
        return replace(written, elapsed_ms=answer.elapsed_ms + spent)

    def _written(self, answer: Answer, passages: Mapping[str, Passage], space: str, deadline: Deadline) -> Answer:
        prompting = self._prompter.prompting(answer, passages, space)
        shown = {item.passage for item in answer.citations if item.label in prompting.labels}
        gate = Gate(answer, {key: passages[key] for key in shown}, prompting.instructions)
        meter, reading, gated, trouble = Meter(), None, None, None
        try:
            reading = self._asked(prompting, space, deadline, meter)
            gated = gate.check(unmarked(reading.value, prompting))
            _require(gated, answer)
        except Fault as fault:
            trouble = fault.trouble
            raise
        finally:
            self._watch(self._trail(answer, prompting, reading, gated, meter, trouble))
        receipt = replace(answer.receipt, dropped=answer.receipt.dropped + len(gated.dropped))
        return replace(answer, text=prose(gated.kept, answer), mode="model", receipt=receipt)

    def _asked(self, prompting: Prompting, space: str, deadline: Deadline, meter: Meter) -> Reading[Draft]:
        """The model's draft, paid for by the space, if the model is not resting."""
        expected = Usage(sum(tokens(text) for _, text in prompting.messages[self._ladder.rung]), EXPECTED_REPLY)
        if not self._budget.hold(space, expected):
            raise Fault(Trouble.SPENT)
        try:
            return self._tried(Request(prompting.messages, Draft, read_marked), deadline, meter)
        finally:
            self._budget.settle(space, expected, meter.usage)

    def _tried(self, request: Request[Draft], deadline: Deadline, meter: Meter) -> Reading[Draft]:
        if not self._circuit.allow():
            raise Fault(Trouble.RESTING)
        try:
            reading = self._ladder.ask(request, deadline, meter)
        except Fault as fault:
            self._circuit.failed(fault.trouble)
            raise
        except Exception:
            self._circuit.failed(Trouble.UNREADABLE)
            raise
        self._circuit.succeeded()
        return reading

    def _trail(
        self,
        answer: Answer,
        prompting: Prompting,
        reading: Reading[Draft] | None,
        gated: Gated | None,
        meter: Meter,
        trouble: Trouble | None,
    ) -> Trail:
        rung = reading.rung if reading else None
        return Trail(
            answer=answer.id,
            model=self._name,
            prompts=prompting.version,
            shown=prompting.labels,
            messages=prompting.messages[rung or self._ladder.rung],
            rung=rung,
            raw=reading.raw if reading else "",
            gated=gated,
            usage=meter.usage,
            calls=meter.calls,
            trouble=trouble,
        )


def _require(gated: Gated, answer: Answer) -> None:
    if not enough(gated.kept, answer):
        raise Fault(Trouble.UNFOUNDED, "; ".join(reason for _, reason in gated.dropped))


def unmarked(draft: Draft, prompting: Prompting) -> Draft:
    """The draft with spaces where the model kept the marks of the sources."""
    return Draft(
        sentences=[
            DraftSentence(
                text=prompting.unmarked(sentence.text),
                citations=[
                    DraftCitation(label=cited.label, quote=prompting.unmarked(cited.quote))
                    for cited in sentence.citations
                ],
            )
            for sentence in draft.sentences
        ]
    )
