"""From what was found and judged to the answer: divide, pick the quotes, cite, compose."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence

from retrieval.answer.cite import cite
from retrieval.answer.compose import abstention_reason, compose
from retrieval.answer.quotes import QuotePicker, Span
from retrieval.answer.weighed import Weighed
from retrieval.rank.judge import Thresholds
from retrieval.rank.match import Match
from retrieval.rank.question import Question
from retrieval.rank.score import Weights
from retrieval.rank.search import Candidate
from retrieval.rank.sides import Judged, divide
from retrieval.store.records import Records
from retrieval.types import Abstention, Answer, Citation, Claim, Evidence, Passage, Receipt, Role, Stance

SAID = 3
"""Article passages quoted."""
CONTEXT = 4
"""Related passages shown."""
NEARBY_FROM = 0.5
"""Similarity to the question from which a reference is shown although the article makes no such claim."""
NEAREST = 3
"""Claims offered with an abstention."""


class Concluder:
    """Makes answers of what was judged; any number of threads may call it."""

    def __init__(self, records: Records, quotes: QuotePicker, thresholds: Thresholds, weights: Weights) -> None:
        """``thresholds`` and ``weights`` are the judge's."""
        self._records, self._quotes = records, quotes
        self._thresholds, self._weights = thresholds, weights

    def answer(self, weighed: Weighed) -> Answer:
        """The answer, every quote verified against the records as they are now."""
        return self._declined(weighed, weighed.kind) if weighed.kind else self._answered(weighed)

    def _answered(self, weighed: Weighed) -> Answer:
        asked, question, matched = weighed.asked, weighed.asked.question, weighed.asked.matched
        claim, spaces = asked.claims[0], asked.spaces
        article = matched.article.source if matched else None
        about = claim.text if claim else question.core
        sides = divide(weighed.found.candidates, weighed.verdicts, self._thresholds, self._weights)
        shown = [item.candidate.passage.id for item in (*sides.opposing, *sides.supporting, *sides.context)]
        shown += [passage.id for passage, _ in matched.said(SAID)] if matched else []
        stored = self._stored(shown, spaces)
        date = article.date if article else None
        said = cite(self._said(matched, about), "A", stored, date)
        against = cite(self._evidence(sides.opposing, about, claim), "O", stored, date)
        agreeing = cite(self._evidence(sides.supporting, about, claim), "S", stored, date)
        context = cite(self._evidence(sides.context[:CONTEXT], question.core, claim), "N", stored, date)
        dropped = said.dropped + against.dropped + agreeing.dropped + context.dropped
        receipt = self._receipt(spaces, against.citations, agreeing.citations, dropped)
        lists = (said.citations, against.citations, agreeing.citations, context.citations)
        return Answer(
            id=secrets.token_hex(8),
            question=question.text,
            claim=claim,
            article=article,
            said=said.citations,
            opposing=against.citations,
            supporting=agreeing.citations,
            context=context.citations,
            text=compose(claim, article, *lists, receipt),
            receipt=receipt,
        )

    def _declined(self, weighed: Weighed, kind: Abstention) -> Answer:
        question, matched, spaces = weighed.asked.question, weighed.asked.matched, weighed.asked.spaces
        article = matched.article.source if matched else None
        offer = () if kind is Abstention.OFF_TOPIC or matched is None else matched.claims[:NEAREST]
        nearest = tuple(claim for claim, _ in offer)
        reason = abstention_reason(kind, article, nearest)
        date = article.date if article else None
        nearby = self._nearby(weighed.found.candidates, question) if kind is Abstention.NOT_CLAIMED else []
        context = cite(nearby, "N", self._stored([item.passage.id for item in nearby], spaces), date)
        return Answer(
            id=secrets.token_hex(8),
            question=question.text,
            claim=None,
            article=article,
            context=context.citations,
            text=reason,
            receipt=self._receipt(spaces, (), (), context.dropped),
            abstention=kind,
            reason=reason,
            nearest=nearest,
        )

    def _said(self, matched: Match | None, about: str) -> list[Evidence]:
        if matched is None:
            return []
        said = matched.said(SAID)
        spans = self._quotes.pick([passage for passage, _ in said], about)
        return [
            Evidence(passage, matched.article.source, min(score, 1.0), Stance.SUPPORTS, 1.0, *span)
            for (passage, score), span in zip(said, spans, strict=True)
        ]

    def _evidence(self, judged: Sequence[Judged], about: str, claim: Claim | None) -> list[Evidence]:
        """The evidence of one list, whose passages are all on the same side, with the words to quote."""
        spans = self._spans(judged, about)
        return [
            Evidence(
                item.candidate.passage,
                item.candidate.source,
                item.verdict.relevance,
                item.stance,
                item.probability,
                *span,
                claim=item.claim.number if item.claim and item.claim != claim else None,
                second=item.verdict.second,
            )
            for item, span in zip(judged, spans, strict=True)
        ]

    def _spans(self, judged: Sequence[Judged], about: str) -> list[Span]:
        passages = [item.candidate.passage for item in judged]
        if not judged or judged[0].stance is Stance.NEUTRAL:
            return self._quotes.pick(passages, about)
        claims = [item.claim.text if item.claim else about for item in judged]
        return self._quotes.pick_telling(passages, about, claims, judged[0].stance)

    def _nearby(self, candidates: Sequence[Candidate], question: Question) -> list[Evidence]:
        """References close to a question that no claim of the article meets: related, on no side."""
        close = [item for item in candidates if item.to_question >= NEARBY_FROM][:CONTEXT]
        spans = self._quotes.pick([item.passage for item in close], question.core)
        return [
            Evidence(item.passage, item.source, item.to_question, Stance.NEUTRAL, 1.0, *span)
            for item, span in zip(close, spans, strict=True)
        ]

    def _stored(self, passages: Sequence[str], spaces: Collection[str]) -> Mapping[str, Passage]:
        """The passages as the records hold them now: what quotes are verified against."""
        return {passage.id: passage for passage in self._records.passages.by_ids(passages, spaces)}

    def _receipt(
        self, spaces: Collection[str], opposing: Sequence[Citation], supporting: Sequence[Citation], dropped: int
    ) -> Receipt:
        seen = self._records.sources.counts(spaces, Role.REFERENCE)
        return Receipt(seen.sources, seen.passages, len(opposing), len(supporting), dropped)
