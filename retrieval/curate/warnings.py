"""What to look out for in a balance: where the references leave a reader with less than two sides, or too little."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from retrieval.types import Claim, Source, Stance

Cells = dict[tuple[str, str], tuple[Stance, float]]
"""(claim number, source id) to the stance and its probability."""

ENOUGH = 2
"""References on a claim from which it means something that they agree, or come from one publisher."""
MOST_OF_ALL = 0.5
"""Part of the covering references from which one publisher weighs too much."""
LISTED = 8
"""Claims named in a sentence."""

Covering = Sequence[tuple[Source, Stance]]


def warnings(article: Source, claims: Sequence[Claim], sources: Mapping[str, Source], cells: Cells) -> tuple[str, ...]:
    """Whole sentences, the gravest first. They tell what the judge read in the references, not what is so."""
    covering: dict[str, Covering] = {
        claim.number: [
            (sources[source], stance) for (number, source), (stance, _) in cells.items() if number == claim.number
        ]
        for claim in claims
    }

    def where(test: Callable[[Covering], bool]) -> list[str]:
        return [number for number, found in covering.items() if test(found)]

    about = (
        (where(lambda found: not found), "No reference speaks of {}."),
        (where(lambda found: len(found) == 1), "Only one reference speaks of {}."),
        (where(lambda found: _one_sided(found, Stance.REFUTES)), "On {} every reference that takes a side opposes."),
        (where(lambda found: _one_sided(found, Stance.SUPPORTS)), "On {} every reference that takes a side supports."),
        (where(_one_publisher), "On {} all references are from one publisher."),
        (where(lambda found: _all_older(found, article)), "On {} all references are older than the article."),
    )
    told = [sentence.format(_named(numbers)) for numbers, sentence in about if numbers]
    return (*told, *_much_from_one(sources.values()))


def _one_sided(found: Covering, side: Stance) -> bool:
    taken = [stance for _, stance in found if stance is not Stance.NEUTRAL]
    return len(taken) >= ENOUGH and set(taken) == {side}


def _one_publisher(found: Covering) -> bool:
    return (
        len(found) >= ENOUGH and len({_publisher(source) for source, _ in found}) == 1 and bool(_publisher(found[0][0]))
    )


def _all_older(found: Covering, article: Source) -> bool:
    return bool(found) and all(_is_older(source.date, article.date) for source, _ in found)


def _is_older(date: str | None, than: str | None) -> bool:
    """Whether a date is before another, as far as both are known: 2014 is not known to be before 2014-05."""
    if not date or not than:
        return False
    known = min(len(date), len(than))
    return date[:known] < than[:known]


def _much_from_one(sources: Collection[Source]) -> tuple[str, ...]:
    counted = Counter(publisher for source in sources if (publisher := _publisher(source)))
    publisher, count = max(counted.items(), key=lambda item: item[1], default=("", 0))
    if len(sources) <= ENOUGH or count <= MOST_OF_ALL * len(sources):
        return ()
    name = next(source.publisher for source in sources if _publisher(source) == publisher)
    return (f"{count} of the {len(sources)} references that speak of the article are from {name}.",)


def _publisher(source: Source) -> str:
    return (source.publisher or "").casefold().strip()


def _named(numbers: Sequence[str]) -> str:
    """Claims in a sentence: "C01", "C01 and C02", "C01, C02 and 30 more"."""
    shown, left = list(numbers[:LISTED]), len(numbers) - LISTED
    if left > 0:
        return f"{', '.join(shown)} and {left} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
