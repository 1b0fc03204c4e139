"""A small library in memory, with the verbs and the visibility rules of the real one, for the bot's own paths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.verbs import Verbs
from retrieval.answer.follow import Turn, whole
from retrieval.answering import WRITING, Early
from retrieval.chat.budget import Spending
from retrieval.errors import NotFound
from retrieval.reading import SourceDetails
from retrieval.types import SHARED, Answer, Claim, Context, Passage, Role, Source
from tests.bot.values import ARTICLE, CLAIMS, abstention, answer, context_of, reference


class StandIn:
    """Answers any question that shares a word with a claim; abstains from the rest.

    ``trouble`` is raised by every verb until it is taken away.
    """

    def __init__(self) -> None:
        self.trouble: BaseException | None = None
        self.asked: list[tuple[str, str, str | None, str | None]] = []
        self.followed: list[tuple[str, tuple[Turn, ...]]] = []
        self.feedbacks: list[tuple[str, str, str, bool, str | None]] = []
        self.local: dict[str, tuple[Source, tuple[Claim, ...]]] = {}
        self.spendings: dict[str, Spending] = {}
        self.writing = False
        """Whether a model takes its time for each answer."""
        self.shelved: dict[str, dict[str, Source]] = {}
        """A server's own sources beside ``local``, ..."""
        self.gone: dict[str, dict[str, Source]] = {}
        """... and those that were removed."""
        self.removals: list[tuple[str, str, str]] = []
        self.forgotten: list[str] = []
        self._answers: dict[tuple[str, str], Answer] = {}

    async def ask(
        self,
        question: str,
        space: str = SHARED,
        *,
        article: str | None = None,
        claim: str | None = None,
        early: Early | None = None,
    ) -> Answer:
        self._check()
        self.asked.append((question, space, article, claim))
        made = self._answer(question, await self.claims(space, article=article), claim)
        self._answers[space, made.id] = made
        if self.writing and early:
            await early(replace(made, notice=WRITING))
        return made

    async def follow_up(self, question: str, space: str = SHARED, *, turns: Sequence[Turn]) -> Answer:
        self.followed.append((question, tuple(turns)))
        meant = whole(question, turns)
        made = replace(await self.ask(meant.question, space, article=meant.article), asked=question)
        self._answers[space, made.id] = made
        return made

    async def spending(self, space: str) -> Spending | None:
        self._check()
        return self.spendings.get(space)

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

    async def sources(self, space: str = SHARED, *, role: Role | None = None) -> list[Source]:
        every = [*await self.articles(space), reference(1), *self.shelved.get(space, {}).values()]
        return [source for source in every if role in {None, source.role}]

    async def source(self, source_id: str, space: str = SHARED) -> SourceDetails:
        for source in await self.sources(space):
            if source.id == source_id:
                words = f"The first passage of {source.title}."
                passages = (Passage("p", source_id, 0, 0, len(words), words, "Findings", 2),)
                return SourceDetails(source, passages, (), 3)
        raise NotFound("There is no such source here.")

    async def remove(self, source_id: str, space: str = SHARED, *, actor: str) -> Source:
        self._check()
        self.removals.append((source_id, space, actor))
        source = self.shelved[space].pop(source_id)
        self.gone.setdefault(space, {})[source_id] = source
        return source

    async def forget(self, person: str) -> int:
        self.forgotten.append(person)
        mine = [given for given in self.feedbacks if given[2] == person]
        self.feedbacks = [given for given in self.feedbacks if given not in mine]
        return len(mine)

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
