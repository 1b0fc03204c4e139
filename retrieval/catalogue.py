"""What the library holds, to look at: articles with their claims, sources with their passages, kept answers.

Every verb takes the space of whoever asks, and nothing outside it is seen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import ParamSpec, TypeVar

from retrieval import reading
from retrieval.errors import NotFound
from retrieval.ingest.ids import normal_number
from retrieval.rank.search import visible
from retrieval.reading import SourceDetails
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED, Answer, Claim, Context, Document, Role, Source

P = ParamSpec("P")
R = TypeVar("R")


class Catalogue:
    """The verbs that change nothing, on a few worker threads."""

    def __init__(self, shelf: Shelf, workers: int) -> None:
        """Whoever opened the shelf closes it."""
        self._shelf = shelf
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="library")

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
        return await self._run(reading.context, self._shelf.records, answer_id, label, space)

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
        return await self._named(source_id, reading.details, self._shelf.records, source_id, space)

    async def document(self, source_id: str, space: str = SHARED) -> Document:
        """A source's stored document.

        Raises:
            NotFound: no such source is visible.
        """
        return await self._named(source_id, self._shelf.records.passages.document, source_id, visible(space))

    async def _run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(work, *args, **kwargs))

    async def _named(self, source_id: str, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """``work`` about one source; when it is not found, the sentence names the id that was asked for."""
        with naming(source_id):
            return await self._run(work, *args, **kwargs)


@contextmanager
def naming(source_id: str) -> Iterator[None]:
    """When a source is not found, the sentence names the id that was asked for."""
    try:
        yield
    except NotFound:
        asked = source_id.strip()[:40]
        raise NotFound(f"There is no source {asked} here; `rejoinder source list` shows the ids.") from None
