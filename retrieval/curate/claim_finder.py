"""Claims of a newly added article: listed by a chat model where there is one, else the sentences worth checking.

The model's claims are kept as far as they hold: each is tied to the passages in which a quote of it was found character
for character (`retrieval.answer.quote`), brings no figure, name or topic that these do not have, is harmless, and names
who said it where the article does. What the model fails on is read by the scorer (`retrieval.ingest.claims`).
Moderators edit the result either way.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel, Field

from retrieval.answer.grounded import strange
from retrieval.answer.harmless import harm, unstyled
from retrieval.answer.quote import Span, find, substance
from retrieval.answer.voice import reported
from retrieval.chat.asker import Asker
from retrieval.chat.deadline import Clock, Deadline
from retrieval.chat.errand import Errands, Watch, ignore
from retrieval.chat.estimate import tokens
from retrieval.chat.faults import Fault
from retrieval.ingest.claims import MOST, find_claims
from retrieval.ingest.ids import claim_id
from retrieval.ingest.sentences import sentences
from retrieval.types import Claim, Document, Locator, Passage, Role

SECONDS = 60.0
"""For a whole article: a moderator waits for the preview."""
REPLY = 900
"""Tokens set aside for a reply."""
READ = 1_600
"""Tokens of paragraphs in one call: with rules and reply they fit in 4,096, Ollama's default."""
CALLS = 8
"""Calls for one article, some 10,000 words; the scorer reads the rest."""
SHORTEST, LONGEST = 15, 360
"""Characters of a claim."""
LEAST_QUOTED = 12
"""Letters and digits that a quote must have to tie a claim to a passage."""
_TOLD = re.compile(
    r"\b(?:said|says|saying|told|tells|according to|claim(?:s|ed|ing)|alleg(?:es|ed|ing)|stated|wrote|writes|"
    r"argu(?:es|ed)|den(?:ies|ied)|announced|testified|admitted|insist(?:s|ed)|reported that|estimat(?:es|ed))\b",
    re.IGNORECASE,
)
"""In a sentence of an article: these are somebody else's words."""

_log = logging.getLogger(__name__)


class FoundQuote(BaseModel):
    """Words of one paragraph."""

    label: str = Field(description="Label of the paragraph, such as P1.")
    quote: str = Field(description="Words copied exactly from that paragraph.")


class FoundClaim(BaseModel):
    """A statement and where the article makes it."""

    text: str = Field(description="One sentence that is understood without the article.")
    quotes: list[FoundQuote] = Field(description="The words that make the claim.")


class FoundClaims(BaseModel):
    """The statements worth checking in some paragraphs."""

    claims: list[FoundClaim]


@dataclass(frozen=True, slots=True)
class Tied:
    """A claim's words with the passages that make it, in reading order; ``place`` is where its first quote stands."""

    text: str
    passages: tuple[Passage, ...]
    place: tuple[int, int]
    """The first passage's ordinal and the offset in it."""


class ClaimFinder:
    """Finds the claims of articles; any number of threads may call it."""

    def __init__(
        self,
        asker: Asker | None = None,
        *,
        seconds: float = SECONDS,
        clock: Clock = time.monotonic,
        watch: Watch = ignore,
    ) -> None:
        """``asker`` is the model, None for the scorer alone; ``clock`` is the one that its ladder has."""
        self._errands = Errands(asker, "claims", FoundClaims, REPLY, watch) if asker else None
        self._seconds, self._clock = seconds, clock

    def find(self, document: Document, space: str) -> tuple[Claim, ...]:
        """The claims of an article, numbered C01, C02, … in reading order, `MOST` at most.

        Args:
            document: the article; the claims it has already are not looked at.
            space: who adds it, and pays.
        """
        source = document.source.id
        ours = find_claims(source, document.passages)
        if self._errands is None:
            return ours
        deadline = Deadline(self._clock, self._seconds)
        parts = list(batches(body(document.passages)))
        tied = [
            claim
            for number, part in enumerate(parts)
            for claim in self._of(source, part, space, deadline, share(number, len(parts)), ask=number < CALLS)
        ]
        return numbered(source, tied) or ours

    def listed(self, document: Document, space: str) -> Document:
        """The document with the claims that ``find`` gives, if it is an article whose claims nobody wrote down.

        Args:
            document: as it was read; claims of a digest, or carried over from an earlier version, stay.
            space: who adds it, and pays.
        """
        if document.source.role is not Role.ARTICLE or self._errands is None:
            return document
        ours = find_claims(document.source.id, document.passages)
        if [claim.text for claim in document.claims] != [claim.text for claim in ours]:
            return document
        return replace(document, claims=self.find(document, space))

    def _of(
        self, source: str, batch: Sequence[Passage], space: str, deadline: Deadline, most: int, *, ask: bool
    ) -> list[Tied]:
        """The claims of some passages: the model's, or the scorer's when there are none of the model to be had."""
        if self._errands and ask:
            labels = {f"P{number}": passage for number, passage in enumerate(batch, 1)}
            try:
                found = self._errands.send([(label, item.text) for label, item in labels.items()], space, deadline)
            except Fault as fault:
                _log.info("claims of %s are found by the scorer: %s", source, fault)
            else:
                return [claim for item in found.claims if (claim := held(item, labels))][:most]
        by_id = {passage.id: passage for passage in batch}
        return [scored(claim, by_id[claim.passages[0]]) for claim in find_claims(source, batch, most)]


