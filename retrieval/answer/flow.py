"""From a question to an answer: read, match, search, judge, divide, cite, compose. One call each, no callbacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

import numpy as np

from retrieval.answer.abstain import Grounds, Said, abstention
from retrieval.answer.conclude import Concluder
from retrieval.answer.quotes import QuotePicker
from retrieval.answer.weighed import Asked, Weighed
from retrieval.errors import NotFound
from retrieval.rank.articles import Articles
from retrieval.rank.counter import counter_queries
from retrieval.rank.interfaces import Embedder, Judge, Vectors
from retrieval.rank.judge import Thresholds
from retrieval.rank.match import ArticleView, Match, match
from retrieval.rank.question import Question, corrected, read
from retrieval.rank.score import DEFAULT_WEIGHTS, Weights
from retrieval.rank.search import Candidate, Found, as_vector, references, visible
from retrieval.rank.words import overlap, rarity, terms
from retrieval.store.shelf import Shelf
from retrieval.types import (
    Answer,
    Claim,
    Made,
    Verdict,
)

NEAR_TEXTS = 5
"""Texts of the article in which a statement is looked for."""


Watch = Callable[[str, Weighed], None]
"""Told what each answer, named by its id, was made from."""


def ignore(answer: str, weighed: Weighed) -> None:
    """A `Watch` for when nobody watches."""


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
        watch: Watch = ignore,
    ) -> None:
        """``known_word`` tells common words of the language, which are no misspellings."""
        self._watch = watch
        self._shelf, self._embedder, self._judge = shelf, embedder, judge
        self._known_word = known_word
        self._articles = Articles(shelf, embedder)
        self._concluder = Concluder(shelf.records, QuotePicker(embedder, judge), thresholds, weights)

    def answer(self, text: str, space: str, article: str | None = None) -> Answer:
        """The answer, or the reason why there is none.

        Args:
            text: the question as a person asked it.
            space: whose sources to look in, beside the seeds.
            article: id of the article meant; by default the visible one that fits best.

        Raises:
            NotFound: no such article is visible.
        """
        return self.conclude(self.weigh(self.understand(text, space, article)))

    def understand(self, text: str, space: str, article: str | None = None, start: float | None = None) -> Asked:
        """What is asked, and about which claim; ``start`` (`time.perf_counter`) is when the person asked, if not now.

        Raises:
            NotFound: no such article is visible.
        """
        start = perf_counter() if start is None else start
        spaces = visible(space)
        views = self._articles.views(spaces, article)
        question = self._read(text, views)
        vector = as_vector(self._embedder.embed_queries([question.core]))
        return Asked(question, vector, match(question, vector, views), spaces, start)

    def weigh(self, asked: Asked, hunted: Sequence[str] | None = None) -> Weighed:
        """The candidates with the judge's verdicts, or the reason to decline.

        Args:
            asked: what is asked.
            hunted: counter-queries; by default those of the templates.
        """
        found = self._found(asked, hunted)
        grounds = self._grounds(asked.question, asked.vector, asked.matched, found.candidates)
        kind = abstention(grounds)
        verdicts = [] if kind else self._verdicts(asked.claims, found.candidates, asked.question)
        return Weighed(asked, found, grounds.similarity, tuple(verdicts), kind)

    def conclude(self, weighed: Weighed) -> Answer:
        """The answer, cited and composed."""
        answer = self._concluder.answer(weighed)
        elapsed = round((perf_counter() - weighed.asked.start) * 1000)
        self._watch(answer.id, weighed)
        made = Made(weighed.found.embedder, self._judge.id)
        return replace(answer, notice=weighed.found.notice, elapsed_ms=elapsed, made=made)

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

    def _found(self, asked: Asked, hunted: Sequence[str] | None) -> Found:
        looked = []
        if asked.matched:
            view = asked.matched.article
            looked = [(claim.text, view.claim_vectors[view.claims.index(claim)]) for claim in asked.matched.about]
        if hunted is None:
            hunted = [query for text, _ in looked for query in counter_queries(text)]
        against = list(zip(hunted, self._embedder.embed_queries(list(hunted)), strict=True)) if hunted else []
        return references(self._shelf, [*looked, (asked.question.core, asked.vector)], asked.spaces, hunted=against)

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

    def _verdicts(
        self, claims: Sequence[Claim | None], candidates: Sequence[Candidate], question: Question
    ) -> list[list[tuple[Claim | None, Verdict]]]:
        """For each candidate, each claim with the verdict toward it; toward the question where there is no claim."""
        texts = [claim.text if claim else question.core for claim in claims]
        found = iter(self._judge.judge([(text, item.passage.text) for item in candidates for text in texts]))
        return [[(claim, next(found)) for claim in claims] for _ in candidates]
