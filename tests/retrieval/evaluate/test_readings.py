"""What readers said of passages that answers showed."""

from __future__ import annotations

from dataclasses import replace

from retrieval.evaluate.readings import read, readings
from retrieval.ingest.seed import load_folder
from retrieval.seeding import SEEDS
from retrieval.types import Answer
from tests.making import citation, claim


def test_what_was_read_is_counted_and_what_was_not_is_left_out() -> None:
    known = {("C01", "It was not sold."): True, ("C01", "It rained."): False, ("C02", "It rained."): True}
    quotes = ("It was not sold.", "It rained.", "Nobody read this.")
    shown = tuple(citation("O1", quote) for quote in quotes)
    answer = Answer(id="x", question="?", claim=claim("C01", "The harbour was sold."), article=None, opposing=shown)
    assert read(answer, known) == [True, False]
    other = Answer(
        id="x",
        question="?",
        claim=claim("C01", "The harbour was sold."),
        article=None,
        opposing=(replace(citation("O1", "It rained."), claim="C02"),),
    )
    assert read(other, known) == [True]
    nobody = Answer(id="x", question="?", claim=None, article=None, opposing=shown)
    assert read(nobody, known) == []


def test_the_readings_that_ship_are_of_claims_and_passages_that_ship() -> None:
    seeds = load_folder(SEEDS)
    numbers = {one.number for seed in seeds for one in seed.claims}
    texts = "\n".join(seed.text for seed in seeds)
    known = readings()
    assert len(known) > 100
    assert {number for number, _ in known} <= numbers
    assert not [quote for _, quote in known if quote not in texts]
    assert set(known.values()) == {True, False}
