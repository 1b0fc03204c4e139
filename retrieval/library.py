"""The library: the verbs that people have, and the one place that leaves the event loop.

Everything below is synchronous and runs on a few worker threads; everything above awaits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar

from retrieval.answer.flow import Answerer
from retrieval.answer.write import Writer
from retrieval.errors import BadInput, NotFound
from retrieval.rank.search import visible
from retrieval.store.dense import IndexState
from retrieval.store.journal import Settings
from retrieval.store.schema import stamp
from retrieval.store.shelf import Report, Shelf
from retrieval.store.versions import Change
from retrieval.types import SHARED, Answer, Citation, Claim, Context, Document, Passage, Role, Source

P = ParamSpec("P")
R = TypeVar("R")

WORKERS = 4
"""Threads for questions and stores; the models use all cores by themselves, so more would only wait for each other."""
WRITERS = 16
"""Threads that wait for the chat model; apart, so that a hanging model holds up nothing else."""
Watch = Callable[[str, int, int], None]
"""Told of progress in long work: what is being done, how much of it is done, how much there is."""
NEIGHBOURS = 1
"""Passages shown on either side of a quoted one."""


@dataclass(frozen=True, slots=True)
class SourceDetails:
    """A source with what is stored of it and how many kept answers cite it."""

    source: Source
    passages: tuple[Passage, ...]
    claims: tuple[Claim, ...]
    cited: int


class Library:
    """Asks, shows, adds and removes. Every verb takes the space of whoever asks, and nothing outside it is seen."""

    def __init__(self, shelf: Shelf, answerer: Answerer, writer: Writer | None = None) -> None:
        self._shelf, self._answerer, self._writer = shelf, answerer, writer
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="library")
        self._writing = ThreadPoolExecutor(WRITERS, thread_name_prefix="writing")

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

    @property
    def condition(self) -> str:
        """How searching by meaning is served now, in words."""
        state = self._shelf.state
        # A reason outlives its trouble: beside an index that serves again it would only frighten.
        told = state.why if state.state is not IndexState.READY else None
        return f"index {state.state.value}" + (f" ({told})" if told else "")

    async def ask(
        self, question: str, space: str = SHARED, *, article: str | None = None, claim: str | None = None
    ) -> Answer:
        """Answer a question and keep the answer, so that its buttons work later.

        Args:
            question: as asked; may be empty when ``claim`` is given.
            space: the server's id, or ``SHARED``.
            article: id of the article meant.
            claim: number of the claim meant, such as "C06".

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
        if not question.strip():
            raise BadInput("The question is empty; ask about something the article says.")
        answer = await self._run(self._answerer.answer, question, space, article)
        if self._writer:
            passages = await self._run(self._cited, answer, space)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._writing, self._writer.write, answer, passages, space)
        await self._run(self._shelf.records.answers.keep, answer, space)
        return answer

    async def answer(self, answer_id: str, space: str = SHARED) -> Answer:
        """A kept answer.

        Raises:
            NotFound: it is not kept (any more), or belongs to another space.
        """
        return await self._run(self._shelf.records.answers.get, answer_id, (space,))

    async def context(self, answer_id: str, label: str, space: str = SHARED) -> Context:
        """A citation's passage between its neighbours, as it stood when it was quoted.

        Raises:
            NotFound: no such answer or citation, or its source is gone.
        """
        return await self._run(self._context, answer_id, label, space)

    async def articles(self, space: str = SHARED) -> list[Source]:
        """The articles that can be discussed here."""
        return await self.sources(space, role=Role.ARTICLE)

    async def claims(self, space: str = SHARED, *, article: str | None = None) -> list[Claim]:
        """The numbered claims of one article, or of all visible ones, in order.

        Raises:
            NotFound: no such article is visible.
        """
        if article is not None:
            await self._named(article, self._shelf.records.sources.get, article, visible(space))
        return await self._run(self._shelf.records.passages.claims, visible(space), article)

    async def claim(self, number: str, space: str = SHARED, *, article: str | None = None) -> Claim:
        """One claim by its number, in any spelling: "C06", "c6", "6".

        Raises:
            NotFound: there is no claim with that number.
        """
        wanted = normal_number(number)
        claims = await self.claims(space, article=article)
        found = next((claim for claim in claims if claim.number == wanted), None)
        if found is None:
            raise NotFound(f"There is no claim {number.strip()[:20]} here; the list of claims shows the numbers.")
        return found

    async def sources(self, space: str = SHARED, *, role: Role | None = None) -> list[Source]:
        """The sources visible here."""
        return await self._run(self._shelf.records.sources.visible, visible(space), role)

    async def source(self, source_id: str, space: str = SHARED) -> SourceDetails:
        """A source with its passages and claims.

        Raises:
            NotFound: no such source is visible.
        """
        return await self._named(source_id, self._details, source_id, space)

    async def document(self, source_id: str, space: str = SHARED) -> Document:
        """A source's stored document.

        Raises:
            NotFound: no such source is visible.
        """
        return await self._named(source_id, self._shelf.records.passages.document, source_id, visible(space))

    async def add(self, documents: Sequence[Document], *, actor: str, watch: Watch | None = None) -> list[Change]:
        """Add or replace documents, all or none; when this returns they answer questions and survive a kill.

        Args:
            documents: what to add; the same content again changes nothing.
            actor: who adds it, for the audit trail.
            watch: told of progress.

        Raises:
            Refused: a document's id belongs to another space.
        """
        return await self._run(self._shelf.put_many, documents, actor, watch)

    async def remove(self, source_id: str, space: str = SHARED, *, actor: str) -> Source:
        """Take a source of this space out of sight; it can be restored until it is erased.

        Raises:
            NotFound: there is no such source in this very space.
        """
        return await self._named(source_id, self._shelf.remove, source_id, space, actor)

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
        await asyncio.to_thread(self._writing.shutdown)
        await asyncio.to_thread(self._pool.shutdown)
        await asyncio.to_thread(self._shelf.close)

    async def _run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(work, *args, **kwargs))

    async def _named(self, source_id: str, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """``work`` about one source; when it is not found, the sentence names the id that was asked for."""
        try:
            return await self._run(work, *args, **kwargs)
        except NotFound:
            asked = source_id.strip()[:40]
            raise NotFound(f"There is no source {asked} here; `rejoinder source list` shows the ids.") from None

    def _cited(self, answer: Answer, space: str) -> dict[str, Passage]:
        wanted = [citation.passage for citation in answer.citations]
        return {passage.id: passage for passage in self._shelf.records.passages.by_ids(wanted, visible(space))}

    def _context(self, answer_id: str, label: str, space: str) -> Context:
        citation = labelled(self._shelf.records.answers.get(answer_id, (space,)), label)
        before, passage, after = self._shelf.records.passages.around(
            citation.passage, visible(space), before=NEIGHBOURS, after=NEIGHBOURS, quote=citation.quote
        )
        start = citation.start - passage.start
        return Context(
            citation.source, passage, tuple(before), tuple(after), start, start + citation.end - citation.start
        )

    def _details(self, source_id: str, space: str) -> SourceDetails:
        document = self._shelf.records.passages.document(source_id, visible(space))
        cited = self._shelf.records.answers.cited(source_id, (space,))
        return SourceDetails(document.source, document.passages, document.claims, cited)


def ignore(what: str, done: int, total: int) -> None:
    """A `Watch` for when nobody watches."""


def normal_number(text: str) -> str:
    """A claim's number as it is written: "6" and "c6" are "C06", "p1" is "P01"; anything else is returned trimmed."""
    tidy = text.strip().lstrip("#").upper()
    letter, digits = (tidy[0], tidy[1:]) if tidy[:1].isalpha() else ("C", tidy)
    return f"{letter}{int(digits):02d}" if digits.isdecimal() else tidy


def labelled(answer: Answer, label: str) -> Citation:
    """The citation of an answer with this label.

    Raises:
        NotFound: there is none.
    """
    for citation in answer.citations:
        if citation.label == label:
            return citation
    raise NotFound(f"That answer has no citation {label[:10]}.")
