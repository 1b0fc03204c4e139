"""The judge reads each quote again: a sentence whose quote stands on the other side than its label is dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from retrieval.answer.agree import Agreement
from retrieval.answer.draft import Draft
from retrieval.answer.fallback import NOTICES
from retrieval.answer.gate import Gate, Gated
from retrieval.chat.faults import Trouble
from retrieval.rank.judge import Thresholds
from retrieval.types import Answer, Verdict
from tests.retrieval.chat.server import says, serving
from tests.retrieval.writing.story import AGAINST, CLAIM, FOR, SAID, SPACE, TEXTS, answer, draft, sentence, stored
from tests.retrieval.writing.writers import writing

THRESHOLDS = Thresholds(side=0.5, relevance=0.2)
TWO_SIDED = {"O1": f"{TEXTS['O1']} The price, it granted, was never told to anybody."}
GRANTS = ("O1", "was never told to anybody")
REASON = "the judge reads its quote as being on the other side"


class QuoteJudge:
    """Reads "announced" and "opened" as refuting, "never told" as supporting; as sure as it is told to be."""

    id = "quotes"

    def __init__(self, sure: float = 0.8) -> None:
        self.sure = sure
        self.pairs: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        self.pairs += pairs
        return [self._verdict(passage) for _, passage in pairs]

    def _verdict(self, passage: str) -> Verdict:
        rest = 1 - self.sure
        if "never told" in passage:
            return Verdict(0.0, self.sure, rest, 0.9)
        return Verdict(self.sure, 0.0, rest, 0.9) if "announced" in passage else Verdict(0.1, 0.1, 0.8, 0.9)


def check(judge: QuoteJudge, about: Answer, *sentences: dict[str, object]) -> Gated:
    gate = Gate(about, stored(TWO_SIDED), agreement=Agreement(judge, THRESHOLDS))
    return gate.check(Draft.model_validate({"sentences": list(sentences)}))


def test_a_sentence_whose_stance_disagrees_with_the_judges_on_its_quote_is_dropped() -> None:
    turned = sentence("The Gazette said that nobody was told the price, which opposes the claim.", GRANTS)
    gated = check(QuoteJudge(), answer(TWO_SIDED), AGAINST, turned, FOR)
    assert [reason for _, reason in gated.dropped] == [REASON]
    assert [kept.labels for kept in gated.kept] == [("O1",), ("S1",)]


def test_a_supporting_sentence_with_a_refuting_quote_is_dropped_too() -> None:
    texts = {"S1": f"The sale was announced, the union said. {TEXTS['S1']}"}
    said = sentence("The union said that the sale was announced.", ("S1", "The sale was announced"))
    gate = Gate(answer(texts), stored(texts), agreement=Agreement(QuoteJudge(), THRESHOLDS))
    assert gate.check(Draft.model_validate({"sentences": [said]})).dropped[0][1] == REASON


def test_only_quotes_of_evidence_on_this_claim_are_read_and_toward_the_claim() -> None:
    judge = QuoteJudge()
    check(judge, answer(TWO_SIDED), SAID, AGAINST, FOR)
    assert judge.pairs == [
        (CLAIM.text, "The sale was announced on 3 May 2016"),
        (CLAIM.text, "never told who bought the harbour"),
    ]
    base = answer(TWO_SIDED)
    other = replace(base, opposing=tuple(replace(item, claim="C09") for item in base.opposing))
    judge.pairs.clear()
    assert check(judge, other, AGAINST).dropped == ()
    assert judge.pairs == []
    assert check(judge, replace(base, claim=None), AGAINST).dropped == ()
    assert judge.pairs == []


@pytest.mark.parametrize(("sure", "dropped"), [(0.49, 0), (0.5, 1)])
def test_a_reading_below_the_threshold_is_not_acted_upon(sure: float, dropped: int) -> None:
    turned = sentence("The Gazette said that nobody was told the price, which opposes the claim.", GRANTS)
    assert len(check(QuoteJudge(sure), answer(TWO_SIDED), turned).dropped) == dropped


def test_what_disagrees_is_counted_in_the_receipt_and_may_cost_the_prose() -> None:
    turned = sentence("The Gazette said that nobody was told the price, which opposes the claim.", GRANTS)
    plays = (says(draft(SAID, AGAINST, turned, FOR)), says(draft(SAID, turned, FOR)))
    with serving(*plays) as server, writing(server, agreement=Agreement(QuoteJudge(), THRESHOLDS)) as desk:
        first, second = (desk.writer.write(answer(TWO_SIDED), stored(TWO_SIDED), SPACE) for _ in range(2))
    assert (first.mode, first.receipt.dropped) == ("model", 1)
    assert (second.mode, second.notice) == ("embedded", NOTICES[Trouble.UNFOUNDED])