def share(number: int, parts: int) -> int:
    """How many claims part ``number`` (from 0) of an article may list, so that its beginning does not take them all."""
    return MOST * (number + 1) // parts - MOST * number // parts


def body(passages: Sequence[Passage]) -> list[Passage]:
    """The passages of the text itself, without header and footer where these are told apart."""
    numbered = [passage for passage in passages if passage.body_paragraph is not None]
    return numbered or list(passages)


def batches(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    """Passages in groups of at most `READ` tokens; a longer one stands alone."""
    batch: list[Passage] = []
    size = 0
    for passage in passages:
        length = tokens(passage.text)
        if batch and size + length > READ:
            yield batch
            batch, size = [], 0
        batch.append(passage)
        size += length
    if batch:
        yield batch


def held(found: FoundClaim, labels: dict[str, Passage]) -> Tied | None:
    """The claim as far as it holds, or None.

    Args:
        found: as the model gave it.
        labels: the passages that the model was shown.
    """
    text = unstyled(" ".join(found.text.split()))
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    spans = [
        (labels[label], span)
        for quote in found.quotes
        if (label := quote.label.strip().upper()) in labels and (span := quoted(quote.quote, labels[label]))
    ]
    if not spans or not SHORTEST <= len(text) <= LONGEST or harm(text) or len(sentences(text)) != 1:
        return None
    passages = sorted({item.id: item for item, _ in spans}.values(), key=lambda item: item.ordinal)
    if strange(text, [item.text for item in passages], [item.text for item in labels.values()]):
        return None
    if any(_TOLD.search(sentence_of(item, span)) for item, span in spans) and not reported(text):
        return None
    place = min((item.ordinal, span[0]) for item, span in spans)
    return Tied(text, tuple(passages), place)


def quoted(words: str, passage: Passage) -> Span | None:
    """Where a quote stands in a passage, if it does and says enough."""
    return find(words, passage.text) if substance(words) >= LEAST_QUOTED else None


def sentence_of(passage: Passage, span: Span) -> str:
    """The sentences of a passage that hold a span."""
    pieces = [piece for piece in sentences(passage.text) if piece[0] < span[1] and span[0] < piece[1]]
    return passage.text[pieces[0][0] : pieces[-1][1]] if pieces else passage.text


def scored(claim: Claim, passage: Passage) -> Tied:
    """A claim of the scorer's, which is a sentence of its passage."""
    return Tied(claim.text, (passage,), (passage.ordinal, max(0, passage.text.find(claim.text))))


def numbered(source: str, tied: Sequence[Tied]) -> tuple[Claim, ...]:
    """The claims in reading order, each once."""
    once = {claim.text.casefold(): claim for claim in reversed(tied)}
    ordered = sorted(once.values(), key=lambda claim: claim.place)
    return tuple(_claim(source, f"C{number:02}", claim) for number, claim in enumerate(ordered, 1))


def _claim(source: str, label: str, tied: Tied) -> Claim:
    places = tuple(Locator(item.heading, item.paragraph, item.body_paragraph, item.page) for item in tied.passages)
    passages = tuple(item.id for item in tied.passages)
    return Claim(claim_id(source, label), source, label, tied.text, locators=places, passages=passages)
