"""What two readers said of passages that answers showed: whether each speaks against the claim, for it, or neither.

The lists of a question set name some statements that refute, not all, so "not listed" is not "does not oppose".
`readings.jsonl` holds passages shown on the development questions, read by two language models that saw claim and
passage alone, in another order and under another instruction each, and not where an answer had put them. They agreed
on 95 in 100. A passage opposes where both say so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from retrieval.types import Answer, Citation, Stance

READINGS = Path(__file__).with_name("readings.jsonl")

Pair = tuple[str, str]
"""Number of a claim of the starter article, and a quote."""


@cache
def readings(path: Path = READINGS) -> Mapping[Pair, bool]:
    """For each pair that was read: whether both readers say that the quote speaks against the claim."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {(row["claim"], row["quote"]): set(row["read"]) == {Stance.REFUTES.value} for row in rows}


def read(answer: Answer, known: Mapping[Pair, bool]) -> list[bool]:
    """Of the passages that an answer shows as opposing and that were read: whether they do oppose."""
    pairs = [(_number(answer, item), item.quote) for item in answer.opposing]
    return [known[pair] for pair in pairs if pair in known]


def _number(answer: Answer, citation: Citation) -> str:
    return citation.claim or (answer.claim.number if answer.claim else "")
