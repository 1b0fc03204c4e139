"""A small story: an article, what opposes it, what supports it, and answers as models write them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from retrieval.types import Answer, Citation, Claim, Locator, Passage, Receipt, Role, Source, Stance, Wording
from tests.making import claim, passage
from tests.making import source as any_source


def source(source_id: str, **fields: object) -> Source:
    """A source whose own words are stored."""
    return any_source(source_id, **({"wording": Wording.FULL_TEXT} | fields))


SPACE = "guild-1"
CLAIM: Claim = claim("C02", "The harbour was sold in secret.")
ARTICLE = source(
    "A01", role=Role.ARTICLE, title="The Harbour", author="Jane Doe", publisher="Coastal Eye", date="2017-08"
)
TEXTS = {
    "A1": "The council’s men sold the harbour in secret – nobody was told of the price, and nobody asked.",
    "A2": "Foreign money built the rebel fleet. The ministry armed it with 40 boats.",
    "O1": "The sale was announced on 3 May 2016. The “final price” was printed in the town’s gazette.",
    "O2": "Three bids were opened in public on 12 April 2016.",
    "S1": "Our members were never told who bought the harbour, the union said in its letter.",
    "N1": "The harbour handles 200 ships a year.",
}
SOURCES = {
    "A1": ARTICLE,
    "A2": ARTICLE,
    "O1": source("R01", publisher="The Gazette", date="2016-05"),
    "O2": source("R02", publisher="Harbour Office", date="2016"),
    "S1": source("R03", publisher="Dockers’ Union", date="2016"),
    "N1": source("R04", publisher="Port Statistics", date="2015"),
}
STANCES = {"A": Stance.SUPPORTS, "O": Stance.REFUTES, "S": Stance.SUPPORTS, "N": Stance.NEUTRAL}


def cited(label: str, text: str, origin: Source, passage_id: str) -> Citation:
    stance = STANCES[label[0]]
    return Citation(label, origin, passage_id, text, 0, len(text), Locator(None, 1), 0.9, stance, 0.9)


def stored(texts: dict[str, str] | None = None) -> dict[str, Passage]:
    """The passages of the story by id; some texts may be replaced."""
    words = TEXTS | (texts or {})
    made = (replace(passage(text, SOURCES[label].id), id=f"p-{label}") for label, text in words.items())
    return {item.id: item for item in made}


def answer(texts: dict[str, str] | None = None, without: str = "") -> Answer:
    """The embedded answer; ``without`` names sides that have no evidence."""
    words = TEXTS | (texts or {})
    sides: dict[str, tuple[Citation, ...]] = {
        side: tuple(
            cited(label, text, SOURCES[label], f"p-{label}") for label, text in words.items() if label[0] == side
        )
        for side in "AOSN"
        if side not in without
    }
    return Answer(
        id="a1",
        question="Was the harbour sold in secret?",
        claim=CLAIM,
        article=ARTICLE,
        said=sides.get("A", ()),
        opposing=sides.get("O", ()),
        supporting=sides.get("S", ()),
        context=sides.get("N", ()),
        text="The embedded answer.",
        receipt=Receipt(90, 400, 2, 1),
        elapsed_ms=5,
    )


def sentence(text: str, *cited: tuple[str, str]) -> dict[str, Any]:
    return {"text": text, "citations": [{"label": label, "quote": quote} for label, quote in cited]}


SAID = sentence("The article claims that the harbour was sold in secret.", ("A1", "sold the harbour in secret"))
AGAINST = sentence(
    "The Gazette reported that the sale was announced on 3 May 2016, which opposes the claim.",
    ("O1", "The sale was announced on 3 May 2016"),
)
FOR = sentence(
    "The union said that its members were not told who bought it.", ("S1", "never told who bought the harbour")
)
GOOD = [SAID, AGAINST, FOR]


def draft(*sentences: dict[str, Any]) -> str:
    return json.dumps({"sentences": list(sentences or GOOD)})


def marked_text(*sentences: dict[str, Any]) -> str:
    """The same as a model writes it without JSON."""
    return "\n".join(
        item["text"] + "".join(f' [{cited["label"]}: "{cited["quote"]}"]' for cited in item["citations"])
        for item in (sentences or GOOD)
    )
