"""From a question to an answer: read, match, search, judge, divide, cite, compose. One call each, no callbacks."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from retrieval.answer.abstain import Grounds, Said, abstention
from retrieval.answer.cite import cite
from retrieval.answer.compose import abstention_reason, compose
from retrieval.answer.quotes import QuotePicker
from retrieval.errors import NotFound
from retrieval.rank.articles import Articles
from retrieval.rank.interfaces import Embedder, Judge, Vectors
from retrieval.rank.judge import Thresholds
from retrieval.rank.match import ArticleView, Match, match
from retrieval.rank.question import Question, corrected, read
from retrieval.rank.score import DEFAULT_WEIGHTS, Weights
from retrieval.rank.search import Candidate, as_vector, references, visible
from retrieval.rank.sides import Judged, divide
from retrieval.rank.words import overlap, rarity, terms
from retrieval.store.shelf import Shelf
from retrieval.types import Abstention, Answer, Citation, Claim, Evidence, Passage, Receipt, Role, Stance, Verdict

SAID = 3
"""Article passages quoted."""
CONTEXT = 4
"""Related passages shown."""
NEARBY_FROM = 0.5
"""Similarity to the question from which a reference is shown although the article makes no such claim."""
NEAR_TEXTS = 5
"""Texts of the article in which a statement is looked for."""
NEAREST = 3
"""Claims offered with an abstention."""


class Answerer:
    """Answers questions without a chat model; any number of threads may call it."""

    def __init__(
        self,
        shelf: Shelf,
        embedder: Embedder,
        judge: Judge,
        thresholds: Thresholds,
        *,
        known_word: Callable[[str], bool],
        weights: Weights = DEFAULT_WEIGHTS,
    ) -> None:
        """``known_word`` tells common words of the language, which are no misspellings."""
        self._shelf, self._embedder, self._judge = shelf, embedder, judge
        self._thresholds, self._weights, self._known_word = thresholds, weights, known_word
        self._articles = Articles(shelf, embedder)
        self._quotes = QuotePicker(embedder)

    def answer(self, text: str, space: str, article: str | None = None) -> Answer:
        """The answer, or the reason why there is none.

        Args:
            text: the question as a person asked it.
            space: whose sources to look in, beside the seeds.
            article: id of the article meant; by default the visible one that fits best.

        Raises:
            NotFound: no such article is visible.
        """
        start = perf_counter()
        spaces = visible(space)
        views = self._articles.views(spaces, article)
        question = self._read(text, views)
        vector = as_vector(self._embedder.embed_queries([question.core]))
        matched = match(question, vector, views)
        candidates = self._candidates(question, vector, matched, spaces)
        kind = abstention(self._grounds(question, vector, matched, candidates))
        answer = (
            self._declined(question, matched, candidates, spaces, kind)
            if kind
            else self._answered(question, matched, candidates, spaces)
        )
        return replace(answer, elapsed_ms=round((perf_counter() - start) * 1000))

    def _read(self, text: str, views: Sequence[ArticleView]) -> Question:
        question = read(text)
        known = [claim.text for view in views for claim in view.claims]
        known += [passage.text for view in views for passage in view.passages]
        return self._named(corrected(question, known, self._known_word), views)

    def _named(self, question: Question, views: Sequence[ArticleView]) -> Question:
        """A question that names a claim by its number and says nothing else is searched with the claim's words."""
        if question.number is None:
            return question
        claim = next((c for view in views for c in view.claims if c.number == question.number), None)
        if claim is None:
            raise NotFound(f"There is no claim {question.number} here; the list of claims shows the numbers.")
        bare = all(term.isdecimal() or term == question.number.casefold() for term in terms(question.core))
        return replace(question, core=claim.text) if bare else question

    def _candidates(
        self, question: Question, vector: Vectors, matched: Match | None, spaces: Collection[str]
    ) -> list[Candidate]:
        asked = []
        if matched:
            view = matched.article
            asked = [(claim.text, view.claim_vectors[view.claims.index(claim)]) for claim in matched.about]
        return references(self._shelf, [*asked, (question.core, vector)], spaces)

    def _grounds(
        self, question: Question, vector: Vectors, matched: Match | None, candidates: Sequence[Candidate]
    ) -> Grounds:
        similar = [item.to_question for item in candidates]
        if matched:
            similar += [float(np.max(rows @ vector)) for rows in matched.article.vectors if len(rows)]
        return Grounds(question, matched, max(similar, default=0.0), candidates, self._stated(question, matched))

    def _stated(self, question: Question, matched: Match | None) -> list[Said] | None:
        """The article's texts nearest to what the question says it says, judged; None if it does not ask that."""
        if question.stated is None or matched is None:
            return None
        texts = [claim.text for claim, _ in matched.claims] + [passage.text for passage, _ in matched.passages]
        weights, wanted = rarity(texts), terms(question.stated)
        words = sorted(((overlap(wanted, terms(text), weights), text) for text in texts), reverse=True)[:NEAR_TEXTS]
        verdicts = self._judge.judge([(question.stated, text) for _, text in words])
        return [Said(share, verdict) for (share, _), verdict in zip(words, verdicts, strict=True)]

    def _answered(
        self,
        question: Question,
        matched: Match | None,
        candidates: Sequence[Candidate],
        spaces: Collection[str],
    ) -> Answer:
        claims: tuple[Claim | None, ...] = (matched.about if matched else ()) or (None,)
        claim = claims[0]
        article = matched.article.source if matched else None
        about = claim.text if claim else question.core
        verdicts = self._verdicts(claims, candidates, question)
        sides = divide(candidates, verdicts, self._thresholds, self._weights)
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

    def _declined(
        self,
        question: Question,
        matched: Match | None,
        candidates: Sequence[Candidate],
        spaces: Collection[str],
        kind: Abstention,
    ) -> Answer:
        article = matched.article.source if matched else None
        offer = () if kind is Abstention.OFF_TOPIC or matched is None else matched.claims[:NEAREST]
        nearest = tuple(claim for claim, _ in offer)
        reason = abstention_reason(kind, article, nearest)
        date = article.date if article else None
        nearby = self._nearby(candidates, question) if kind is Abstention.NOT_CLAIMED else []
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

    def _verdicts(
        self, claims: Sequence[Claim | None], candidates: Sequence[Candidate], question: Question
    ) -> list[list[tuple[Claim | None, Verdict]]]:
        """For each candidate, each claim with the verdict toward it; toward the question where there is no claim."""
        texts = [claim.text if claim else question.core for claim in claims]
        found = iter(self._judge.judge([(text, item.passage.text) for item in candidates for text in texts]))
        return [[(claim, next(found)) for claim in claims] for _ in candidates]

    def _evidence(self, judged: Sequence[Judged], about: str, claim: Claim | None) -> list[Evidence]:
        spans = self._quotes.pick([item.candidate.passage for item in judged], about)
        return [
            Evidence(
                item.candidate.passage,
                item.candidate.source,
                item.verdict.relevance,
                item.stance,
                item.probability,
                *span,
                claim=item.claim.number if item.claim and item.claim != claim else None,
            )
            for item, span in zip(judged, spans, strict=True)
        ]

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
        return {passage.id: passage for passage in self._shelf.records.passages.by_ids(passages, spaces)}

    def _receipt(
        self, spaces: Collection[str], opposing: Sequence[Citation], supporting: Sequence[Citation], dropped: int
    ) -> Receipt:
        seen = self._shelf.records.sources.counts(spaces, Role.REFERENCE)
        return Receipt(seen.sources, seen.passages, len(opposing), len(supporting), dropped)
