from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.answer.compose import (
    abstention_reason,
    attribution,
    compose,
    credit,
    dated,
    located,
    origin,
    receipt_line,
)
from retrieval.types import Abstention, Locator, Receipt, Role, Stance, Wording
from tests.making import citation, claim, source

ARTICLE = source(
    "A01", role=Role.ARTICLE, title="The Harbour", author="Jane Doe", date="2017-08-11", wording=Wording.DIGEST
)
CLAIM = claim("C02", "The harbour was sold in secret.")


def test_the_prose_attributes_quotes_and_keeps_the_sides_apart() -> None:
    said = [citation("A1", "They sold it in secret.", role=Role.ARTICLE)]
    against = [citation("O1", "The sale was announced.", publisher="The Gazette", date="2016")]
    text = compose(CLAIM, ARTICLE, said, against, [], [], Receipt(3, 9, 1, 0))
    article, opposing, supporting = text.split("\n\n")
    assert article == "The article (Jane Doe, 2017-08-11) says: “They sold it in secret.” [A1]."
    assert opposing == "Evidence against it. The Gazette, 2016: “The sale was announced.” [O1]."
    assert supporting == "Nothing found in the 3 sources searched clearly supports it."


def test_what_is_not_quoted_in_the_prose_is_pointed_to() -> None:
    against = [citation(f"O{number}", f"Fact {number}.", publisher="G") for number in range(1, 5)]
    text = compose(CLAIM, ARTICLE, [], against, [], [citation("N1", "Beside the point.")], Receipt(3, 9, 4, 0))
    assert "See also [O3] and [O4]." in text
    assert "Related, but neither clearly for nor against: [N1]." in text


def test_a_credit_tells_who_and_when_and_marks_what_came_after_the_article() -> None:
    assert credit(citation("O1", "x", publisher="The Gazette")) == "The Gazette, undated"
    late = citation("O1", "x", publisher="The Gazette", date="2019")
    assert credit(late) == "The Gazette, 2019"


def test_the_receipt_counts_in_words() -> None:
    assert receipt_line(Receipt(90, 1334, 4, 1)) == "Searched 90 sources, 1,334 passages: 4 oppose, 1 supports"
    assert receipt_line(Receipt(1, 1, 1, 0, dropped=2)).endswith("2 quotes left out as unverified")


def test_the_receipt_of_an_abstention_counts_no_sides() -> None:
    assert receipt_line(Receipt(89, 334, 0, 0), abstained=True) == "Searched 89 sources, 334 passages"
    assert receipt_line(Receipt(89, 334, 0, 0, dropped=1), abstained=True).endswith("; 1 quote left out as unverified")


def test_a_records_origin_and_a_citations_date_are_parts_of_its_credit() -> None:
    late = replace(citation("O1", "x", publisher="The Gazette", date="2019"), later=True)
    assert (origin(late.source), dated(late)) == ("The Gazette, 2019", "2019 (after the article)")
    assert credit(late) == "The Gazette, 2019 (after the article)"


def test_a_second_reading_that_differs_is_said_beside_the_record() -> None:
    unsure = citation("O1", "x", publisher="The Gazette", date="2016")
    agreed = replace(unsure, second=unsure.stance)
    disputed = replace(unsure, second=Stance.NEUTRAL)
    assert (unsure.disputed, agreed.disputed, disputed.disputed) == (False, False, True)
    assert credit(agreed) == "The Gazette, 2016"
    assert credit(disputed) == "The Gazette, 2016 (less sure: a second reading differs)"


def test_a_place_is_a_quoted_heading_or_plain_words_of_ours() -> None:
    assert located(Locator("The sale", 3)) == "“The sale”, paragraph 3"
    assert located(Locator("(opening, before the first heading)", 1)) == "opening, paragraph 1"
    assert located(Locator(None, None, page=4)) == "page 4"
    assert located(Locator(None, None)) == ""


def test_a_claim_about_the_piece_as_a_whole_is_not_put_into_the_articles_mouth() -> None:
    assert attribution(CLAIM) == "The article claims"
    assert attribution(claim("P01", "x")) == "About the article"


@pytest.mark.parametrize("kind", list(Abstention))
def test_every_kind_of_no_is_one_plain_sentence_and_an_offer(kind: Abstention) -> None:
    reason = abstention_reason(kind, ARTICLE, [CLAIM, claim("C05", "x")])
    assert "the article (Jane Doe, 2017-08-11)" in reason
    assert ("C02 and C05" in reason) is (kind is not Abstention.OFF_TOPIC)
