"""From a question to an answer, step by step, each on the threads that it may hold up.

What is ours (reading, searching, judging, composing) runs on a few threads; what waits for a chat model (hunting, a
second opinion, writing) on others, so that a model that hangs holds up nobody who needs none. A step of the model that
fails leaves the answer as it is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import partial
from typing import ParamSpec, TypeVar

from retrieval.answer.abstain import CLAIM_FROM
from retrieval.answer.flow import Answerer
from retrieval.answer.follow import Turn, Whole, whole
from retrieval.answer.hunt import Hunter
from retrieval.answer.made import with_errands
from retrieval.answer.resolve import Resolver
from retrieval.answer.reuse import Reuse
from retrieval.answer.second import SecondReader
from retrieval.answer.weighed import Asked, Weighed
from retrieval.answer.write import Writer
from retrieval.chat.asker import Asker
from retrieval.chat.circuit import Circuit
from retrieval.chat.deadline import Clock, Deadline
from retrieval.chat.errand import Errand, Watch, ignore
from retrieval.chat.tally import Tally
from retrieval.errors import BadInput
from retrieval.rank.counter import counter_queries
from retrieval.rank.judge import Thresholds
from retrieval.rank.search import visible
from retrieval.store.shelf import Shelf
from retrieval.types import Answer, Passage

P = ParamSpec("P")
R = TypeVar("R")

SOON = 1.0
"""Seconds that writing may take before the embedded answer is shown meanwhile."""
WRITING = "This is the plain version; the language model is writing, and its text will stand here in a moment."
Early = Callable[[Answer], Awaitable[None]]
"""Shows an answer that is about to be replaced."""
SHARE = 0.15
"""Of the seconds for a whole answer, what each step beside writing may take: writing needs most of them."""


@dataclass(frozen=True, slots=True)
class Aides:
    """What a chat model does beside writing. ``seconds`` is for a whole answer."""

    hunter: Hunter
    second: SecondReader
    resolver: Resolver
    seconds: float
    clock: Clock = time.monotonic
    tally: Tally = field(default_factory=Tally)
    """Has to watch all of them, so that each answer's record names what was asked for it."""

    @classmethod
    def of(
        cls,
        asker: Asker,
        thresholds: Thresholds,
        seconds: float,
        *,
        clock: Clock = time.monotonic,
        watch: Watch = ignore,
    ) -> Aides:
        """All of them on one model, each with a circuit of its own.

        Args:
            asker: the model, as it writes.
            thresholds: of the judge.
            seconds: for a whole answer.
            clock: the one that the asker's ladder has.
            watch: told of every piece of work.
        """
        hunter, second, resolver = (asker.aside(Circuit(clock)) for _ in range(3))
        tally = Tally(watch)
        return cls(
            Hunter(hunter, tally),
            SecondReader(second, thresholds, tally),
            Resolver(resolver, tally),
            seconds,
            clock,
            tally,
        )

    def hunted(self, asked: Asked, space: str) -> list[str]:
        """Counter-queries for the claims asked about: ours for all, the model's for the first if it is surely meant."""
        claims = [claim.text for claim in asked.claims if claim]
        ours = [query for claim in claims for query in counter_queries(claim)]
        if not claims or asked.matched is None or asked.matched.score < CLAIM_FROM:
            return ours
        return [*self.hunter.queries(claims[0], space, self._deadline()), *ours]

    def reread(self, weighed: Weighed, space: str) -> Weighed:
        """The same after a second opinion on what the judge is unsure of."""
        return self.second.read(weighed, space, self._deadline())

    def whole(self, question: str, turns: Sequence[Turn], space: str) -> Whole:
        """A follow-up made whole."""
        return self.resolver.resolve(question, turns, space, self._deadline())

    def _deadline(self) -> Deadline:
        return Deadline(self.clock, self.seconds * SHARE)


