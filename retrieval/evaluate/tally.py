"""The scores of a question set, added up and told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from retrieval.evaluate.questions import Score
from retrieval.evaluate.report import markdown_table, number


@dataclass(frozen=True, slots=True)
class Tally:
    """Shares over some questions; None where no question has gold for it."""

    questions: int
    article_hit_3: float | None
    opposing_hit_5: float | None
    supporting_hit_5: float | None
    opposing_shown: int
    wrong_side_strict: float | None
    """Share of the opposing citations that the set does not list as refuting."""
    wrong_side_lenient: float | None
    """Share of them that the set lists as supporting or qualifying."""
    opposing_read: int
    """Opposing citations that two readers looked at."""
    wrong_side_read: float | None
    """Share of those that they do not find to oppose."""
    abstained_unanswerable: float | None
    abstained_falsely: float | None
    unverified_quotes: int
    median_ms: float


def tally(scores: Sequence[Score]) -> Tally:
    """Add up."""
    shown, read = sum(one.shown for one in scores), sum(one.read for one in scores)
    return Tally(
        questions=len(scores),
        article_hit_3=_share(one.article for one in scores),
        opposing_hit_5=_share(one.opposing for one in scores),
        supporting_hit_5=_share(one.supporting for one in scores),
        opposing_shown=shown,
        wrong_side_strict=sum(one.wrong_strict for one in scores) / shown if shown else None,
        wrong_side_lenient=sum(one.wrong_lenient for one in scores) / shown if shown else None,
        opposing_read=read,
        wrong_side_read=sum(one.wrong_read for one in scores) / read if read else None,
        abstained_unanswerable=_share(one.abstained for one in scores if not one.gold.answerable),
        abstained_falsely=_share(one.abstained for one in scores if one.gold.answerable),
        unverified_quotes=sum(one.unverified for one in scores),
        median_ms=median(one.elapsed_ms for one in scores) if scores else 0.0,
    )


def by_category(scores: Sequence[Score]) -> dict[str, Tally]:
    """A tally of each category, in order of appearance."""
    categories = dict.fromkeys(one.gold.category for one in scores)
    return {name: tally([one for one in scores if one.gold.category == name]) for name in categories}


def misses(scores: Sequence[Score]) -> list[str]:
    """One line for each question that lost something."""
    lines = []
    for one in scores:
        lost = [name for name, hit in _parts(one).items() if hit is False]
        if one.wrong_strict:
            lost.append(f"{one.wrong_strict} of {one.shown} shown as opposing are not listed as refuting")
        if lost:
            lines.append(f"{one.gold.id} [{one.gold.category}] {one.gold.question} — {'; '.join(lost)}")
    return lines


def _parts(one: Score) -> dict[str, bool | None]:
    if one.abstained and one.gold.answerable:
        return {"abstained falsely": False}
    return {
        "should have abstained": None if one.gold.answerable else one.abstained,
        "article missed": one.article,
        "opposing missed": one.opposing,
        "supporting missed": one.supporting,
        "quote not verified": one.unverified == 0,
    }


def _share(values: Iterable[bool | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def questions_table(scores: Sequence[Score]) -> str:
    """One row a category and one for all."""
    return tallies_table({**by_category(scores), "all": tally(scores)})


def tallies_table(tallies: Mapping[str, Tally]) -> str:
    """One row a name."""
    header = ["questions", "n", "article hit@3", "opposing hit@5", "supporting hit@5", "opposing shown", "not listed"]
    header += [
        "other side or context",
        "read",
        "read as not opposing",
        "abstains rightly",
        "falsely",
        "unverified",
        "median ms",
    ]
    return markdown_table(header, [_row(name, one) for name, one in tallies.items()])


def _row(name: str, one: Tally) -> list[str]:
    return [
        name,
        str(one.questions),
        number(one.article_hit_3, 2),
        number(one.opposing_hit_5, 2),
        number(one.supporting_hit_5, 2),
        str(one.opposing_shown),
        number(one.wrong_side_strict, 2),
        number(one.wrong_side_lenient, 2),
        str(one.opposing_read),
        number(one.wrong_side_read, 2),
        number(one.abstained_unanswerable, 2),
        number(one.abstained_falsely, 2),
        str(one.unverified_quotes),
        number(one.median_ms, 0),
    ]
