from __future__ import annotations

import pytest

from retrieval.rank.judge import Thresholds
from retrieval.rank.score import DEFAULT_WEIGHTS
from retrieval.rank.search import Candidate
from retrieval.rank.sides import MOST, PER_SOURCE, Sides, divide
from retrieval.types import Verdict
from tests.making import claim, passage, source

THRESHOLDS = Thresholds(side=0.8, relevance=0.5)


def divided(*judged: tuple[str, str, Verdict]) -> Sides:
    candidates = [
        Candidate(passage(text, name, ordinal=place), source(name), 1 / (60 + place), 0.5)
        for place, (name, text, _) in enumerate(judged)
    ]
    return divide(candidates, [[(None, verdict)] for _, _, verdict in judged], THRESHOLDS, DEFAULT_WEIGHTS)


def texts(side: tuple[object, ...]) -> list[str]:
    return [item.candidate.passage.text for item in side]  # type: ignore[attr-defined]  # Judged


def test_a_side_needs_the_threshold_and_the_rest_is_related_or_left_out() -> None:
    sides = divided(
        ("R01", "no sale took place", Verdict(0.85, 0.05, 0.1, 0.9)),
        ("R02", "the sale was signed", Verdict(0.05, 0.9, 0.05, 0.9)),
        ("R03", "perhaps a lease", Verdict(0.7, 0.1, 0.2, 0.9)),
        ("R04", "rain fell", Verdict(0.1, 0.1, 0.8, 0.1)),
    )
    assert texts(sides.opposing) == ["no sale took place"]
    assert texts(sides.supporting) == ["the sale was signed"]
    assert texts(sides.context) == ["perhaps a lease"]


def test_the_strongest_comes_first() -> None:
    sides = divided(
        ("R01", "weak words", Verdict(0.81, 0.1, 0.09, 0.6)), ("R02", "strong facts", Verdict(0.99, 0.0, 0.01, 0.99))
    )
    assert texts(sides.opposing) == ["strong facts", "weak words"]


def test_one_source_does_not_flood_a_side_and_copies_are_shown_once() -> None:
    refuting = Verdict(0.9, 0.05, 0.05, 0.9)
    flood = [("R01", f"finding number {word}", refuting) for word in ("one", "two", "three", "four")]
    sides = divided(
        *flood,
        ("R02", "the harbour stayed with the town", refuting),
        ("R03", "The harbour stayed with the town.", refuting),
    )
    sources = [item.candidate.source.id for item in sides.opposing]
    assert sources.count("R01") == PER_SOURCE
    assert sources.count("R02") + sources.count("R03") == 1


def test_a_side_has_an_end() -> None:
    names = "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima".split()
    sides = divided(
        *((f"R{place}", f"{name} {name}ly", Verdict(0.9, 0.05, 0.05, 0.9)) for place, name in enumerate(names))
    )
    assert len(sides.opposing) == MOST


@pytest.mark.parametrize("verdict", [Verdict(0.9, 0.05, 0.05, 0.0), Verdict(0.4, 0.4, 0.2, 1.0)])
def test_nothing_is_on_two_sides(verdict: Verdict) -> None:
    sides = divided(("R01", "some words", verdict))
    assert sum(map(len, (sides.opposing, sides.supporting, sides.context))) <= 1


def test_a_passage_is_placed_by_the_first_claim_toward_which_it_takes_a_side() -> None:
    first, second = claim("C01", "It was sold."), claim("C02", "It was theirs.")
    verdicts = [(first, Verdict(0.1, 0.2, 0.7, 0.9)), (second, Verdict(0.9, 0.05, 0.05, 0.9))]
    found = Candidate(passage("It was the town's."), source(), 0.1, 0.5)
    sides = divide([found], [verdicts], THRESHOLDS, DEFAULT_WEIGHTS)
    assert [item.claim for item in sides.opposing] == [second]
