"""What the bot needs of the domain: the library's verbs that it calls, and a small memory for its own facts."""

from __future__ import annotations

from typing import Protocol

from retrieval.types import Answer, Claim, Context, Source


class Verbs(Protocol):
    """The part of ``retrieval.library.Library`` that people reach through Discord.

    ``space`` is a server's id, or ``shared``; what is not visible from a space raises ``NotFound``.
    """

    async def ask(
        self, question: str, space: str = ..., *, article: str | None = None, claim: str | None = None
    ) -> Answer:
        """Answer a question and keep the answer; ``claim`` is a number like "C06", ``article`` a source's id."""

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

    async def feedback(self, answer_id: str, space: str, *, person: str, helpful: bool, reason: str | None) -> None:
        """Keep whether an answer helped; a person's later word replaces the earlier one."""


class Memory(Protocol):
    """A few short texts by name that outlive the process. Called on a worker thread."""

    def get(self, key: str) -> str | None:
        """The text kept under ``key``, or None."""

    def set(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``."""
