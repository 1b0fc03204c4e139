"""The library: the verbs that people have, and the one place that leaves the event loop.

Everything below is synchronous and runs on a few worker threads; everything above awaits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import ParamSpec, TypeVar

from retrieval.answer.flow import Answerer
from retrieval.answer.follow import Turn
from retrieval.answer.reuse import Reuse
from retrieval.answer.write import Writer
from retrieval.answering import Aides, Answering, Early
from retrieval.catalogue import Catalogue, naming
from retrieval.chat.budget import Spending
from retrieval.rank.search import visible
from retrieval.store.dense import IndexState
from retrieval.store.journal import Settings
from retrieval.store.schema import stamp
from retrieval.store.shelf import Report, Shelf
from retrieval.store.versions import Change
from retrieval.types import SHARED, Answer, Document, Source

P = ParamSpec("P")
R = TypeVar("R")

WORKERS = 4
"""Threads for questions and stores; the models use all cores by themselves, so more would only wait for each other."""
PREPARERS = 2
"""Threads that embed ahead: one is in the model while the other gets its texts ready."""
WRITERS = 16
"""Threads that wait for the chat model; apart, so that a hanging model holds up nothing else."""
Watch = Callable[[str, int, int], None]
"""Told of progress in long work: what is being done, how much of it is done, how much there is."""


class Library(Catalogue):
    """Asks, shows, adds and removes. Every verb takes the space of whoever asks, and nothing outside it is seen."""

    def __init__(
        self,
        shelf: Shelf,
        answerer: Answerer,
        writer: Writer | None = None,
        aides: Aides | None = None,
        reuse: Reuse | None = None,
    ) -> None:
        super().__init__(shelf, WORKERS)
        self._writer = writer
        # Changes wait for each other, which must not take the threads of those who ask.
        self._changes = ThreadPoolExecutor(1, thread_name_prefix="changes")
        self._ahead = ThreadPoolExecutor(PREPARERS, thread_name_prefix="ahead")
        self._writing = ThreadPoolExecutor(WRITERS, thread_name_prefix="writing")
        self._answering = Answering(shelf, answerer, self._pool, self._writing, writer, aides, reuse)

    async def reconcile(self, watch: Watch | None = None) -> Report:
        """Finish what a stop left half-way and make the index hold what the records hold; asking works meanwhile."""
        return await self._run(self._shelf.reconcile, watch)

    async def settle(self, watch: Watch | None = None) -> None:
        """Reconcile if something kept cannot be searched yet; searching is exact meanwhile, index or not.

        Enough for one question at a time. Whoever stays (the bot, a chat) calls ``reconcile``, which also checks the
        index that makes searching fast when there is much to search.
        """
        if not await self._run(lambda: self._shelf.settled):
            await self.reconcile(watch)

    @property
    def memory(self) -> Settings:
        """Small values that outlive the process, for whoever opened the library."""
        return self._shelf.records.settings

    @property
    def writing(self) -> str:
        """How answers are written, in words."""
        return self._writer.condition if self._writer else "embedded, no chat model set"

    async def spending(self, space: str = SHARED) -> Spending | None:
        """What a space used of the chat model today, and what it may use; None without a chat model."""
        return await self._run(self._writer.spending, space) if self._writer else None

    @property
    def condition(self) -> str:
        """How searching by meaning is served now, in words."""
        state = self._shelf.state
        # A reason outlives its trouble: beside an index that serves again it would only frighten.
        told = state.why if state.state is not IndexState.READY else None
        return f"index {state.state.value}" + (f" ({told})" if told else "")

    async def ask(
        self,
        question: str,
        space: str = SHARED,
        *,
        article: str | None = None,
        claim: str | None = None,
        early: Early | None = None,
    ) -> Answer:
        """Answer a question and keep the answer, so that its buttons work later.

        Args:
            question: as asked; may be empty when ``claim`` is given.
            space: the server's id, or ``SHARED``.
            article: id of the article meant.
            claim: number of the claim meant, such as "C06".
            early: shows the embedded answer when a chat model takes a while to write.

        Raises:
            BadInput: there is no question.
            NotFound: no such article or claim is visible.
        """
        if claim:
            found = await self.claim(claim, space, article=article)
            # Number and words both: the number settles which claim, the words find its evidence.
            question, article = f"{found.number}: {found.text}", found.source
        if article is not None:
            await self._named(article, self._shelf.records.sources.get, article, visible(space))
        return await self._answering.kept(question, space, article, perf_counter(), early=early)

    async def follow_up(self, question: str, space: str = SHARED, *, turns: Sequence[Turn]) -> Answer:
        """Answer a question that may lean on a conversation ("and who paid for it?"), and keep the answer.

        Args:
            question: as asked.
            space: the server's id, or ``SHARED``.
            turns: the conversation, oldest first.

        Raises:
            BadInput: there is no question.
        """
        start = perf_counter()
        meant = await self._answering.whole(question, turns, space)
        there = {source.id for source in await self.articles(space)}
        article = meant.article if meant.article in there else None
        asked = question.strip() if meant.question != question else None
        return await self._answering.kept(meant.question, space, article, start, asked)

    def prepare(self, documents: Sequence[Document]) -> Future[None]:
        """Begin the slow part of adding documents that are likely to be added: embed them. Nothing is kept yet.

        What fails here fails again, and is told, when they are added.

        Returns:
            What is done when that is done; it never fails, and nobody has to wait for it.
        """

        def embed() -> None:
            with suppress(Exception):
                self._shelf.meaning.ahead(documents)

        return self._ahead.submit(embed)

    async def add(self, documents: Sequence[Document], *, actor: str, watch: Watch | None = None) -> list[Change]:
        """Add or replace documents, all or none; when this returns they answer questions and survive a kill.

        Args:
            documents: what to add; the same content again changes nothing.
            actor: who adds it, for the audit trail.
            watch: told of progress.

        Raises:
            Refused: a document's id belongs to another space.
        """
        return await self._change(self._shelf.put_many, documents, actor, watch)

    async def remove(self, source_id: str, space: str = SHARED, *, actor: str) -> Source:
        """Take a source of this space out of sight; it can be restored until it is erased.

        Raises:
            NotFound: there is no such source in this very space.
        """
        with naming(source_id):
            return await self._change(self._shelf.remove, source_id, space, actor)

    async def feedback(
        self, answer_id: str, space: str, *, person: str, helpful: bool, reason: str | None = None
    ) -> None:
        """Keep one person's word on an answer, under a salted hash of who it was.

        Raises:
            NotFound: there is no such answer here.
        """
        await self._run(self._shelf.records.feedback.give, answer_id, (space,), person, helpful, reason)

    async def expire(self, before: datetime) -> int:
        """Delete the answers kept before a moment, with the feedback on them; returns how many."""
        return await self._run(self._shelf.records.answers.forget, stamp(before))

    async def forget(self, person: str) -> int:
        """Delete everything kept about a person; returns how many entries that was."""
        return await self._run(self._shelf.records.feedback.forget, person)

    async def close(self) -> None:
        """Finish what is running and close the stores."""
        await asyncio.to_thread(self._ahead.shutdown, cancel_futures=True)
        await asyncio.to_thread(self._writing.shutdown)
        await asyncio.to_thread(self._changes.shutdown)
        await asyncio.to_thread(self._pool.shutdown)
        await asyncio.to_thread(self._shelf.close)

    async def _change(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._changes, partial(work, *args, **kwargs))


def ignore(what: str, done: int, total: int) -> None:
    """A `Watch` for when nobody watches."""
