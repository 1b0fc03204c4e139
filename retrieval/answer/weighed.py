"""The values between question and answer: what is asked, and what was found and how it stands to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.rank.interfaces import Vectors
from retrieval.rank.match import Match
from retrieval.rank.question import Question
from retrieval.rank.search import Found
from retrieval.types import Abstention, Claim, Verdict


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question as it is understood. ``vector`` has shape (dimensions,); ``start`` is a `time.perf_counter`."""

    question: Question
    vector: Vectors
    matched: Match | None
    spaces: tuple[str, ...]
    start: float

    @property
    def claims(self) -> tuple[Claim | None, ...]:
        """The claims it is about, the most important first; None alone where there is none."""
        return (self.matched.about if self.matched else ()) or (None,)


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """What was found and how it stands to each claim, or the kind of "no"."""

    asked: Asked
    found: Found
    similarity: float
    """Of the question to the nearest text of any kind (cosine)."""
    verdicts: tuple[Sequence[tuple[Claim | None, Verdict]], ...]
    """For each candidate, each claim with the verdict toward it."""
    kind: Abstention | None
