"""A judge that also heeds cues: the model says what is relevant, a cue says which side, the model where none fires.

The embedded model tells relevant passages from others well and the two sides from each other poorly (its card has the
figures). A cue's probability is its measured precision; the model's own is scaled so that its threshold and that of the
cues are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retrieval.rank.cues import cue
from retrieval.rank.judge import OnnxJudge, Thresholds
from retrieval.types import Stance, Verdict

SIDE_FROM = 0.5
"""Probability from which a passage is shown on a side: every cue passes, and the model alone from its own threshold."""


class CuedJudge:
    """A `Judge`: the embedded model and the cues of `retrieval.rank.cues`."""

    def __init__(self, model: OnnxJudge) -> None:
        self.model = model
        self.thresholds = Thresholds(side=SIDE_FROM, relevance=model.thresholds.relevance)
        self._trust = min(1.0, SIDE_FROM / model.thresholds.side)

    @property
    def id(self) -> str:
        """The model's, and that cues are heeded."""
        return f"{self.model.id} with cues"

    def warm(self) -> None:
        """Load the model now; raises Misconfigured."""
        self.model.warm()

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        """One verdict for each (claim, passage), in order."""
        return [
            heeded(verdict, *pair, self._trust) for pair, verdict in zip(pairs, self.model.judge(pairs), strict=True)
        ]


def heeded(verdict: Verdict, claim: str, passage: str, trust: float) -> Verdict:
    """The model's verdict after the cue of the pair, if there is one; ``trust`` is what the model's own sides count."""
    found = cue(claim, passage)
    if found is None or not found.heeded(verdict.refutes, verdict.supports, verdict.relevance):
        return _shared_out(verdict, trust * verdict.refutes, trust * verdict.supports)
    rest = 1.0 - found.precision
    other = rest * verdict.probability(_OTHER[found.stance]) * trust
    sides = (found.precision, other) if found.stance is Stance.REFUTES else (other, found.precision)
    return _shared_out(verdict, *sides)


def _shared_out(verdict: Verdict, refutes: float, supports: float) -> Verdict:
    return replace(verdict, refutes=refutes, supports=supports, neutral=1.0 - refutes - supports)


_OTHER = {Stance.REFUTES: Stance.SUPPORTS, Stance.SUPPORTS: Stance.REFUTES}
