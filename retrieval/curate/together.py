"""Many sources at once: while some are stored, the next are fetched, read and embedded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from retrieval.errors import BadInput, RejoinderError
from retrieval.ingest.intake import Taken
from retrieval.library import Library
from retrieval.store.versions import Change
from retrieval.types import Document

AHEAD = 32
"""Sources that are read before they are asked for."""
TOGETHER = 16
"""Sources that are added in one go; see the README for what that saves."""
PATIENCE = 0.5
"""Seconds that sources wait for the one behind them, to be added in one go with it."""
AT_ONCE = 4
"""Sources that are fetched and read at a time: a site should not notice."""

Take = Callable[[str], Awaitable[Taken]]
"""Reads a link or a file into a document; raises RejoinderError."""
Prepare = Callable[[Sequence[Document]], Future[None]]
"""Does ahead what adding documents takes, such as ``Library.prepare``."""


@dataclass(frozen=True, slots=True)
class Read:
    """A link or file, and what was read of it, or why it was not."""

    place: str
    taken: Taken | None = None
    error: RejoinderError | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """What adding a source that was read did, or why it was not added."""

    read: Read
    change: Change | None = None
    error: RejoinderError | None = None


class ReadAhead:
    """Links and files in their order, read a few ahead of whoever takes them. Use it as a context."""

    def __init__(self, places: Sequence[str], take: Take, prepare: Prepare | None = None) -> None:
        self._places, self._take, self._prepare = places, take, prepare
        self._room, self._hands = asyncio.Semaphore(AHEAD), asyncio.Semaphore(AT_ONCE)
        self._reading: deque[asyncio.Task[Read]] = deque()

    async def __aenter__(self) -> Self:
        """Begin to read."""
        self._reading.extend(asyncio.create_task(self._read(place)) for place in self._places)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop reading what nobody took."""
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)

    async def next(self) -> list[Read]:
        """The next few in their order; fewer where one takes long, empty at the end."""
        found: list[Read] = []
        while self._reading and len(found) < TOGETHER:
            first = self._reading[0]
            if found and (not (await asyncio.wait([first], timeout=PATIENCE))[0] or first.exception()):
                break  # a fault that nobody expected is raised by the next call, after what was read before it
            found.append(await first)
            self._reading.popleft()
            self._room.release()
        return found

    async def _read(self, place: str) -> Read:
        await self._room.acquire()  # given back when it is taken: what is read and not yet added must not pile up
        async with self._hands:
            try:
                taken = await self._take(place)
                if self._prepare:
                    await asyncio.wrap_future(self._prepare([taken.document]))
                return Read(place, taken)
            except RejoinderError as error:
                return Read(place, error=error)


async def add_together(library: Library, read: Sequence[Read], *, actor: str) -> list[Added]:
    """Add what was read, in one go; where one of them cannot be added the others still are.

    Returns:
        What that did, in order; what could not be read has its error here too.
    """
    documents = [one.taken.document for one in read if one.taken]
    if len({document.source.id for document in documents}) < len(documents):  # the second is told from the first
        return await _one_by_one(library, read, actor)
    try:
        changes = iter(await library.add(documents, actor=actor) if documents else ())
    except BadInput as error:
        return await _one_by_one(library, read, actor) if len(read) > 1 else [Added(read[0], error=error)]
    except RejoinderError as error:
        return [Added(one, error=one.error or error) for one in read]
    return [Added(one, next(changes)) if one.taken else Added(one, error=one.error) for one in read]


async def _one_by_one(library: Library, read: Sequence[Read], actor: str) -> list[Added]:
    return [(await add_together(library, [one], actor=actor))[0] for one in read]
