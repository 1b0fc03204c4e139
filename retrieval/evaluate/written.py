"""A question set asked with a chat model: each answer with how it was written, and the figures over all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from retrieval.answer.trails import Trails
from retrieval.answer.write import Trail
from retrieval.evaluate.prose import Backed, Voices, backed, voices
from retrieval.evaluate.questions import Gold, Score, score
from retrieval.rank.interfaces import Judge
from retrieval.types import Answer

Ask = Callable[[str], Awaitable[Answer]]
EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Written:
    """One answer and how it came about."""

    score: Score
    answer: Answer
    trail: Trail | None
    """None when there was nothing to write: an abstention."""
    sentences: tuple[Backed, ...]
    """What is shown of the model's; empty when the embedded answer was given."""
    voices: Voices

    @property
    def written(self) -> bool:
        """Whether the model's words are shown."""
        return bool(self.sentences)

    @property
    def dropped(self) -> tuple[tuple[str, str], ...]:
        """(words, reason) of each sentence that the gate refused."""
        return self.trail.gated.dropped if self.trail and self.trail.gated else ()


@dataclass(frozen=True, slots=True)
class Prose:
    """Figures over the answers of one model; shares are None where there is nothing to share out."""

    answers: int
    """Answers for a model to write; abstentions are not."""
    written: int
    fallbacks: dict[str, int]
    """Why the embedded answer was given instead: trouble to answers."""
    sentences: int
    precision: float | None
    """Share of the citations whose quote supports its sentence, by the judge."""
    recall: float | None
    """Share of the sentences that state something, cited or not, whose quotes together support them."""
    contradicted: float | None
    """Share of the sentences whose quotes, by the judge, speak against them."""
    stranger: float | None
    """Share of the sentences that a quote of another answer "supports": how lenient the judge is."""
    uncited: int
    own_voice: int
    dropped: dict[str, int]
    """Sentences that the gate refused, by reason."""
    read: int
    """Tokens, all calls together, ..."""
    wrote: int
    calls: int
    median_ms: float
    """Of the answers for a model to write, ..."""
    slowest_ms: int

    @property
    def fallback_share(self) -> float | None:
        """Share of the answers in which the model's words are not shown."""
        return 1 - self.written / self.answers if self.answers else None


async def ask_written(ask: Ask, questions: Sequence[Gold], trails: Trails, judge: Judge) -> list[Written]:
    """Ask each question, one after the other, and hold what is shown against its quotes.

    Args:
        ask: the library's verb, with a model.
        questions: the set.
        trails: watches that library.
        judge: says what supports what.
    """
    answers, told = [], []
    for gold in questions:
        answers.append(await ask(gold.question))
        told.append(trails.take(answers[-1].id).written)
    shown = [
        trail.gated.kept if trail and trail.gated and answer.mode == "model" else ()
        for answer, trail in zip(answers, told, strict=True)
    ]
    return [
        Written(score(gold, answer), answer, trail, tuple(held), voices(answer) if held else Voices((), ()))
        for gold, answer, trail, held in zip(questions, answers, told, backed(shown, judge), strict=True)
    ]


def prose(found: Sequence[Written]) -> Prose:
    """Add up."""
    asked = [one for one in found if one.trail]
    sentences = [sentence for one in asked for sentence in one.sentences]
    uncited = sum(len(one.voices.uncited) for one in asked)
    made = [one.answer.made for one in asked if one.answer.made]
    times = [one.answer.elapsed_ms for one in asked]
    stating = [*(sentence.supported for sentence in sentences), *[False] * uncited]
    return Prose(
        answers=len(asked),
        written=sum(one.written for one in asked),
        fallbacks=_counted(str(one.trail.trouble) for one in asked if one.trail and not one.written),
        sentences=len(sentences),
        precision=_share(held for sentence in sentences for held in sentence.alone),
        recall=_share(stating),
        contradicted=_share(sentence.together == "refutes" for sentence in sentences),
        stranger=_share(sentence.stranger for sentence in sentences if sentence.stranger is not None),
        uncited=uncited,
        own_voice=sum(len(one.voices.own) for one in asked),
        dropped=_counted(reason for one in asked for _, reason in one.dropped),
        read=sum(one.read for one in made),
        wrote=sum(one.written for one in made),
        calls=sum(one.calls for one in made),
        median_ms=median(times) if times else 0.0,
        slowest_ms=max(times, default=0),
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())


def _share(values: Iterable[bool]) -> float | None:
    known = list(values)
    return sum(known) / len(known) if known else None
