"""An article's text bound to its digest: numbering, words, places, and the refusal of what does not fit."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from retrieval.errors import Refused
from retrieval.ingest import article, seed
from retrieval.ingest.article_blocks import as_text
from retrieval.ingest.extract import Block, Extract
from retrieval.types import Document, Wording
from tests.conftest import ROOT

OPENING = "(opening, before the first heading)"
DIGEST = seed.parse(f"""---
id: D1
role: article
title: The “Ferry” That Never Was
author: Ada Moss
date: 2016-03-04
---

## {OPENING}

### C01 (fact)

The ferry never ran.

- paragraph 1, body paragraph 1
- paragraph 2, body paragraph 5, under: Salt is the Mayor’s Money

### C02 (quotation)

The harbour office spoke of 5 million crowns.

- paragraph 2, body paragraph 2
- paragraph 3, body paragraph 3

## Salt is the Mayor’s Money

### C03 (interpretation)

The mayor took the money.

- paragraph 1, body paragraph 4

## Who Gains?

### C04 (interpretation)

The salt trade gains.

- paragraph 1, body paragraph 7
- all of it

## title, byline, date line

### P01 (fact)

Written by Ada Moss, first printed in the Harbour Gazette.

- all of it
- all of it, under: author note, source line
""")

TEXT = """

# The "Ferry" That Never Was

