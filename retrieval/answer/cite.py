"""The quote gate: a citation exists only if its quote stands, character for character, in a stored passage.

No model and no earlier step is trusted: the quote is cut from the stored passage, not from what was ranked, and a
passage that is gone or reads otherwise by now is dropped and counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.types import Citation, Evidence, Locator, Passage


@dataclass(frozen=True, slots=True)
class Cited:
    """Citations that hold, and how many did not."""

    citations: tuple[Citation, ...]
    dropped: int


def cite(evidence: Sequence[Evidence], prefix: str, stored: Mapping[str, Passage], article_date: str | None) -> Cited:
    """Label the evidence that verifies against ``stored`` (passage id to passage as the records hold it now).

    Labels count from 1 without gaps: ``O1``, ``O2``, ...
    """
    held = [(item, quote) for item in evidence if (quote := verified_quote(item, stored.get(item.passage.id)))]
    citations = tuple(
        _citation(f"{prefix}{number}", item, quote, article_date) for number, (item, quote) in enumerate(held, start=1)
    )
    return Cited(citations, len(evidence) - len(held))


def verified_quote(evidence: Evidence, stored: Passage | None) -> str | None:
    """The quoted words as stored, or None if the stored passage does not hold them at that place."""
    if stored is None or not stored.start <= evidence.start < evidence.end <= stored.end:
        return None
    quote = stored.text[evidence.start - stored.start : evidence.end - stored.start]
    shown = evidence.passage.text[evidence.start - evidence.passage.start : evidence.end - evidence.passage.start]
    return quote if quote == shown and quote.strip() else None


def is_later(date: str | None, than: str | None) -> bool:
    """Whether ``date`` is surely after ``than``; both ISO 8601, perhaps shortened to a month or a year."""
    if not date or not than:
        return False
    known = min(len(date), len(than))
    return date[:known] > than[:known]


def _citation(label: str, evidence: Evidence, quote: str, article_date: str | None) -> Citation:
    passage = evidence.passage
    return Citation(
        label=label,
        source=evidence.source,
        passage=passage.id,
        quote=quote,
        start=evidence.start,
        end=evidence.end,
        locator=Locator(passage.heading, passage.paragraph, passage.body_paragraph, passage.page),
        relevance=evidence.relevance,
        stance=evidence.stance,
        probability=evidence.probability,
        later=is_later(evidence.source.date, article_date),
        claim=evidence.claim,
        second=evidence.second,
    )
