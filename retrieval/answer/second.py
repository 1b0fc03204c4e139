"""A second opinion on the stance: where the judge is unsure, a chat model reads the pairs too, all in one call.

What it may do is written down here and nowhere else. It is never asked where the judge is sure, and never moves a
passage to the side that the judge does not lean to: agreeing, it lifts a passage to the least probability that is
shown; disagreeing, it lowers the probability, and below the threshold the passage is shown as related, side
undetermined. Either way the reading is recorded with the evidence.

What is at stake, on the 20 development questions without the article's full text (judge rejoinder-judge-56bfd758befc
with cues; 40 pairs are asked about; opposing hit@5, of 8; supporting hit@5, of 12; share of the passages shown as
opposing that are listed as something else), with readings made by a script:

=======================================  ========  ==========  =====
reading                                  opposing  supporting  other
=======================================  ========  ==========  =====
none                                         0.50        0.08  0.036
by the labels, unlisted ones as neutral      0.50        0.08  0.000
agrees with whatever the judge leans to      0.38        0.08  0.078
always neutral                               0.50        0.08  0.000
always the opposite                          0.50        0.08  0.000
=======================================  ========  ==========  =====

Asked about all that stands below 0.8 instead, which takes in every cue, a model that always says neutral leaves an
opposing hit@5 of 0.13.

No real model was measured: the second row is the most that one could do, the others how much a useless one costs.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, Field

from retrieval.answer.weighed import Weighed
from retrieval.chat.asker import Asker
from retrieval.chat.deadline import Deadline
from retrieval.chat.errand import Errands, Watch, ignore
from retrieval.chat.faults import Fault
from retrieval.rank.judge import Thresholds
from retrieval.rank.score import side_score
from retrieval.types import Claim, Stance, Verdict

UNSURE_FROM = 0.7
"""The judge is unsure when the probability of the side it leans to, divided by the threshold of the sides, lies from
here ..."""
UNSURE_TO = 1.2
"""... up to here."""
LEANS = 1.5
"""How much more probable that side must be than the other one, or else the judge leans to neither."""
OPPOSITE = 0.5
"""What is left of the side's probability when the model reads the other side, ..."""
NEITHER = 0.7
"""... and when it reads neither."""
PAIRS = 8
"""Pairs in one call: about 1,300 tokens to read and 40 to write."""
SHOWN = 600
"""Characters of a passage that the model reads."""
REPLY = 80
"""Tokens set aside for a reply."""

_log = logging.getLogger(__name__)


class Readings(BaseModel):
    """The labels of the passages by how they stand toward the claim: few tokens, for models that write slowly."""

    refutes: list[str] = Field(description="Labels of the passages that refute the claim.")
    supports: list[str] = Field(description="Labels of those that support it.")
    neutral: list[str] = Field(description="Labels of those that do neither.")

    def stances(self) -> dict[str, Stance]:
        """Label to stance; a label that stands in two lists says nothing."""
        lists = {Stance.REFUTES: self.refutes, Stance.SUPPORTS: self.supports, Stance.NEUTRAL: self.neutral}
        found = [(label.strip().upper(), stance) for stance, labels in lists.items() for label in set(labels)]
        times = Counter(label for label, _ in found)
        return {label: stance for label, stance in found if times[label] == 1}


@dataclass(frozen=True, slots=True)
class Unsure:
    """A candidate, by its place, of which the judge is unsure."""

    place: int
    claim: Claim
    text: str
    worth: float
    """How high it would stand on its side."""


class SecondReader:
    """Asks a model where the judge is unsure; any number of threads may call it."""

    def __init__(self, asker: Asker, thresholds: Thresholds, watch: Watch = ignore) -> None:
        self._errands = Errands(asker, "second", Readings, REPLY, watch)
        self._thresholds = thresholds

    def read(self, weighed: Weighed, space: str, deadline: Deadline) -> Weighed:
        """The same with the verdicts as the second reading leaves them; unchanged when there is none in time."""
        pairs = unsure(weighed, self._thresholds)
        if not pairs:
            return weighed
        blocks = [("CLAIM", pairs[0].claim.text)]
        blocks += [(f"P{number}", pair.text[:SHOWN]) for number, pair in enumerate(pairs, 1)]
        try:
            found = self._errands.send(blocks, space, deadline)
        except Fault as fault:
            _log.info("no second opinion: %s", fault)
            return weighed
        said = found.stances()
        read = {pair.place: said[f"P{number}"] for number, pair in enumerate(pairs, 1) if f"P{number}" in said}
        verdicts = [
            self._revised(told, read[place]) if place in read else told for place, told in enumerate(weighed.verdicts)
        ]
        return replace(weighed, verdicts=tuple(verdicts))

    def _revised(
        self, told: Sequence[tuple[Claim | None, Verdict]], second: Stance
    ) -> Sequence[tuple[Claim | None, Verdict]]:
        """The verdict on the first claim, revised; those on others stay."""
        claim, verdict = told[0]
        return [(claim, revised(verdict, second, self._thresholds)), *told[1:]]


def unsure(weighed: Weighed, thresholds: Thresholds) -> list[Unsure]:
    """The candidates whose stance toward the first claim asked about is unsure, those that would stand highest first.

    Args:
        weighed: what was found and judged.
        thresholds: of the judge.
    """
    found = []
    for place, (candidate, told) in enumerate(zip(weighed.found.candidates, weighed.verdicts, strict=False)):
        claim, verdict = told[0]
        side = leaning(verdict)
        if claim is None or side is None or not within(verdict, side, thresholds):
            continue
        worth = side_score(verdict, side, candidate.fused)
        found.append(Unsure(place, claim, candidate.passage.text, worth))
    return sorted(found, key=lambda pair: -pair.worth)[:PAIRS]


def leaning(verdict: Verdict) -> Stance | None:
    """The side that the judge leans to; None when it leans to neither."""
    less, more = sorted((verdict.refutes, verdict.supports))
    if more < LEANS * less:
        return None
    return Stance.REFUTES if verdict.refutes > verdict.supports else Stance.SUPPORTS


def within(verdict: Verdict, side: Stance, thresholds: Thresholds) -> bool:
    """Whether a relevant passage's probability lies in the band of the unsure."""
    share = verdict.probability(side) / thresholds.side
    return UNSURE_FROM <= share < UNSURE_TO and verdict.relevance >= thresholds.relevance


def revised(verdict: Verdict, second: Stance, thresholds: Thresholds) -> Verdict:
    """The verdict after a second reading: what the leaning side loses or gains, neither side gains or loses.

    Args:
        verdict: the judge's, which leans to a side.
        second: what the model reads.
        thresholds: of the judge.
    """
    side = leaning(verdict)
    if side is None:
        return verdict
    other = Stance.SUPPORTS if side is Stance.REFUTES else Stance.REFUTES
    if second is side:
        probability = max(verdict.probability(side), min(thresholds.side, 1.0 - verdict.probability(other)))
    else:
        probability = verdict.probability(side) * (OPPOSITE if second is other else NEITHER)
    against = min(verdict.probability(other), probability)
    refutes, supports = (probability, against) if side is Stance.REFUTES else (against, probability)
    return replace(verdict, refutes=refutes, supports=supports, neutral=1.0 - refutes - supports, second=second)
