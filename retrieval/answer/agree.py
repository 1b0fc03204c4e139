"""Whether a sentence's quote stands where its passage was placed, by the judge's reading of the quote alone.

The judge placed whole passages; a model may quote the one sentence of an opposing passage that grants the claim. Such a
quote under "this opposes it" would say the contrary of what it shows.
"""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.rank.interfaces import Judge
from retrieval.rank.judge import Thresholds
from retrieval.types import Stance

PLACED = {"O": (Stance.REFUTES, Stance.SUPPORTS), "S": (Stance.SUPPORTS, Stance.REFUTES)}
"""Side of a label: (where its passage was placed, the other side)."""


class Agreement:
    """Reads quotes with the judge; any number of threads may ask it."""

    def __init__(self, judge: Judge, thresholds: Thresholds) -> None:
        """``thresholds`` are the judge's: below its side threshold a reading is not acted upon."""
        self._judge, self._side = judge, thresholds.side

    def holds(self, claim: str, quotes: Sequence[tuple[str, str]]) -> bool:
        """Whether the judge reads none of the quotes as being on the other side.

        Args:
            claim: in its own words.
            quotes: (side of its label, the quoted words); those of neither side are not read.
        """
        sided = [(PLACED[side], quote) for side, quote in quotes if side in PLACED]
        verdicts = self._judge.judge([(claim, quote) for _, quote in sided])
        return not any(
            verdict.probability(other) >= self._side and verdict.probability(other) > verdict.probability(here)
            for ((here, other), _), verdict in zip(sided, verdicts, strict=True)
        )
