"""The article's allegations, asserted and denied in the bot's own voice, beside the same told as somebody's words.

The sentences (voices.jsonl) are ours, written as models write them, about the first article and the starter notes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from retrieval.answer.draft import Draft
from retrieval.answer.gate import Gate
from retrieval.ingest.seed import load_folder
from retrieval.seeding import SEEDS
from retrieval.types import Answer, Citation, Document, Locator, Passage, Stance
from tests.retrieval.writing.story import sentence

FILE = Path(__file__).with_name("voices.jsonl")
ARTICLE = "A01"
STANCES = {"A": Stance.SUPPORTS, "O": Stance.REFUTES, "S": Stance.SUPPORTS, "N": Stance.NEUTRAL}
LOST = 3
"""Attributed sentences that may be dropped: a good sentence lost costs a line."""


@dataclass(frozen=True)
class Cited:
    """A citation with the passage it is cut from."""

    citation: Citation
    passage: Passage


def rows(voice: str) -> list[dict[str, Any]]:
    """The sentences of one voice."""
    found = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return [row for row in found if row["voice"] == voice]


@cache
def documents() -> Mapping[str, Document]:
    """The starter sources by id."""
    return {document.source.id: document for document in load_folder(SEEDS)}


def cited(place: str, number: int) -> Cited:
    """What "C23" (a claim of the article) or "O R31 3" (a note's third statement, as opposing) stands for."""
    side, *rest = place.split()
    if rest:
        document = documents()[rest[0]]
        passage = document.passages[int(rest[1]) - 1]
    else:
        side, document = "A", documents()[ARTICLE]
        text = next(claim.text for claim in document.claims if claim.number == place)
        passage = next(passage for passage in document.passages if text in passage.text)
    origin, end = document.source, passage.start + len(passage.text)
    return Cited(
        Citation(
            f"{side}{number}", origin, passage.id, passage.text, passage.start, end, Locator(None, None), 0.9,
            STANCES[side], 0.9,
        ),
        passage,
    )  # fmt: skip


def reason(row: Mapping[str, Any]) -> str | None:
    """Why the gate drops a sentence, or None if it keeps it."""
    found = [cited(place, number) for number, place in enumerate(row["cites"], 1)]
    article = documents()[ARTICLE]
    claim = next((one for one in article.claims if one.number == row["cites"][0]), None)
    answer = replace(
        Answer("a", "?", claim, article.source),
        said=tuple(one.citation for one in found if one.citation.label[0] == "A"),
        opposing=tuple(one.citation for one in found if one.citation.label[0] == "O"),
        supporting=tuple(one.citation for one in found if one.citation.label[0] == "S"),
        context=tuple(one.citation for one in found if one.citation.label[0] == "N"),
    )
    gate = Gate(answer, {one.passage.id: one.passage for one in found})
    quotes = [(one.citation.label, " ".join(one.passage.text.split()[:12])) for one in found]
    gated = gate.check(Draft.model_validate({"sentences": [sentence(row["text"], *quotes)]}))
    return gated.dropped[0][1] if gated.dropped else None


def shown(lost: Sequence[tuple[str, str | None]]) -> str:
    return "\n".join(f"{why}: {text}" for text, why in lost)


def test_the_set_is_large_and_of_many_ways() -> None:
    own, attributed = rows("own"), rows("attributed")
    assert (len(own) >= 60, len(attributed) >= 60) == (True, True)
    assert {"asserts", "denies", "verdict", "vouches", "half attributed", "hedged"} <= {row["way"] for row in own}
    texts = [row["text"] for row in own + attributed]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("row", rows("own"), ids=lambda row: row["text"][:60])
def test_what_is_said_in_our_own_voice_is_caught(row: Mapping[str, Any]) -> None:
    assert reason(row) is not None


def test_hardly_anything_that_is_attributed_is_lost() -> None:
    judged = [(row["text"], reason(row)) for row in rows("attributed")]
    lost = [(text, why) for text, why in judged if why]
    assert len(lost) <= LOST, shown(lost)
