"""Claims found without a digest: what is taken, what is not, and that each is a quote from a passage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.ingest import article, seed
from retrieval.ingest.chunk import document
from retrieval.ingest.claims import ENOUGH, find_claims, score
from retrieval.ingest.extract import Block, Extract
from retrieval.types import Document, Locator, Role, Source
from tests.conftest import ROOT

BLOCKS = (
    Block("The harbour was quiet. What did the mayor of Leith know? You should visit it in May, I think, with us."),
    Block("In 2015 the Harbour Office paid 5 million crowns to Ada Moss. According to the Leith Gazette, it was:"),
    Block("It is a very nice place to be on a long day.", "Money"),
    Block("Salt caused the debt, because Leith sold every ferry that it had.", "Money"),
    Block("Copyright 2016 by the Leith Gazette, 5 Harbour Street, all rights reserved.", "Money"),
)


@pytest.fixture(scope="module")
def ferry() -> Document:
    """A miniature article."""
    source = Source(id="S1", role=Role.ARTICLE, title="The ferry")
    return document(source, Extract(None, None, None, None, None, BLOCKS))


def test_statements_with_figures_names_and_causes_are_taken_in_reading_order(ferry: Document) -> None:
    claims = find_claims("S1", ferry.passages)
    assert [(claim.number, claim.text, claim.locators) for claim in claims] == [
        ("C01", "In 2015 the Harbour Office paid 5 million crowns to Ada Moss.", (Locator(None, 2, 2),)),
        (
            "C02",
            "Salt caused the debt, because Leith sold every ferry that it had.",
            (Locator("Money", 2, 4),),
        ),
    ]


def test_each_claim_is_an_exact_quote_of_the_passage_it_is_tied_to(ferry: Document) -> None:
    passages = {passage.id: passage for passage in ferry.passages}
    claims = find_claims("S1", ferry.passages)
    assert claims
    assert all(claim.text in passages[claim.passages[0]].text for claim in claims)
    assert all(claim.id.startswith(f"S1.{claim.number}-") for claim in claims)


@pytest.mark.parametrize(
    "sentence",
    [
        "Did the Harbour Office pay 5 million crowns to Ada Moss?",
        "The Leith Gazette said of the 5 million crowns in 2015:",
        "Subscribe to the Leith Gazette for only 5 crowns in 2016.",
        "Leith Gazette, Harbour Office, by Ada Moss, May 2015",
        "Ada Moss paid.",
        "Moss " * 91 + "paid.",
    ],
)
def test_what_states_nothing_alone_is_never_taken(sentence: str) -> None:
    assert score(sentence) < 0


def test_a_sentence_that_leans_on_another_scores_less_than_one_that_stands_alone() -> None:
    assert score("This caused the Leith council to sell 5 ferries.") < score(
        "Salt caused the Leith council to sell 5 ferries."
    )
    assert score("It was Moss who said that Leith sold 5 ferries.") > score(
        "It later said to Moss of Leith: sold 5 ferries."
    )


def test_the_best_are_kept_when_there_are_too_many_and_no_sentence_comes_twice() -> None:
    texts = [f"In {1900 + n} the Harbour Office of Leith bought a ferry." for n in range(60)]
    texts += ["In 2015 the Harbour Office paid 5 million crowns to Moss because the Leith Gazette said so."] * 2
    source = Source(id="S1", role=Role.ARTICLE, title="The ferry")
    made = document(source, Extract(None, None, None, None, None, tuple(map(Block, texts))))
    claims = find_claims("S1", made.passages, most=10)
    assert [claim.number for claim in claims] == [f"C{n:02}" for n in range(1, 11)]
    assert [claim.text for claim in claims].count(texts[-1]) == 1


def test_an_article_without_statements_has_no_claims() -> None:
    assert find_claims("S1", ()) == ()
    assert score("It is a nice place to be on a long day.") < ENOUGH


@pytest.mark.shared
def test_most_claims_of_the_first_article_are_met_by_a_sentence_of_their_paragraphs(shared: Path) -> None:
    corpus = json.loads((shared / "corpus" / "claims.json").read_text(encoding="utf-8"))
    raw = (shared / corpus["article"]["seed"]).read_text(encoding="utf-8")
    digest = next(d for d in seed.load_folder(ROOT / "seeds") if d.source.id == "A01")
    claims = find_claims("A01", article.bind(raw, digest).passages)
    met = {claim.locators[0].body_paragraph for claim in claims}
    hits = [c["id"] for c in corpus["claims"] if met & {place.get("body_para") for place in c["locators"]}]
    assert len(claims) <= 40
    assert None not in met
    assert len(hits) >= 32, hits
