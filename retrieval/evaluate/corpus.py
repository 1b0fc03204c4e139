"""The judge on the corpus of an article: statements of reference notes, labelled for each claim."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.evaluate.metrics import Interval, bootstrap
from retrieval.evaluate.report import markdown_table, number
from retrieval.evaluate.unreadable import unreadable
from retrieval.rank.interfaces import Judge
from retrieval.types import Stance, Verdict

QUALIFIES = "qualifies"
"""Context: neither side."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A claim and a statement with the label of the pair: refutes, supports or qualifies."""

    claim: str
    statement: str
    label: str


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """How well statements that refute are told from the others, at one threshold."""

    threshold: float
    refutes_f1: Interval
    precision: float | None
    recall: float | None
    wrong_side: float | None
    """Share of the supporting statements that are called refuting."""
    qualifies_called: float | None
    """Share of the qualifying statements that are called refuting."""


def read_labelled(path: Path) -> list[Labelled]:
    """A file such as stance.dev.json, with claims.json and references.json beside it.

    Raises:
        BadInput: One of the three cannot be read, or a label names what is not there.
    """
    try:
        labels, claims, references = (
            json.loads((path.parent / name).read_text(encoding="utf-8"))
            for name in (path.name, "claims.json", "references.json")
        )
        texts = {claim["id"]: claim["claim"] for claim in claims["claims"]}
        texts |= {one["id"]: one["text"] for note in references["references"] for one in note["statements"]}
        return [Labelled(texts[row["claim_id"]], texts[row["statement_id"]], row["stance"]) for row in labels["labels"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise unreadable(path, error, "is no stance file with claims.json and references.json beside it") from error


def measure_corpus(judge: Judge, pairs: Sequence[Labelled], thresholds: Sequence[float]) -> list[CorpusReport]:
    """One report a threshold; at 0 the most probable stance decides."""
    verdicts = judge.judge([(pair.claim, pair.statement) for pair in pairs])
    return [_report(pairs, verdicts, threshold) for threshold in thresholds]


def _report(pairs: Sequence[Labelled], verdicts: Sequence[Verdict], threshold: float) -> CorpusReport:
    called = [verdict.stance is Stance.REFUTES and verdict.refutes >= threshold for verdict in verdicts]
    labels = [pair.label for pair in pairs]

    def f1(where: Sequence[int]) -> float:
        hits = sum(called[place] and labels[place] == Stance.REFUTES for place in where)
        total = sum(called[place] + (labels[place] == Stance.REFUTES) for place in where)
        return 2 * hits / total if total else 0.0

    def share_called(label: str) -> float | None:
        of_label = [call for call, given in zip(called, labels, strict=True) if given == label]
        return sum(of_label) / len(of_label) if of_label else None

    right = [given == Stance.REFUTES for call, given in zip(called, labels, strict=True) if call]
    return CorpusReport(
        threshold,
        bootstrap(lambda where: f1(where.tolist()), len(pairs)),
        sum(right) / len(right) if right else None,
        share_called(Stance.REFUTES),
        share_called(Stance.SUPPORTS),
        share_called(QUALIFIES),
    )


def corpus_table(reports: Sequence[CorpusReport]) -> str:
    """One row a threshold."""
    header = ["threshold", "refutes F1 [95 %]", "precision", "recall", "supports called refuting", "qualifies called"]
    rows = [
        [
            "most probable" if one.threshold == 0 else number(one.threshold, 2),
            str(one.refutes_f1),
            *(number(value, 2) for value in (one.precision, one.recall, one.wrong_side, one.qualifies_called)),
        ]
        for one in reports
    ]
    return markdown_table(header, rows)
