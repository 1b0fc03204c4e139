"""What somebody hands in, made into items: links, files that Discord keeps, and pasted text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial

import aiohttp
import discord

from bot.views.filled import Filled, Upload
from bot.views.forms import HANDED
from retrieval.curate.types import Download, Item
from retrieval.errors import Unavailable

PASTED = "pasted text"
WORDS = "the message's own words"
_LINK = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)
_AFTER = ".,;:!?*_~|'\"”’"
"""What follows a link in a sentence and is seldom part of it; a closing bracket, too, unless one opens in the link."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing handed in, with what to call it: a link, a text, or a file that Discord still has."""

    name: str
    link: str | None = None
    text: str | None = None
    upload: Upload | None = None

    @property
    def item(self) -> Item:
        """The item to begin with; of a file, where Discord keeps it."""
        if self.upload:
            return Item(name=self.upload.name, address=self.upload.url, size=self.upload.size)
        return Item(link=self.link) if self.link else Item(data=(self.text or "").encode())

    def download(self, client: discord.Client) -> Download | None:
        """What gets the bytes of a file from Discord; None for anything else. Raises as ``fetched``."""
        address = self.upload.url if self.upload else None
        return partial(fetched, client, address) if address else None


async def fetched(client: discord.Client, address: str) -> bytes:
    """A file's bytes, from where Discord keeps it.

    Raises:
        Unavailable: Discord does not give it.
    """
    try:
        return await client.http.get_from_cdn(address)
    except (discord.HTTPException, aiohttp.ClientError, TimeoutError) as error:
        raise Unavailable("Discord did not give me that file; please hand it in again.") from error


def things_in(form: Filled) -> list[Thing]:
    """What the form of ``/source add`` holds: its links or its text, then its files."""
    typed = form.text(HANDED)
    return [*(_typed(typed) if typed else ()), *map(_file, form.uploads)]


def things_of(message: discord.Message) -> list[Thing]:
    """The links and files of a message and of what it forwards; its words alone when there is neither."""
    parts = _parts(message)
    links = dict.fromkeys(link for part in parts for link in _links(part.content))
    files = [Upload(file.filename, file.url, file.size) for part in parts for file in part.attachments]
    found = [*(Thing(link, link=link) for link in links), *map(_file, files)]
    words = words_of(message)
    return found or ([Thing(WORDS, text=words)] if words else [])


def words_of(message: discord.Message) -> str:
    """The words of a message and of what it forwards."""
    return "\n\n".join(part.content for part in _parts(message) if part.content.strip())


def _parts(message: discord.Message) -> list[discord.Message | discord.MessageSnapshot]:
    return [message, *message.message_snapshots]


def _typed(typed: str) -> list[Thing]:
    """Lines that are one word each are links, good or bad; anything else is the text itself."""
    lines = [line.strip().strip("<>") for line in typed.splitlines() if line.strip()]
    if any(re.search(r"\s", line) for line in lines) or not any("." in line or ":" in line for line in lines):
        return [Thing(PASTED, text=typed)]
    return [Thing(line, link=line if "://" in line else f"https://{line}") for line in dict.fromkeys(lines)]


def _file(upload: Upload) -> Thing:
    return Thing(upload.name, upload=upload)


def _links(words: str) -> list[str]:
    return [_trimmed(found) for found in _LINK.findall(words)]


def _trimmed(link: str) -> str:
    """A link without the marks that end a sentence or a bracket around it."""
    while link and (link[-1] in _AFTER or (link[-1] in ")]" and link.count(")") + link.count("]") > _opened(link))):
        link = link[:-1]
    return link


def _opened(link: str) -> int:
    return link.count("(") + link.count("[")
