"""What no store can hold never reaches one: NUL and lone surrogates.

Each is replaced by exactly one character, so every offset into a text stays true.
"""

from __future__ import annotations

import re
from dataclasses import replace

from retrieval.types import Claim, Document, Locator, Passage, Source

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """The text with U+FFFD in place of each character that SQL or UTF-8 cannot carry; same length."""
    return _UNSTORABLE.sub("\ufffd", text)


def cleaned(text: str | None) -> str | None:
    """As ``clean``, for text that may be missing."""
    return None if text is None else clean(text)


def clean_document(document: Document) -> Document:
    """The document with every text in it cleaned."""
    return Document(
        source=_source(document.source),
        text=clean(document.text),
        passages=tuple(_passage(passage) for passage in document.passages),
        claims=tuple(_claim(claim) for claim in document.claims),
    )


def _source(source: Source) -> Source:
    return replace(
        source,
        id=clean(source.id),
        title=clean(source.title),
        author=cleaned(source.author),
        publisher=cleaned(source.publisher),
        date=cleaned(source.date),
        url=cleaned(source.url),
        kind=cleaned(source.kind),
        space=clean(source.space),
        added_by=cleaned(source.added_by),
        quality=cleaned(source.quality),
        date_note=cleaned(source.date_note),
    )


def _passage(passage: Passage) -> Passage:
    return replace(
        passage,
        id=clean(passage.id),
        source=clean(passage.source),
        text=clean(passage.text),
        heading=cleaned(passage.heading),
    )


def _claim(claim: Claim) -> Claim:
    return replace(
        claim,
        id=clean(claim.id),
        source=clean(claim.source),
        number=clean(claim.number),
        text=clean(claim.text),
        kind=cleaned(claim.kind),
        locators=tuple(_locator(locator) for locator in claim.locators),
        passages=tuple(clean(passage) for passage in claim.passages),
    )


def _locator(locator: Locator) -> Locator:
    return replace(locator, heading=cleaned(locator.heading))
