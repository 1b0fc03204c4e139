"""The balance: what covers which claim, that nothing is judged twice, and what it warns of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from retrieval.curate.warnings import Cells, warnings
from retrieval.errors import BadInput
from retrieval.types import Role, Stance, Verdict
from tests.making import claim, source
from tests.retrieval.curate.shop import ADA, HERE, STORY, THERE, Shop

YES, NO, NEUTRAL = (Stance.SUPPORTS, 0.9), (Stance.REFUTES, 0.8), (Stance.NEUTRAL, 0.7)


class WordJudge:
    """Reads the side off a passage's first word, and calls relevant what shares a rare word with the claim."""

    id = "words"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        self.asked += pairs
        return [self._verdict(*pair) for pair in pairs]

    def _verdict(self, stated: str, passage: str) -> Verdict:
        rare = {word for word in stated.split() if len(word) > 7} & set(passage.split())
        if not rare:
            return Verdict(0.0, 0.0, 1.0, 0.0)
        sides = {"No,": (1.0, 0.0, 0.0), "Yes,": (0.0, 1.0, 0.0)}
        return Verdict(*sides.get(passage.split(maxsplit=1)[0], (0.0, 0.0, 1.0)), 1.0)


@pytest.fixture
def judge() -> WordJudge:
    return WordJudge()


@pytest.fixture
async def weighed(tmp_path: Path, judge: WordJudge) -> AsyncIterator[Shop]:
    shop = Shop(tmp_path, judge=judge)
    yield shop
    await shop.close()


async def test_each_claim_is_covered_by_what_speaks_of_it_and_nothing_is_judged_twice(
    weighed: Shop, judge: WordJudge
) -> None:
    article = await weighed.add(role=Role.ARTICLE, title="The ferry")
    against = await weighed.add("Yard log\n\nNo, lifeboats never left the yard in those years.", title="Yard log")
    other = await weighed.add("Gazette\n\nAbout lifeboats and their paint.\n\nYes, lifeboats were sold in spring.")
    await weighed.add("Weather\n\nIt rained on most days of that spring, and the wind was strong.")
    await weighed.add("Secret\n\nYes, lifeboats were sold, as we know here.", space=THERE)
    seen: list[int] = []
    balance = await weighed.curator.balance(HERE, article, watch=lambda *told: seen.append(told[1]))
    number = next(one.number for one in balance.claims if "lifeboats" in one.text)
    assert balance.cells == {
        (number, against): (Stance.REFUTES, 1.0),
        (number, other): (Stance.SUPPORTS, 1.0),
    }
    assert {one.id for one in balance.sources} == {against, other}
    assert seen == list(range(len(balance.claims)))
    judged = len(judge.asked)
    assert judged
    assert await weighed.curator.balance(HERE, article) == balance
    assert len(judge.asked) == judged
    late = await weighed.add("Ledger\n\nYes, lifeboats were paid for twice.")
    again = await weighed.curator.balance(HERE, article)
    assert again.cells[number, late] == (Stance.SUPPORTS, 1.0)
    assert {passage for _, passage in judge.asked[judged:]} == {"Yes, lifeboats were paid for twice."}


async def test_what_is_erased_leaves_no_verdict(weighed: Shop) -> None:
    article = await weighed.add(role=Role.ARTICLE)
    gone = await weighed.add("Yard log\n\nNo, lifeboats never left the yard in those years.")
    balance = await weighed.curator.balance(HERE, article)
    stated = next(one.text for one in balance.claims if "lifeboats" in one.text)
    passages = [passage.id for passage in (await weighed.library.document(gone, HERE)).passages]
    verdicts = weighed.shelf.records.verdicts
    assert verdicts.of("words", stated, passages)
    weighed.shelf.erase(gone, HERE, ADA)
    assert verdicts.of("words", stated, passages) == {}
    verdicts.keep("words", stated, {passages[0]: (gone, Verdict(1, 0, 0, 1))})
    assert verdicts.of("words", stated, passages) == {}


async def test_a_reference_has_no_balance(weighed: Shop) -> None:
    with pytest.raises(BadInput, match="no claims"):
        await weighed.curator.balance(HERE, await weighed.add(STORY))


def _warned(cells: Cells, *references: tuple[str, str | None, str | None]) -> tuple[str, ...]:
    article = source("A1", date="2015-05")
    listed = {name: source(name, publisher=publisher, date=date) for name, publisher, date in references}
    return warnings(article, [claim("C01", "one"), claim("C02", "two")], listed, cells)


def test_a_balanced_article_is_warned_of_nothing() -> None:
    cells: Cells = {("C01", "R1"): YES, ("C01", "R2"): NO, ("C02", "R2"): NEUTRAL, ("C02", "R3"): NO}
    assert _warned(cells, ("R1", "One", "2016"), ("R2", "Two", "2015"), ("R3", None, None)) == ()


def test_silence_is_told() -> None:
    assert _warned({}) == ("No reference speaks of C01 and C02.",)
    assert "No reference speaks of C02." in _warned({("C01", "R1"): YES}, ("R1", None, None))


@pytest.mark.parametrize("cell", [YES, NO, NEUTRAL])
def test_a_single_reference_is_told_as_such_and_not_as_one_side_or_one_publisher(cell: tuple[Stance, float]) -> None:
    one = ("R1", "Post", "2016")
    assert _warned({("C01", "R1"): cell, ("C02", "R1"): YES}, one) == ("Only one reference speaks of C01 and C02.",)
    assert _warned({("C02", "R1"): cell}, one) == (
        "No reference speaks of C01.",
        "Only one reference speaks of C02.",
    )


@pytest.mark.parametrize(("cell", "word"), [(YES, "supports"), (NO, "opposes")])
def test_one_side_alone_is_told(cell: tuple[Stance, float], word: str) -> None:
    cells: Cells = {("C01", "R1"): cell, ("C01", "R2"): cell, ("C01", "R3"): NEUTRAL, ("C02", "R3"): YES}
    told = _warned(cells, ("R1", "One", "2016"), ("R2", "Two", "2016"), ("R3", "Three", "2016"))
    assert told == ("Only one reference speaks of C02.", f"On C01 every reference that takes a side {word}.")


def test_one_publisher_and_older_references_are_told() -> None:
    cells: Cells = {("C01", "R1"): YES, ("C01", "R2"): NO, ("C02", "R3"): NO}
    told = _warned(cells, ("R1", "Post", "2014"), ("R2", "post ", "2015-04"), ("R3", "Other", "2015"))
    assert told == (
        "Only one reference speaks of C02.",
        "On C01 all references are from one publisher.",
        "On C01 all references are older than the article.",
        "2 of the 3 references that speak of the article are from Post.",
    )


def test_many_claims_are_counted_not_listed() -> None:
    claims = [claim(f"C{number:02}", "x") for number in range(1, 12)]
    (told,) = warnings(source("A1"), claims, {}, {})
    assert told == "No reference speaks of C01, C02, C03, C04, C05, C06, C07, C08 and 3 more."
