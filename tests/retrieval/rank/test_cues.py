from __future__ import annotations

import pytest

from retrieval.rank.cued import SIDE_FROM, heeded
from retrieval.rank.cues import PRECISION, RELEVANT, Kind, cue, largest_sum
from retrieval.types import Stance, Verdict

BACKED = "The Kaldor Front is backed with money and arms by Veshtria and Ostra."


@pytest.mark.parametrize(
    ("claim", "passage", "kind"),
    [
        (
            "The rebels got hundreds of billions of dollars.",
            "The programme for the rebels cost about one billion dollars.",
            Kind.MAGNITUDE,
        ),
        ("It must have multi-billion-dollar funding.", "Couriers brought funding of 25,000 dollars.", Kind.MAGNITUDE),
        (BACKED, "Nearly all of its income was raised locally, from road tolls.", Kind.OWN_MEANS),
        (BACKED, "The group's own funds came from Tarn, Lis and Oru.", Kind.OWN_MEANS),
        (BACKED, "In Tarn the KALDOR raised it locally.", Kind.OWN_MEANS),
        (BACKED, "Its main income was oil.", Kind.OWN_MEANS),
        (BACKED, "Gifts from abroad paled beside the taxes it took.", Kind.OWN_MEANS),
        ("The Front cannot be so strong unless others are backing it.", "Oil brought in money.", Kind.OWN_MEANS),
        (BACKED, "Ostra's air force struck the Kaldor camps twice.", Kind.HOSTILITY),
        (BACKED, "Ostra joined the campaign against the Kaldor Front.", Kind.HOSTILITY),
        (BACKED, "Ostra launched an offensive against the Kaldor Front in August.", Kind.HOSTILITY),
        ("The mayor sold the harbour.", "The inquiry found no evidence that the mayor sold anything.", Kind.DENIAL),
        ("Thailand buys tanks from China.", "In March Thailand ordered 28 tanks from China.", Kind.ECHO),
    ],
)
def test_a_cue_fires_for_its_reason_and_takes_its_side(claim: str, passage: str, kind: Kind) -> None:
    found = cue(claim, passage)
    assert found is not None
    assert found.kind is kind
    assert found.stance is (Stance.SUPPORTS if kind is Kind.ECHO else Stance.REFUTES)
    assert found.precision == PRECISION[kind]


@pytest.mark.parametrize(
    ("claim", "passage"),
    [
        ("The rebels got two billion dollars.", "Aid came to three billion euros over many long years."),
        ("The mayor never sold the harbour.", "The inquiry found no evidence of any sale."),
        (BACKED, "The camps lie north of the river."),
        (BACKED, "Some oil was sold."),
        (
            BACKED,
            "In its courts and banks Ostra should do far more against rich donors of the Kaldor camps, an envoy said.",
        ),
        (BACKED, "The miller Jonas Tarn had his own money and never met anybody from Lis."),
        ("The harbour was sold.", "It rained."),
        ("It cost 3 million dollars.", "In 1999 the money was spent."),
    ],
)
def test_no_cue_fires_without_its_reason(claim: str, passage: str) -> None:
    assert cue(claim, passage) is None


@pytest.mark.parametrize(
    ("text", "power"),
    [
        ("hundreds of billions of dollars", 11.3),
        ("1.9 billion dollars in 2014", 9.28),
        ("10,000 to 25,000 dollars", 4.4),
        ("in 2014", None),
        ("no figure here", None),
        ("several million", 6.5),
    ],
)
def test_the_largest_sum_is_read_in_digits_and_words(text: str, power: float | None) -> None:
    found = largest_sum(text)
    assert found == (None if power is None else pytest.approx(power, abs=0.6))


def test_a_cue_is_heeded_only_where_the_model_finds_the_pair_relevant() -> None:
    pair = ("The mayor sold the harbour.", "The inquiry found no evidence that the mayor sold anything.")
    least = RELEVANT[Kind.DENIAL]
    near, far = Verdict(0.4, 0.2, 0.4, least), Verdict(0.4, 0.2, 0.4, least - 0.01)
    assert heeded(near, *pair, 0.5).refutes == PRECISION[Kind.DENIAL] >= SIDE_FROM
    assert heeded(far, *pair, 0.5).refutes < SIDE_FROM


def test_a_cue_is_not_heeded_against_the_model_s_leaning_unless_it_compares_figures() -> None:
    leaning = Verdict(0.3, 0.4, 0.3, 0.99)
    denial = ("The mayor sold the harbour.", "The inquiry found no evidence that the mayor sold anything.")
    figures = ("It must have multi-billion-dollar funding.", "Couriers brought funding of 25,000 dollars.")
    assert heeded(leaning, *denial, 0.5).refutes < SIDE_FROM
    assert heeded(leaning, *figures, 0.5).refutes == PRECISION[Kind.MAGNITUDE]


@pytest.mark.parametrize(
    "passage", ["It rained.", "The inquiry found no evidence of any sale.", "He sold the harbour, the mayor sold."]
)
def test_probabilities_still_add_up_to_one(passage: str) -> None:
    verdict = heeded(Verdict(0.3, 0.5, 0.2, 0.9), "The mayor sold the harbour.", passage, 0.5)
    assert verdict.refutes + verdict.supports + verdict.neutral == pytest.approx(1.0)
    assert min(verdict.refutes, verdict.supports, verdict.neutral) >= 0.0
