"""How well a judge tells refutes, supports and neutral, on labelled pairs.

The two baselines feed the judge one side and an empty other side: what it gets right then, it reads off the wording of
the claim, or of the evidence, and not off how they stand to each other.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from retrieval.evaluate.data import Pair
from retrieval.evaluate.metrics import (
    Bin,
    Indices,
    Interval,
    accuracy,
    bootstrap,
    expected_calibration_error,
    f1_by_class,
    macro_f1,
    reliability,
)
from retrieval.evaluate.report import markdown_table, number
from retrieval.rank.interfaces import Judge
from retrieval.types import Stance, Verdict

CLASSES = (Stance.REFUTES, Stance.SUPPORTS, Stance.NEUTRAL)


@dataclass(frozen=True, slots=True)
class Baselines:
    """Macro-F1 of the same judge when it sees only one of the two texts."""

    claim_only: float
    evidence_only: float


@dataclass(frozen=True, slots=True)
class StanceReport:
    """The figures of one file."""

    name: str
    pairs: int
    macro_f1: Interval
    f1: dict[str, float]
    """Of each class that the file has."""
    accuracy: float
    side_accuracy: float | None
    """Of the pairs with a side: the share where the right side is the more probable of the two."""
    shown: float
    """Share of all pairs that are given a side at the judge's threshold."""
    shown_wrong: float | None
    """Share of these whose label is not that side."""
    calibration_error: float
    reliability: list[Bin]
    pairs_per_second: float
    baselines: Baselines | None = None


def measure_stance(
    judge: Judge, side_threshold: float, name: str, pairs: Sequence[Pair], *, blind: bool
) -> tuple[StanceReport, list[dict[str, Any]]]:
    """The report of one file and its predictions, each with the file's name as ``set``.

    Args:
        judge: What is measured.
        side_threshold: Least probability at which a pair is given a side.
        name: Of the file.
        pairs: Its pairs.
        blind: Measure the baselines too.
    """
    verdicts, speed = verdicts_of(judge, pairs)
    one = report(name, pairs, verdicts, side_threshold, speed, baselines(judge, pairs) if blind else None)
    return one, [{**row, "set": name} for row in prediction_rows(pairs, verdicts)]


def verdicts_of(judge: Judge, pairs: Sequence[Pair]) -> tuple[list[Verdict], float]:
    """The verdicts in order, and pairs per second (the model already loaded)."""
    judge.judge([(pair.claim, pair.evidence) for pair in pairs[:1]])
    begun = time.perf_counter()
    verdicts = judge.judge([(pair.claim, pair.evidence) for pair in pairs])
    return verdicts, len(pairs) / max(time.perf_counter() - begun, 1e-9)


def report(
    name: str,
    pairs: Sequence[Pair],
    verdicts: Sequence[Verdict],
    side_threshold: float,
    speed: float,
    blind: Baselines | None = None,
) -> StanceReport:
    """All figures of one file's verdicts; ``speed`` in pairs per second."""
    gold, predicted = indices([pair.label for pair in pairs]), indices([verdict.stance for verdict in verdicts])
    scores = f1_by_class(gold, predicted, len(CLASSES))
    chosen = [verdict.probability(verdict.stance) for verdict in verdicts]
    bins = reliability(chosen, (gold == predicted).tolist())
    shown = [(pair, side(verdict, side_threshold)) for pair, verdict in zip(pairs, verdicts, strict=True)]
    sided = [(pair.label, given) for pair, given in shown if given is not Stance.NEUTRAL]
    return StanceReport(
        name=name,
        pairs=len(pairs),
        macro_f1=bootstrap(lambda where: macro_f1(gold[where], predicted[where], len(CLASSES)), len(pairs)),
        f1={label.value: float(scores[place]) for place, label in enumerate(CLASSES) if (gold == place).any()},
        accuracy=accuracy(gold, predicted),
        side_accuracy=_side_accuracy(pairs, verdicts),
        shown=len(sided) / len(pairs) if pairs else 0.0,
        shown_wrong=sum(label is not given for label, given in sided) / len(sided) if sided else None,
        calibration_error=expected_calibration_error(bins),
        reliability=bins,
        pairs_per_second=speed,
        baselines=blind,
    )


def side(verdict: Verdict, threshold: float) -> Stance:
    """Refutes or supports when that is the stance and at least as probable as the threshold, else neutral."""
    stance = verdict.stance
    return stance if stance is not Stance.NEUTRAL and verdict.probability(stance) >= threshold else Stance.NEUTRAL


def baselines(judge: Judge, pairs: Sequence[Pair]) -> Baselines:
    """The judge with the evidence, then with the claim, left empty."""
    gold = indices([pair.label for pair in pairs])
    blind = [
        indices([verdict.stance for verdict in judge.judge(texts)])
        for texts in ([(pair.claim, "") for pair in pairs], [("", pair.evidence) for pair in pairs])
    ]
    return Baselines(*(macro_f1(gold, predicted, len(CLASSES)) for predicted in blind))


def indices(stances: Sequence[Stance]) -> Indices:
    """Stances as positions in CLASSES."""
    return np.array([CLASSES.index(stance) for stance in stances], dtype=np.int64)


def _side_accuracy(pairs: Sequence[Pair], verdicts: Sequence[Verdict]) -> float | None:
    right = [
        (verdict.refutes > verdict.supports) == (pair.label is Stance.REFUTES)
        for pair, verdict in zip(pairs, verdicts, strict=True)
        if pair.label is not Stance.NEUTRAL
    ]
    return sum(right) / len(right) if right else None


def prediction_rows(pairs: Sequence[Pair], verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """One object a pair: id, predicted label, the three probabilities, relevance, and the gold label."""
    return [
        {
            "id": pair.id,
            "label": verdict.stance.value,
            "refutes": verdict.refutes,
            "supports": verdict.supports,
            "neutral": verdict.neutral,
            "relevance": verdict.relevance,
            "gold": pair.label.value,
        }
        for pair, verdict in zip(pairs, verdicts, strict=True)
    ]


def stance_table(reports: Sequence[StanceReport]) -> str:
    """One row a file."""
    header = ["set", "pairs", "macro-F1 [95 %]", "refutes", "supports", "neutral", "right side", "claim only"]
    header += ["evidence only", "shown", "shown wrong", "ECE", "pairs/s"]
    return markdown_table(header, [_row(one) for one in reports])


def _row(one: StanceReport) -> list[str]:
    blind = one.baselines
    return [
        one.name,
        str(one.pairs),
        str(one.macro_f1),
        *(number(one.f1.get(label.value), 2) for label in CLASSES),
        number(one.side_accuracy, 2),
        number(blind.claim_only if blind else None, 2),
        number(blind.evidence_only if blind else None, 2),
        number(one.shown, 2),
        number(one.shown_wrong, 2),
        number(one.calibration_error, 2),
        number(one.pairs_per_second, 0),
    ]


def reliability_table(bins: Sequence[Bin]) -> str:
    """How often the judge is right at each level of sureness."""
    rows = [
        [f"{one.low:.1f}-{one.high:.1f}", str(one.count), number(one.probability, 2), number(one.right, 2)]
        for one in bins
        if one.count
    ]
    return markdown_table(["probability", "pairs", "mean probability", "right"], rows)
