"""The written answer: a chat model's prose about the embedded answer's evidence, as far as it holds.

The embedded answer is there already, so whatever goes wrong here costs nicer prose and nothing else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from retrieval.answer.agree import Agreement
from retrieval.answer.draft import Draft, DraftCitation, DraftSentence, read_marked
from retrieval.answer.fallback import fallen_back
from retrieval.answer.gate import Gate, Gated, enough
from retrieval.answer.made import added
from retrieval.answer.prompting import Prompter, Prompting
from retrieval.answer.render import prose
from retrieval.chat.asker import Asker
from retrieval.chat.budget import Budget, Spending, Usage
from retrieval.chat.circuit import Circuit
from retrieval.chat.deadline import Clock, Deadline
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
        agreement: Agreement | None = None,
    ) -> None:
        """``name`` is the model's, for the record; ``clock`` is the one the ladder has."""
        self._agreement = agreement
        self._name, self._ladder, self._circuit = name, ladder, circuit
        self._asker, self._budget = Asker(ladder, circuit, budget), budget
        self._seconds, self._clock, self._watch = seconds, clock, watch
        self._prompter = Prompter()

    @property
    def name(self) -> str:
        """The model's, for the record."""
        return self._name

    def spending(self, space: str) -> Spending:
        """What a space used today and may use."""
        return Spending(self._name, self._budget.today, self._budget.used(space), self._budget.limits)

    @property
    def version(self) -> str:
        """Model and prompts: what a written answer depends on beside its evidence."""
        return f"{self._name}; {self._prompter.version}"

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
        trails: list[Trail] = []
        try:
            written = self._written(answer, passages, space, deadline, trails)
        except Fault as fault:
            _log.info("answer %s is not written: %s", answer.id, fault)
            written = fallen_back(answer, fault.trouble)
        except Exception:  # noqa: BLE001 - an answer is there, and a fault of ours must not cost it
            _log.exception("answer %s is not written, for a reason that nobody foresaw", answer.id)
            written = fallen_back(answer, Trouble.UNREADABLE)
        for trail in trails:
            shown = [item.passage for item in answer.citations if item.label in trail.shown]
            written = added(written, self._name, trail.prompts, trail.usage, trail.calls, shown)
        spent = round((self._clock() - start) * 1000)
        return replace(written, elapsed_ms=answer.elapsed_ms + spent)

    def _written(
        self,
        answer: Answer,
        passages: Mapping[str, Passage],
        space: str,
        deadline: Deadline,
        trails: list[Trail],
    ) -> Answer:
        prompting = self._prompter.prompting(answer, passages, space)
        shown = {item.passage for item in answer.citations if item.label in prompting.labels}
        gate = Gate(answer, {key: passages[key] for key in shown}, prompting.instructions, self._agreement)
        meter, reading, gated, trouble = Meter(), None, None, None
        try:
            request = Request(prompting.messages, Draft, read_marked)
            reading = self._asker.ask(request, space, deadline, meter, EXPECTED_REPLY)
            gated = gate.check(unmarked(reading.value, prompting))
            _require(gated, answer)
        except Fault as fault:
            trouble = fault.trouble
            raise
        finally:
            trails.append(self._trail(answer, prompting, reading, gated, meter, trouble))
            self._watch(trails[-1])
        receipt = replace(answer.receipt, dropped=answer.receipt.dropped + len(gated.dropped))
        return replace(answer, text=prose(gated.kept, answer), mode="model", receipt=receipt)

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