class Answering:
    """Answers questions with the embedded models and, where there is one, a chat model."""

    def __init__(
        self,
        shelf: Shelf,
        answerer: Answerer,
        ours: Executor,
        waiting: Executor,
        writer: Writer | None = None,
        aides: Aides | None = None,
        reuse: Reuse | None = None,
    ) -> None:
        """``ours`` runs what we compute, ``waiting`` what waits for a model; whoever made them ends them."""
        self._shelf, self._answerer, self._ours, self._waiting = shelf, answerer, ours, waiting
        self._writer, self._aides, self._reuse = writer, aides, reuse

    async def kept(
        self,
        question: str,
        space: str,
        article: str | None,
        start: float,
        asked: str | None = None,
        early: Early | None = None,
    ) -> Answer:
        """The answer, kept for the buttons under it; or the one that was kept when the same was asked before.

        Args:
            question: as asked, or made whole.
            space: whose sources to look in.
            article: id of the article meant, if one was named.
            start: when the person asked (`time.perf_counter`).
            asked: a follow-up in the person's own words, when ``question`` is how it was understood.
            early: shows the embedded answer when writing takes a while.

        Raises:
            BadInput: there is no question.
        """
        if not question.strip():
            raise BadInput("The question is empty; ask about something the article says.")
        reuse = self._reuse if asked is None else None
        key = await self._on(self._ours, reuse.key, question, space, article) if reuse else ""
        if reuse and (again := await self._on(self._ours, reuse.find, key, space)):
            return again
        answer = replace(await self.answer(question, space, article, start, early), asked=asked)
        await self._on(self._ours, self._shelf.records.answers.keep, answer, space)
        if reuse:
            await self._on(self._ours, reuse.remember, key, answer)
        return answer

    async def answer(
        self, question: str, space: str, article: str | None, start: float, early: Early | None = None
    ) -> Answer:
        """The answer, not kept yet.

        Args:
            question: as asked, or made whole.
            space: whose sources to look in.
            article: id of the article meant, if one was named.
            start: when the person asked (`time.perf_counter`).
            early: as in ``kept``.
        """
        asked = await self._on(self._ours, self._answerer.understand, question, space, article, start)
        hunted, errands, aides = None, list[Errand](), self._aides
        if aides:
            hunted = await self._on(self._waiting, aides.tally.noted, errands, aides.hunted, asked, space)
        weighed = await self._on(self._ours, self._answerer.weigh, asked, hunted)
        if aides:
            weighed = await self._on(self._waiting, aides.tally.noted, errands, aides.reread, weighed, space)
        answer = await self._on(self._ours, self._answerer.conclude, weighed)
        if self._writer:
            answer = with_errands(answer, self._writer.name, errands)
            answer = await self._written(self._writer, answer, space, early)
        return answer

    async def _written(self, writer: Writer, answer: Answer, space: str, early: Early | None) -> Answer:
        """The answer in the model's words; until they are there, the embedded one is kept and shown."""
        passages = await self._on(self._ours, self._cited, answer, space)
        writing = asyncio.ensure_future(self._on(self._waiting, writer.write, answer, passages, space))
        if early and not (await asyncio.wait({writing}, timeout=SOON))[0]:
            await self._on(self._ours, self._shelf.records.answers.keep, answer, space)
            await early(replace(answer, notice=WRITING))
        return await writing

    async def whole(self, question: str, turns: Sequence[Turn], space: str) -> Whole:
        """A follow-up made whole, by the model if there is one, or else by rules."""
        if self._aides is None:
            return whole(question, turns)
        return await self._on(self._waiting, self._aides.whole, question, turns, space)

    async def _on(self, where: Executor, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(where, partial(work, *args, **kwargs))

    def _cited(self, answer: Answer, space: str) -> dict[str, Passage]:
        wanted = [citation.passage for citation in answer.citations]
        return {passage.id: passage for passage in self._shelf.records.passages.by_ids(wanted, visible(space))}
