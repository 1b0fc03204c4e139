"""From a link or a file to a document: fetched, read in a child process, divided, its claims found."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from retrieval.errors import BadInput, Refused
from retrieval.ingest.fetch import Fetched, Fetcher
from retrieval.ingest.readers.hint import Hint
from retrieval.ingest.readers.invisible import one_line
from retrieval.ingest.text import as_given, from_extract, is_seed
from retrieval.ingest.unpacking import Sources
from retrieval.ingest.worker import Reader
from retrieval.types import SHARED, Document, Role

LARGEST = 20_000_000
"""Bytes of a file; what is fetched has its own limit."""
HEAD = b"---"
"""How the seeds' own format begins: read here, by its own strict rules. Everything else is read in a child."""
OTHER_LINK = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
"""How a link begins; more than one letter, since one is a drive of Windows."""
GIVEN_FIELDS = ("added_by", "title", "author", "publisher", "date", "url")


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody says of a source; it wins over what the file says of itself."""

    role: Role = Role.REFERENCE
    space: str = SHARED
    added_by: str | None = None
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A document ready to be added, and what was left out of it, in whole phrases."""

    document: Document
    left_out: tuple[str, ...]
    language: str | None = None
    """What the document itself says of its language: a BCP 47 tag, right or not."""
    named: bool = False
    """Whether its id is what a file calls itself, and not made of its space and content."""


class Intake:
    """Takes links and files. One for the whole process; close the reader after it."""

    def __init__(self, fetcher: Fetcher, reader: Reader) -> None:
        self._fetcher, self._reader = fetcher, reader

    async def take(self, where: str, given: Given) -> Taken:
        """Read a link (http, https) or a file into a document.

        Raises:
            BadInput: there is no such file, nothing readable in it, or a rule forbids it (other links, say).
            Unavailable: the link cannot be fetched now, or no reader could be started.
        """
        if where.casefold().startswith(("http://", "https://")):
            fetched = await self.fetch(where)
            return await self.read(fetched.data, fetched.hint, replace(given, url=given.url or fetched.url))
        if OTHER_LINK.match(where):
            raise Refused("Only http and https links can be read.")
        path = Path(where)
        return await self.take_file(await asyncio.to_thread(read_bytes, path), Hint(name=path.name), given)

    async def fetch(self, link: str) -> Fetched:
        """The bytes at a link; raises as ``Fetcher.fetch``."""
        return await self._fetcher.fetch(link)

    async def sources(self, data: bytes, name: str) -> Sources:
        """All sources of a file in the seeds' own format, or of an archive of such; raises as ``Reader.sources``."""
        return await self._reader.sources(data, name)

    async def take_file(self, data: bytes, hint: Hint, given: Given) -> Taken:
        """Read a file's bytes into a document, the seeds' own format among them; raises as ``take``."""
        if (text := seed_text(data)) is not None and is_seed(text):
            name = hint.name or "the text"
            found = await self._reader.sources(data, name)
            made = as_given(found.documents[0], name, given.role, given.space)
            return Taken(filled(made, given), found.left_out, named=True)
        return await self.read(data, hint, given)

    async def read(self, data: bytes, hint: Hint, given: Given) -> Taken:
        """Read bytes of any format into a document; raises as ``take``."""
        extract = await self._reader.read(data, hint)
        name = hint.name or given.url or "Untitled"
        made = await asyncio.to_thread(from_extract, extract, name, role=given.role, space=given.space, url=given.url)
        return Taken(filled(made, given), extract.left_out, extract.language)


def filled(made: Document, given: Given) -> Document:
    """The document with its record as far as it was given, cleaned as what documents say of themselves is."""
    known: dict[str, Any] = {name: value for name in GIVEN_FIELDS if (value := one_line(getattr(given, name)))}
    return replace(made, source=replace(made.source, **known))


def seed_text(data: bytes) -> str | None:
    """The text of a file in the seeds' own format, or None when the bytes are something else."""
    if not data.lstrip(b"\xef\xbb\xbf").startswith(HEAD):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def read_bytes(path: Path) -> bytes:
    """A file's content.

    Raises:
        BadInput: it is not there, is a folder, or cannot be read.
        Refused: it is too large.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise Refused(f"{path} is larger than {LARGEST // 1_000_000} MB; add the part that matters.")
        return path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.") from None
    except IsADirectoryError:
        raise BadInput(f"{path} is a folder; name the files in it, or use `rejoinder seed {path}`.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
