"""What the bot needs of the domain: the library's verbs that it calls, and a small memory for its own facts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from retrieval.answer.follow import Turn
from retrieval.answering import Early
from retrieval.chat.budget import Spending
from retrieval.curate.types import (
    Balance,
    Begun,
    Download,
    Draft,
    Edits,
    Entry,
    Export,
    Item,
    Refreshed,
    Removed,
    Rules,
    Waiting,
)
from retrieval.ingest.intake import Given
from retrieval.library import Watch
from retrieval.reading import SourceDetails
from retrieval.store.people import Kept
from retrieval.store.versions import Change
from retrieval.types import Answer, Claim, Context, Document, Role, Source


class Verbs(Protocol):
    """The part of ``retrieval.library.Library`` that people reach through Discord.

    ``space`` is a server's id, or ``shared``; what is not visible from a space raises ``NotFound``.
    """

    async def ask(
        self,
        question: str,
        space: str = ...,
        *,
        article: str | None = None,
        claim: str | None = None,
        early: Early | None = None,
    ) -> Answer:
        """Answer a question and keep the answer; ``claim`` is a number like "C06", ``article`` a source's id.

        ``early`` shows a plain answer while a chat model writes another one.
        """

    async def follow_up(self, question: str, space: str = ..., *, turns: Sequence[Turn]) -> Answer:
        """Answer a question that may lean on a conversation, oldest turn first, and keep the answer."""

    async def spending(self, space: str) -> Spending | None:
        """What a space used of the chat model today; None without a chat model."""

    async def answer(self, answer_id: str, space: str) -> Answer:
        """A stored answer of this space."""

    async def context(self, answer_id: str, label: str, space: str) -> Context:
        """The passage that a citation quotes, with its neighbours."""

    async def claims(self, space: str = ..., *, article: str | None = None) -> list[Claim]:
        """The numbered claims that are visible from a space."""

    async def claim(self, number: str, space: str = ..., *, article: str | None = None) -> Claim:
        """One numbered claim."""

    async def articles(self, space: str) -> list[Source]:
        """The articles that are visible from a space."""

    async def sources(self, space: str = ..., *, role: Role | None = None) -> list[Source]:
        """The sources that are visible from a space."""

    async def source(self, source_id: str, space: str = ...) -> SourceDetails:
        """A visible source with its passages and claims."""

    async def remove(self, source_id: str, space: str = ..., *, actor: str) -> Source:
        """Take a source of this very space out of sight."""

    async def forget(self, person: str) -> int:
        """Delete what a person said about answers; returns how much that was."""

    async def feedback(self, answer_id: str, space: str, *, person: str, helpful: bool, reason: str | None) -> None:
        """Keep whether an answer helped; a person's later word replaces the earlier one."""


class Memory(Protocol):
    """A few short texts by name that outlive the process. Called on a worker thread."""

    def get(self, key: str) -> str | None:
        """The text kept under ``key``, or None."""

    def set(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``."""


class Drafting(Protocol):
    """The part of ``retrieval.curate.drafts.Drafts`` that moderators reach through Discord.

    ``space`` is a server's id; a draft of another space is not found. Times, errors and progress are told there.
    """

    async def begin(self, items: Sequence[Item], given: Given, *, who: str, channel: str | None = ...) -> list[Begun]:
        """Keep all that somebody hands in, before any of it is worked on; each has to be ``told`` in the end."""

    async def proceed(self, draft_id: str, space: str, *, download: Download | None = ..., watch: Watch = ...) -> Draft:
        """Fetch and read what was begun; the draft awaits confirmation, or has failed after an error."""

    async def draft(self, draft_id: str, space: str) -> Draft:
        """A draft of this space."""

    async def waiting(self, space: str, who: str) -> Waiting:
        """The drafts of this space that await confirmation: some of them, those of ``who`` first, the newest first."""

    async def edit(self, draft_id: str, space: str, edits: Edits) -> Draft:
        """Change what is said of a draft."""

    async def edit_claims(self, draft_id: str, space: str, text: str) -> Draft:
        """Replace an article's claims, one a line."""

    async def confirm(self, draft_id: str, space: str, *, actor: str, watch: Watch = ...) -> Change:
        """Put a draft into the library; twice is once."""

    async def discard(self, draft_id: str, space: str) -> None:
        """Forget a draft."""

    async def begin_import(self, space: str, name: str, data: bytes, *, who: str, channel: str | None) -> str:
        """Keep a file to be imported; returns the id of the job, which has to be ``told`` in the end."""

    async def finish_import(self, job: str, space: str, *, watch: Watch = ...) -> list[Change]:
        """Add what a kept file holds."""

    async def resume(self) -> list[Draft]:
        """Finish what an earlier stop interrupted; those, and others, of which somebody is to be told."""

    def stop(self) -> None:
        """The bot is about to stop: what breaks off from now on goes on after the next start."""

    async def told(self, ids: Collection[str]) -> None:
        """Remember that it was told how these drafts stand."""

    async def about(self, person: str) -> Kept:
        """How much is kept about a person, feedback included; changes nothing."""

    async def forget(self, person: str) -> int:
        """Delete a person's drafts, and who they are from log and sources; returns how many entries that were."""


class Curating(Protocol):
    """The part of ``retrieval.curate.shelving.Curator`` that moderators reach through Discord."""

    async def rules(self, space: str) -> Rules:
        """What a server decided: who may curate, and where changes are posted."""

    async def set_rules(self, space: str, rules: Rules, *, actor: str) -> None:
        """Keep what a server decided."""

    async def removed(self, space: str) -> list[Removed]:
        """What can be restored, latest first."""

    async def restore(self, source_id: str, space: str, *, actor: str) -> Source:
        """Bring back what was removed."""

    async def refresh(
        self, source_id: str, space: str, *, who: str, channel: str | None = ..., watch: Watch = ...
    ) -> Refreshed:
        """Fetch a source again; what changed, and a draft of the new version."""

    async def export(self, space: str, ids: Sequence[str] | None = ..., *, actor: str) -> Export:
        """The space's own sources, all or those named, as a file."""

    async def unpack(self, space: str, name: str, data: bytes) -> list[Document]:
        """What an import of a file would add; changes nothing."""

    async def log(self, space: str, *, before: int | None = ..., limit: int = ...) -> list[Entry]:
        """Who changed what, newest first."""

    async def balance(self, space: str, article: str, *, watch: Watch = ...) -> Balance:
        """How the references cover an article's claims."""


class Desk(Protocol):
    """What moderators work with: drafts of sources, and the sources that are there."""

    @property
    def drafts(self) -> Drafting:
        """Sources on their way in."""

    @property
    def curator(self) -> Curating:
        """Sources that are there."""
