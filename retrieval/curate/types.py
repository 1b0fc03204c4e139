"""The values of the moderators' side: frozen and plain, like those of ``retrieval.types``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from retrieval.errors import RejoinderError
from retrieval.ingest.intake import Given
from retrieval.types import Claim, Document, Role, Source, Stance


class Stage(StrEnum):
    """Where a draft stands. Each is kept before the next begins, so a kill loses at most the work of one."""

    FETCHING = "fetching"
    READING = "reading"
    AWAITING = "awaiting confirmation"
    KEEPING = "being added"
    """Confirmed; on its way into the library."""
    KEPT = "added"
    """In the library; the draft is only remembered so that a second confirmation is answered like the first."""
    FAILED = "failed"
    EXPIRED = "expired"
    """Nobody decided on it in time: nothing of it is left but where it came from, until that place is told."""
    IMPORTING = "being imported"
    """No draft, but a file of sources that somebody confirmed; on its way into the library."""
    IMPORTED = "imported"
    """All sources of the file are in the library; remembered until the place it came from is told."""


@dataclass(frozen=True, slots=True)
class Item:
    """What was handed in: a link alone, or bytes with the file's name, or (pasted text) UTF-8 bytes without one.

    Of a file that lies elsewhere yet there is, in place of its bytes, its address, and its size if that is known.
    """

    link: str | None = None
    name: str | None = None
    data: bytes | None = None
    address: str | None = None
    size: int = 0


Download = Callable[[], Awaitable[bytes]]
"""Gives the bytes of a file that lay elsewhere when it was handed in; raises RejoinderError."""


@dataclass(frozen=True, slots=True)
class NearCopy:
    """A source that is there already and shares text with a draft.

    ``share`` is the part of the draft's word 5-grams that the source holds too, from 0 to 1.
    """

    source: Source
    share: float


@dataclass(frozen=True, slots=True)
class Draft:
    """A source on its way in, seen by whoever handed it in."""

    id: str
    """At most 20 characters, url-safe: it goes into the custom ids of buttons."""
    space: str
    who: str
    """Who handed it in; the actor of its audit entry is whoever confirms."""
    channel: str | None
    stage: Stage
    where: str
    """What to call it for people: the link, the file's name, "pasted text"."""
    given: Given
    """What was said of it by hand, edits included; it wins over what the document says of itself."""
    document: Document | None
    """What was understood; None before it is read, and again once it is in the library."""
    left_out: tuple[str, ...]
    """Whole phrases: "2 hidden passages"."""
    hints: tuple[str, ...]
    """Whole sentences about what may be wrong with it: a cookie wall, very little text, another language."""
    language: str | None
    """A name for people, such as "English"; None when it cannot be told."""
    words: int
    near: tuple[NearCopy, ...]
    """Most alike first; a source that the draft would replace is not among them."""
    replaces: str | None
    """Id of the source that it becomes a new version of, if there is one."""
    source: str | None
    """Id that it has in the library, or will have, once it is read."""
    why: str | None
    """One sentence, when it failed."""
    created_at: str
    """ISO 8601, UTC."""


@dataclass(frozen=True, slots=True)
class Begun:
    """One thing that was handed in, kept now. With an ``error`` its draft has failed, and nothing more comes of it."""

    draft: Draft
    error: RejoinderError | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """Drafts of a space on which somebody can decide: some of them, and how many ``more`` there are."""

    drafts: tuple[Draft, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Edits:
    """Changes to a draft's record: None leaves a field, "" empties it (a title cannot be emptied)."""

    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    date: str | None = None
    url: str | None = None
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class Removed:
    """A source that was taken out; times are ISO 8601 in UTC. After ``until`` it is erased for good."""

    source: Source
    at: str
    until: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One paragraph (or run of them) that is not the same in two versions: None where it is missing."""

    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What fetching a source again found: no draft when nothing changed."""

    source: Source
    draft: Draft | None
    changes: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Export:
    """A file to hand out: one ``.md``, or a ``.zip`` of several."""

    name: str
    data: bytes
    sources: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. ``key`` is for paging: older entries have lower ones. ``at`` is ISO 8601 in UTC."""

    key: int
    at: str
    who: str
    what: str
    """In a few words: "added", "changed", "removed", "restored", "erased", "exported", "set the log channel"."""
    source: str | None
    title: str | None
    """Of the source, as long as it is there."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a space decided: the role (its id) that may curate, and the channel (its id) that changes are posted to."""

    curators: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """How the references cover an article's claims, as the embedded judge reads them.

    ``cells`` holds, for (claim number, source id), the clearest stance that a passage of the source takes toward the
    claim, with its probability; where there is no entry the source does not speak of the claim.
    """

    article: Source
    claims: tuple[Claim, ...]
    sources: tuple[Source, ...]
    """The references that speak of at least one claim."""
    cells: Mapping[tuple[str, str], tuple[Stance, float]]
    warnings: tuple[str, ...]
    """Whole sentences."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep erased for good."""

    sources: int
    drafts: int
