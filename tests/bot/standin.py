"""A small library in memory, with the verbs and the visibility rules of the real one, for the bot's own paths."""

from __future__ import annotations

from dataclasses import replace

from bot.verbs import Verbs
from retrieval.errors import NotFound
from retrieval.types import SHARED, Answer, Claim, Context, Source
from tests.bot.values import ARTICLE, CLAIMS, abstention, answer, context_of


class StandIn:
    """Answers any question that shares a word with a claim; abstains from the rest.

    ``trouble`` is raised by every verb until it is taken away.
    """

    def __init__(self) -> None:
        self.trouble: BaseException | None = None
        self.asked: list[tuple[str, str, str | None, str | None]] = []
        self.feedbacks: list[tuple[str, str, str, bool, str | None]] = []
        self.local: dict[str, tuple[Source, tuple[Claim, ...]]] = {}
        self._answers: dict[tuple[str, str], Answer] = {}

    async def ask(
        self, question: str, space: str = SHARED, *, article: str | None = None, claim: str | None = None
    ) -> Answer:
        self._check()
        self.asked.append((question, space, article, claim))
        made = self._answer(question, await self.claims(space, article=article), claim)
        self._answers[space, made.id] = made
        return made

    async def answer(self, answer_id: str, space: str) -> Answer:
        self._check()
        if (space, answer_id) not in self._answers:
            raise NotFound("That answer is no longer kept; please ask again.")
        return self._answers[space, answer_id]

    async def context(self, answer_id: str, label: str, space: str) -> Context:
        found = [cited for cited in (await self.answer(answer_id, space)).citations if cited.label == label]
        if not found:
            raise NotFound("That answer has no such quote.")
        return context_of(found[0])

    async def claims(self, space: str = SHARED, *, article: str | None = None) -> list[Claim]:
        self._check()
        local = self.local.get(space)
        every = [*CLAIMS, *(local[1] if local else ())]
        return [claim for claim in every if article in {None, claim.source}]

    async def claim(self, number: str, space: str = SHARED, *, article: str | None = None) -> Claim:
        for claim in await self.claims(space, article=article):
            if claim.number == number:
                return claim
        raise NotFound("There is no such claim.")

    async def articles(self, space: str) -> list[Source]:
        self._check()
        local = self.local.get(space)
        return [ARTICLE, *([local[0]] if local else [])]

    async def feedback(self, answer_id: str, space: str, *, person: str, helpful: bool, reason: str | None) -> None:
        await self.answer(answer_id, space)
        self.feedbacks.append((answer_id, space, person, helpful, reason))

    def _check(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    def _answer(self, question: str, claims: list[Claim], number: str | None) -> Answer:
        answer_id = f"answer-{len(self._answers) + 1}"
        words = set(question.casefold().split()) - {"the", "a", "who", "was", "did"}
        for claim in claims:
            if claim.number == number or (number is None and words & set(claim.text.casefold().split())):
                return replace(answer(answer_id, question), claim=claim)
        return abstention(answer_id, question)


class Notebook:
    """A memory that outlives a bot, as the records do."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.kept.get(key)

    def set(self, key: str, value: str) -> None:
        self.kept[key] = value


_: type[Verbs] = StandIn
