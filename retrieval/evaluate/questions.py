"""A question set, asked end to end and scored against its gold paragraphs and statements."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.evaluate.readings import read, readings
from retrieval.evaluate.unreadable import unreadable
from retrieval.types import Answer, Citation, Stance

Ask = Callable[[str], Awaitable[Answer]]
ARTICLE_DEPTH = 3
EVIDENCE_DEPTH = 5
SHORTEST = 20
"""Characters that a quote needs before it can be told which statement it is a part of."""


@dataclass(frozen=True, slots=True)
class Place:
    """A gold paragraph of the article; ``paragraph`` is None for header and footer, which hold no paragraphs."""

    heading: str | None
    paragraph: int | None


@dataclass(frozen=True, slots=True)
class Gold:
    """One question of the set. Statements are given by their text, already tidied."""

    id: str
    question: str
    category: str
    answerable: bool
    places: tuple[Place, ...]
    statements: Mapping[str, frozenset[str]]
    """Stance (refutes, supports, qualifies) to statements, toward any gold claim."""

    def of(self, stance: str) -> frozenset[str]:
        """The statements of one stance."""
        return self.statements.get(stance, frozenset())


@dataclass(frozen=True, slots=True)
class Score:
    """What one answer got. None where the question has no gold for it."""

    gold: Gold
    abstained: bool
    article: bool | None
    opposing: bool | None
    supporting: bool | None
    shown: int
    """Opposing citations."""
    wrong_strict: int
    """Of these, not listed as refuting: supporting, qualifying or unlisted."""
    wrong_lenient: int
    """Of these, listed as supporting or qualifying and not as refuting."""
    read: int
    """Of these, looked at by two readers; see `readings`."""
    wrong_read: int
    """Of those read, not found to oppose."""
    unverified: int
    """Citations whose quote is empty or does not fit its offsets."""
    elapsed_ms: int


def read_questions(path: Path) -> list[Gold]:
    """A file such as questions.dev.json, with references.json beside it.

    Raises:
        BadInput: One of the two cannot be read.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["questions"]
        notes = json.loads((path.parent / "references.json").read_text(encoding="utf-8"))["references"]
        texts = {one["id"]: tidy(one["text"]) for note in notes for one in note["statements"]}
        return [_gold(row, texts) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise unreadable(path, error, "is no question set with references.json beside it") from error


def _gold(row: dict[str, Any], texts: Mapping[str, str]) -> Gold:
    statements: dict[str, set[str]] = {}
    for reference in row["gold_references"]:
        statements.setdefault(reference["stance"], set()).update(texts[name] for name in reference["statements"])
    return Gold(
        id=row["id"],
        question=row["question"],
        category=row["category"],
        answerable=row["answerable"],
        places=tuple(Place(place.get("heading"), place.get("para")) for place in row["gold_article"]),
        statements={stance: frozenset(found) for stance, found in statements.items()},
    )


async def measure_questions(ask: Ask, questions: Sequence[Gold]) -> list[Score]:
    """Ask each question, one after the other, and score the answers."""
    return [score(gold, await ask(gold.question)) for gold in questions]


def score(gold: Gold, answer: Answer) -> Score:
    """What an answer got."""
    refuting = gold.of(Stance.REFUTES)
    listed = gold.of(Stance.SUPPORTS) | gold.of("qualifies")
    wrong = [item for item in answer.opposing if not quotes_one_of(item.quote, refuting)]
    opposing = read(answer, readings())
    return Score(
        gold=gold,
        abstained=answer.abstained,
        article=_article_hit(gold, answer) if gold.places else None,
        opposing=_hit(answer.opposing, refuting),
        supporting=_hit(answer.supporting, gold.of(Stance.SUPPORTS)),
        shown=len(answer.opposing),
        wrong_strict=len(wrong),
        wrong_lenient=sum(quotes_one_of(item.quote, listed) for item in wrong),
        read=len(opposing),
        wrong_read=opposing.count(False),
        unverified=sum(not verified(item) for item in answer.citations),
        elapsed_ms=answer.elapsed_ms,
    )


def _article_hit(gold: Gold, answer: Answer) -> bool:
    first = answer.said[:ARTICLE_DEPTH]
    return any(at(place, citation) for place in gold.places for citation in first)


def at(place: Place, citation: Citation) -> bool:
    """Whether a citation stands at a gold place: same paragraph of the same heading, or the header or footer itself."""
    locator = citation.locator
    if locator.paragraph != place.paragraph:
        return False
    return place.paragraph is None or _same_heading(place.heading, locator.heading)


def _same_heading(gold: str | None, shown: str | None) -> bool:
    """The opening has no heading of its own: sets put a remark in brackets there, a locator may have None."""
    opening = gold is None or gold.startswith("(")
    if opening:
        return shown is None or shown.startswith("(")
    return shown is not None and tidy(gold or "") == tidy(shown)


def _hit(citations: Sequence[Citation], statements: frozenset[str]) -> bool | None:
    if not statements:
        return None
    return any(quotes_one_of(citation.quote, statements) for citation in citations[:EVIDENCE_DEPTH])


def quotes_one_of(quote: str, statements: frozenset[str]) -> bool:
    """Whether a quote is one of the statements, holds one, or is a sizeable part of one."""
    said = tidy(quote)
    if any(statement in said for statement in statements):
        return True
    return len(said) >= SHORTEST and any(said in statement for statement in statements)


def verified(citation: Citation) -> bool:
    """Whether a quote is there and as long as its offsets say; the document itself is checked by the quote gate."""
    return bool(citation.quote.strip()) and len(citation.quote) == citation.end - citation.start


def tidy(text: str) -> str:
    """One kind of quotation mark and single spaces, for comparing."""
    return " ".join(text.translate(_STRAIGHT).split())


_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
