"""An article's claims as lines that a moderator edits, and back: "C01 What the article claims."."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.errors import BadInput
from retrieval.ingest.ids import claim_id
from retrieval.rank.words import overlap, rarity, terms
from retrieval.types import Claim, Document, Locator, Passage

MOST = 99
"""Claims of an article."""
LONGEST = 600
"""Characters of one claim."""
FITS = 0.2
"""Least share of a claim's words, weighted by rarity, that a passage must have to be where the claim is made."""

_NUMBERED = re.compile(
    r"(?P<letters>[A-Za-z]{1,2})(?P<digits>[0-9]{1,3})(?:\s*\([^()]*\))?(?:[\s.:)–-]+(?P<text>.*)|$)"
)


@dataclass(slots=True)
class _Wanted:
    """A claim being put together from its lines."""

    number: str
    texts: list[str]
    parts: list[Claim]
    """The claims that its words come from, or are tied to."""


def written(claims: Iterable[Claim]) -> str:
    """One claim a line, as ``edited`` reads them."""
    return "\n".join(f"{claim.number} {claim.text}" for claim in claims)


def edited(source: str, text: str, claims: Sequence[Claim], passages: Sequence[Passage]) -> tuple[Claim, ...]:
    """The claims that a text lists, in its order.

    A number that is missing is dropped; lines with one number are merged; a line without a number gets the next one.
    Words that are an earlier claim's keep its places, whatever number they have now; a new wording keeps the places of
    its number; what is new altogether is tied to the passage that shares most of its rarer words.

    Args:
        source: Id of the article.
        text: The lines; empty ones are passed over.
        claims: As they are now.
        passages: Of the article.

    Raises:
        BadInput: A line cannot be read, or is not to be found in the article; or there are too many, or none.
    """
    wanted: dict[str, _Wanted] = {}
    finder = _Finder(source, passages)
    by_text, by_number = ({getattr(claim, name): claim for claim in claims} for name in ("text", "number"))
    for at, number, words in _lines(text, claims):
        part = by_text.get(words) or by_number.get(number) or finder.find(words, at)
        entry = wanted.setdefault(number, _Wanted(number, [], []))
        entry.texts.append(words)
        entry.parts.append(part)
    if not wanted:
        raise BadInput("An article needs at least one claim; write one a line, such as “C01 What the article claims.”")
    if len(wanted) > MOST:
        raise BadInput(f"These are {len(wanted)} claims, and an article has {MOST} at most; merge or drop some.")
    return tuple(_claim(source, entry) for entry in wanted.values())


def carried(earlier: Document, passages: Sequence[Passage]) -> tuple[Claim, ...]:
    """An article's claims beside a new version of its text: those that it still makes, tied to its new passages.

    A claim stays with those of its passages that stand there unchanged; one whose passages are all gone is looked for
    by its words.
    """
    finder = _Finder(earlier.source.id, passages)
    there = {passage.text: passage for passage in reversed(passages)}
    stayed = {old.id: there[old.text] for old in earlier.passages if old.text in there}
    tied = [(claim, dict.fromkeys(stayed[old] for old in claim.passages if old in stayed)) for claim in earlier.claims]
    found = [(claim, list(kept) or finder.best(claim.text)) for claim, kept in tied]
    return tuple(
        replace(claim, locators=tuple(map(_place, kept)), passages=tuple(passage.id for passage in kept))
        for claim, kept in found
        if kept
    )


class _Finder:
    """Finds the passage of an article in which something is said."""

    def __init__(self, source: str, passages: Sequence[Passage]) -> None:
        self._source, self._passages = source, passages
        self._terms = [terms(passage.text) for passage in passages]
        self._weights = rarity([passage.text for passage in passages])

    def best(self, words: str) -> list[Passage]:
        """The passage with most of the words; none if it has not enough of them."""
        asked = terms(words)
        shares = [overlap(asked, found, self._weights) for found in self._terms]
        best = max(range(len(shares)), key=shares.__getitem__, default=None)
        return [self._passages[best]] if best is not None and shares[best] >= FITS else []

    def find(self, words: str, at: int) -> Claim:
        """A claim without a number yet, at its best passage; BadInput, with the line's number, when there is none."""
        passage = next(iter(self.best(words)), None)
        if passage is None:
            raise BadInput(f"Line {at} is not to be found in the article; say it closer to the article's own words.")
        return Claim("", self._source, "", words, locators=(_place(passage),), passages=(passage.id,))


def _place(passage: Passage) -> Locator:
    return Locator(passage.heading, passage.paragraph, passage.body_paragraph, passage.page)


def _lines(text: str, claims: Sequence[Claim]) -> Iterator[tuple[int, str, str]]:
    """Each line that says something: its place in the text, its number, its words."""
    known = [claim.number for claim in claims]
    letters = {"C", *(number.rstrip("0123456789") for number in known)}
    lines = [(at, *_divided(line, letters)) for at, line in enumerate(text.splitlines(), 1) if line.strip()]
    counted = [
        number for number in (*known, *(number for _, number, _ in lines)) if re.fullmatch(r"C\d+", number or "")
    ]
    following = max((int(number[1:]) for number in counted if number), default=0)
    for at, number, words in lines:
        if not any(character.isalpha() for character in words):
            raise BadInput(f"Line {at} has no words after its number; write the claim, or take the line out.")
        if len(words) > LONGEST:
            raise BadInput(f"Line {at} is longer than {LONGEST} characters; a claim is one sentence.")
        following += number is None
        yield at, number or f"C{following:02d}", words


def _divided(line: str, letters: Collection[str]) -> tuple[str | None, str]:
    """A line's number, as it is written everywhere ("c6" is "C06"), and its words. "G20" is a word, not a number."""
    tidy = " ".join(line.split())
    match = _NUMBERED.match(tidy)
    if match is None or match["letters"].upper() not in letters:
        return None, tidy
    return f"{match['letters'].upper()}{int(match['digits']):02d}", match["text"] or ""


def _claim(source: str, wanted: _Wanted) -> Claim:
    locators = dict.fromkeys(place for part in wanted.parts for place in part.locators)
    passages = dict.fromkeys(passage for part in wanted.parts for passage in part.passages)
    kinds = {part.kind for part in wanted.parts}
    return Claim(
        id=claim_id(source, wanted.number),
        source=source,
        number=wanted.number,
        text=" ".join(dict.fromkeys(wanted.texts)),
        kind=kinds.pop() if len(kinds) == 1 else None,
        locators=tuple(locators),
        passages=tuple(passages),
    )