By [Ada Moss](#)

Island Reader, March 4, 2016
[Harbour Gazette](#)

Theme: [Ferries](#), [Salt](#),
[Mayors](#)

[Home](#) | [About](#)

The ferry, which **never** ran, was
paid for \\- they say.

The harbour office [said on
its site](https://example.org/a_(b)) that:

“We spent \\$5 million crowns. It was   worth it.”

Salt is the Mayor's Money


Map of the harbour, 2015

A report shows that the money went from the office to its friends and
Page 2 of 3
\f
the mayor, who bought salt. Photo: the salt is white, says nobody.

Image: the empty quay. Archive.

The ferry never ran, and the office,
\f


![quay](quay.jpg)

Leith and its mayor knew.

**SALT IS MONEY**

Salt is bought with tax money.

Who gains?

 \u00a0
Those who sell salt gain, but who are
\f
Mossmen and why?

Share this on our page

Ada Moss said so herself. They are the end.

Ada Moss, a writer in Leith, writes for the [Harbour Gazette](#).

All images are hers.

The original source of this article is [Harbour Gazette](#)
Copyright © [Ada Moss](#), 2016

Become a member

Disclaimer: The contents are the writer's own. We did not check them.
"""
TEXT = TEXT.replace("Page 2 of 3\n\f", "\n\nPage 2 of 3\n\f")


@pytest.fixture(scope="module")
def bound() -> Document:
    """The miniature article tied to its digest."""
    return article.bind(TEXT, DIGEST)


def test_paragraphs_are_numbered_and_those_cut_by_a_page_break_are_whole(bound: Document) -> None:
    body = [p for p in bound.passages if p.body_paragraph]
    assert [(p.heading, p.paragraph, p.body_paragraph, p.text) for p in body] == [
        (OPENING, 1, 1, "The ferry, which never ran, was paid for - they say."),
        (OPENING, 2, 2, "The harbour office said on its site that:"),
        (OPENING, 3, 3, "“We spent $5 million crowns. It was worth it.”"),
        (
            "Salt is the Mayor’s Money",
            1,
            4,
            (
                "A report shows that the money went from the office to its friends and the mayor, who bought salt. "
                "Photo: the salt is white, says nobody."
            ),
        ),
        ("Salt is the Mayor’s Money", 2, 5, "The ferry never ran, and the office, Leith and its mayor knew."),
        ("SALT IS MONEY", 1, 6, "Salt is bought with tax money."),
        ("Who Gains?", 1, 7, "Those who sell salt gain, but who are Mossmen and why?"),
        ("Who Gains?", 2, 8, "Ada Moss said so herself. They are the end."),
    ]


def test_every_passage_is_an_exact_span_of_clean_text(bound: Document) -> None:
    assert all(passage.text == bound.text[passage.start : passage.end] for passage in bound.passages)
    assert [passage.ordinal for passage in bound.passages] == list(range(len(bound.passages)))
    for mark in ("[", "](", "**", "\\", "quay", "Page 2", "Share", "Become", "Disclaimer", "Map of", "\f"):
        assert mark not in bound.text


def test_the_record_is_the_digests_and_the_words_are_the_articles(bound: Document) -> None:
    assert bound.source.id == DIGEST.source.id
    assert bound.source.wording is Wording.FULL_TEXT
    assert [(claim.id, claim.text, claim.locators) for claim in bound.claims] == [
        (claim.id, claim.text, claim.locators) for claim in DIGEST.claims
    ]


def test_claims_are_tied_to_the_passages_at_all_their_places(bound: Document) -> None:
    texts = {passage.id: passage.text for passage in bound.passages}
    tied = {claim.number: [texts[key] for key in claim.passages] for claim in bound.claims}
    assert [text[:9] for text in tied["C01"]] == ["The ferry", "The ferry"]
    assert [text[:9] for text in tied["C02"]] == ["The harbo", "“We spent"]
    assert [text[:9] for text in tied["C04"]] == ["Those who", "Ada Moss "]


def test_header_and_footer_are_kept_for_the_claim_that_cites_them(bound: Document) -> None:
    texts = {passage.id: passage.text for passage in bound.passages}
    header, footer = (texts[key] for key in bound.claims[-1].passages)
    assert header.split("\n") == [
        'The "Ferry" That Never Was',
        "By Ada Moss",
        "Island Reader, March 4, 2016",
        "Harbour Gazette",
        "Theme: Ferries, Salt, Mayors",
    ]
    assert footer.split("\n") == [
        "Ada Moss, a writer in Leith, writes for the Harbour Gazette.",
        "The original source of this article is Harbour Gazette",
        "Copyright © Ada Moss, 2016",
    ]


def test_header_and_footer_are_left_out_when_no_claim_cites_them() -> None:
    without = article.bind(TEXT, Document(DIGEST.source, DIGEST.text, DIGEST.passages, DIGEST.claims[:-1]))
    assert without.text.startswith("The ferry, which never ran")
    assert without.text.endswith("They are the end.")
    assert all(passage.body_paragraph for passage in without.passages)


def test_a_long_paragraph_becomes_several_passages_with_one_number() -> None:
    bound = article.bind(TEXT, DIGEST, limit=100)
    under = [p for p in bound.passages if p.body_paragraph == 4]
    assert len(under) == 2
    assert bound.claims[2].passages == tuple(p.id for p in under)


def test_line_ends_of_any_kind_give_the_same_document(bound: Document) -> None:
    assert article.bind(TEXT.replace("\n", "\r\n"), DIGEST) == bound


def test_a_list_of_contents_does_not_mislead(bound: Document) -> None:
    contents = "Salt is the Mayor's Money\n\nWho gains?\n\nThe ferry, which"
    again = article.bind(TEXT.replace("The ferry, which", contents), DIGEST)
    assert [p.text for p in again.passages if p.body_paragraph] == [p.text for p in bound.passages if p.body_paragraph]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("An entirely different text. It speaks of bread.", "the heading “Who Gains?” of its digest is not in it"),
        (TEXT.replace("Salt is the", "Bread is the"), "the heading “Salt is the Mayor’s Money” of its digest"),
        (TEXT.replace("“We spent", "\n\nIndeed.\n\n“We spent"), "number 5 of the body, but it is number 6"),
        (
            TEXT.replace("The harbour office [said on\nits site](https://example.org/a_(b)) that:", ""),
            "number 5 of the body, but it is number 4",
        ),
        (
            TEXT.split("Those who sell", maxsplit=1)[0],
            "cites paragraph 1 under “Who Gains?”, but the text has only 0 there",
        ),
        ("", "the heading “Who Gains?” of its digest is not in it"),
    ],
)
def test_a_text_that_does_not_fit_is_refused_saying_what_did_not(text: str, words: str) -> None:
    with pytest.raises(Refused) as caught:
        article.bind(text, DIGEST)
    assert str(caught.value).startswith("This is not the text of D1: ")
    assert words in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_without_headings_the_title_shows_whose_text_it_is() -> None:
    digest = seed.parse(
        f"---\nid: D2\nrole: article\ntitle: Bread\n---\n## {OPENING}\n### C01\nIt rose.\n- paragraph 1\n"
    )
    bound = article.bind("Bread\n\nIt rose.\n\nIt fell.", digest)
    assert [passage.text for passage in bound.passages] == ["It rose.", "It fell."]
    with pytest.raises(Refused, match="the title “Bread” is not in it"):
        article.bind("Salt\n\nIt rose.", digest)


def test_only_a_digest_can_be_bound() -> None:
    note = seed.parse("---\nid: N1\nrole: reference\ntitle: T\n---\n- A statement.\n")
    with pytest.raises(Refused, match="not the digest of an article"):
        article.bind(TEXT, note)


def test_an_extract_can_be_bound_through_its_text() -> None:
    blocks = (
        Block("The ferry never ran."),
        Block("They said:"),
        Block("Five million."),
        Block("He took it.", "Salt is the Mayor's Money"),
        Block("No ferry.", "Salt is the Mayor's Money"),
        Block("Salt was bought.", "Salt is the Mayor's Money"),
        Block("Salt gains.", "Who gains?"),
    )
    text = as_text(Extract('The "Ferry" That Never Was', "Ada Moss", None, None, None, blocks))
    body = [p for p in article.bind(text, DIGEST).passages if p.body_paragraph]
    assert [p.text for p in body] == [block.text for block in blocks]


@pytest.mark.parametrize("mark", ["[", "[\\\\", "![](x ", "[a](", "*a ", " #", '."', "\f", "Copyright x\n\n"])
def test_hostile_marks_take_no_longer_than_words(mark: str) -> None:
    """Each of these took minutes with a careless pattern; the size is small enough to be quick when all is well."""
    began = time.perf_counter()
    article.bind(TEXT + mark * 4000, DIGEST)
    assert time.perf_counter() - began < 5


@pytest.mark.shared
def test_the_first_article_has_its_forty_paragraphs_and_all_places(shared: Path) -> None:
    corpus = json.loads((shared / "corpus" / "claims.json").read_text(encoding="utf-8"))
    raw = (shared / corpus["article"]["seed"]).read_text(encoding="utf-8")
    digest = next(d for d in seed.load_folder(ROOT / "seeds") if d.source.id == "A01")
    bound = article.bind(raw, digest)
    body = [p for p in bound.passages if p.body_paragraph]
    assert [(p.heading, p.paragraph, p.body_paragraph) for p in body] == [
        (p["heading"], p["para"], p["body_para"]) for p in corpus["paragraphs"]
    ]
    lines = raw.split("\n")
    for passage, expected in zip(body, corpus["paragraphs"], strict=True):
        first, last = expected["lines"]
        assert passage.text.split()[0] in lines[first - 1].replace("*", "").replace("[", "")
        assert passage.text.split()[-1].strip('”“"') in lines[last - 1]
    numbers = {p.id: p.body_paragraph for p in bound.passages}
    for claim, expected in zip(bound.claims, corpus["claims"], strict=True):
        assert [numbers[key] for key in claim.passages] == [p.get("body_para") for p in expected["locators"]]
    assert all(p.text == bound.text[p.start : p.end] for p in bound.passages)
    assert not any(mark in bound.text for mark in ("](", "**", "\\", "Disclaimer", "Facebook", "\f"))
