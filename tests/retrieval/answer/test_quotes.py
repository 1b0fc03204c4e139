"""Which words of a passage are quoted."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.answer.quotes import LONGEST, READ, WHOLE, QuotePicker
from retrieval.types import Passage, Stance, Verdict
from tests.retrieval.evaluate.fakes import LetterEmbedder, WordJudge

FILLER = (
    "Meanwhile the weather stayed much as it had been in the weeks before, and nobody in the town gave it a thought."
)
NEAR = (
    "Jazz quiz, jazz quiz: the jazz quiz, everybody agreed, was indeed the jazz quiz of the year, and of all the years."
)
AGAINST = (
    "The jazz quiz was not what had been promised, said those who had paid for the jazz quiz and seen the jazz quiz."
)
ABOUT = "jazz quiz"


class CountingJudge(WordJudge):
    """Remembers what it read."""

    def __init__(self) -> None:
        self.read: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        self.read += pairs
        return super().judge(pairs)


def passage(text: str, start: int = 100) -> Passage:
    return Passage("p", "R01", 0, start, start + len(text), text)


def quoted(item: Passage, span: tuple[int, int]) -> str:
    return item.text[span[0] - item.start : span[1] - item.start]


def test_a_short_passage_is_quoted_whole_and_the_judge_reads_nothing() -> None:
    judge = CountingJudge()
    item = passage(f" {AGAINST} ")
    assert len(item.text) <= WHOLE
    (span,) = QuotePicker(LetterEmbedder(), judge).pick_telling([item], ABOUT, ["a claim"], Stance.REFUTES)
    assert quoted(item, span) == AGAINST
    assert judge.read == []


def test_of_a_long_passage_the_nearest_sentence_is_quoted() -> None:
    item = passage(f"{FILLER} {FILLER} {NEAR} {FILLER} {FILLER}")
    (span,) = QuotePicker(LetterEmbedder(), WordJudge()).pick([item], ABOUT)
    assert NEAR in quoted(item, span)
    assert len(quoted(item, span)) <= LONGEST


def test_of_a_long_passage_on_a_side_the_sentence_that_takes_it_is_quoted() -> None:
    judge = CountingJudge()
    item = passage(f"{NEAR} {FILLER} {FILLER} {FILLER} {FILLER} {AGAINST} {FILLER}")
    picker = QuotePicker(LetterEmbedder(), judge)
    assert AGAINST not in quoted(item, picker.pick([item], ABOUT)[0])
    against = picker.pick_telling([item], ABOUT, ["the claim"], Stance.REFUTES)[0]
    agreeing = picker.pick_telling([item], ABOUT, ["the claim"], Stance.SUPPORTS)[0]
    assert AGAINST in quoted(item, against)
    assert NEAR in quoted(item, agreeing)
    assert {claim for claim, _ in judge.read} == {"the claim"}
    assert len(judge.read) <= 2 * READ


def test_spans_come_in_the_order_of_the_passages() -> None:
    short, long = passage("Short.", 0), passage(f"{FILLER} {NEAR} {FILLER} {FILLER}", 50)
    spans = QuotePicker(LetterEmbedder(), WordJudge()).pick([short, long, short], ABOUT)
    assert spans[0] == spans[2] == (0, 6)
    assert spans[1][0] >= 50
    assert QuotePicker(LetterEmbedder(), WordJudge()).pick([], ABOUT) == []
