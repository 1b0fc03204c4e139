"""Whether the quotes of a written answer support its sentences, and in whose voice these speak.

Citation recall and precision as in Gao et al., "Enabling Large Language Models to Generate Text with Citations" (arXiv
2305.14627), with the embedded judge, without cues, as the one who says what supports what. That judge is small, so each
sentence is also held against a quote of another answer: what it calls supported there is the error to expect.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answer.gate import Sentence
from retrieval.answer.voice import Attribution, certain, reported, sides_named, verdict
from retrieval.ingest.sentences import sentences
from retrieval.rank.interfaces import Judge
from retrieval.types import Answer, Stance

OURS = "Nothing found in the "
"""How the sentences begin that code, and no model, adds to prose."""
_LABELS = re.compile(r"\[([AOSN]\d+)\]")
_QUOTATION = re.compile(r"“[^“”]*”")
_QUOTE_MARKS = re.compile('[“”"]')
_ACCORDING = re.compile(r"^.{0,60}?\baccording to\b[^,]*(?:,[^,]*?\))?,\s*", re.IGNORECASE)
_LEAD = re.compile(r"^.{1,110}?(?:\bthat\b|:)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Backed:
    """One sentence of a written answer, and what the judge makes of its quotes."""

    text: str
    labels: tuple[str, ...]
    quotes: tuple[str, ...]
    alone: tuple[bool, ...]
    """For each quote, whether it supports the sentence by itself."""
    together: Stance
    """How all its quotes in one stand to the sentence."""
    stranger: bool | None
    """Whether a quote of another answer "supports" it as well; None when there is no other."""

    @property
    def supported(self) -> bool:
        """Whether its quotes together support it."""
        return self.together is Stance.SUPPORTS


@dataclass(frozen=True, slots=True)
class Voices:
    """What a shown text holds that it must not."""

    uncited: tuple[str, ...]
    """Sentences that state something and carry no citation."""
    own: tuple[str, ...]
    """Sentences that assert, in our voice, what a source says, or judge it."""


def backed(answers: Sequence[Sequence[Sentence]], judge: Judge) -> list[list[Backed]]:
    """The sentences of each answer with what the judge makes of them.

    Args:
        answers: the sentences shown, answer by answer; empty where nothing was written.
        judge: reads each sentence as the claim and each quote as the passage.
    """
    pairs: list[tuple[str, str]] = []
    for place, kept in enumerate(answers):
        stranger = next((other[0].quotes[0] for other in [*answers[place + 1 :], *answers[:place]] if other), "")
        for sentence in kept:
            told = content(sentence.text)
            pairs += [(told, quote) for quote in (*sentence.quotes, " ".join(sentence.quotes), stranger)]
    verdicts = iter(judge.judge(pairs))
    several = sum(bool(kept) for kept in answers) > 1
    return [
        [_backed(sentence, several, [next(verdicts).stance for _ in _asked(sentence)]) for sentence in kept]
        for kept in answers
    ]


def _asked(sentence: Sentence) -> range:
    """One verdict a quote, one on all of them, one on a stranger's."""
    return range(len(sentence.quotes) + 2)


def _backed(sentence: Sentence, several: bool, stances: Sequence[Stance]) -> Backed:
    *alone, together, stranger = stances
    held = tuple(stance is Stance.SUPPORTS for stance in alone)
    other = stranger is Stance.SUPPORTS if several else None
    return Backed(sentence.text, sentence.labels, sentence.quotes, held, together, other)


def content(sentence: str) -> str:
    """What a sentence tells, without who says so, without the side it is on, without quotation marks.

    A judge that is asked about "According to X, it rained, which opposes the claim" reads the frame and not the rain.
    """
    words = sentence.strip().rstrip(".!?… ")
    head, comma, tail = words.rpartition(", ")
    words = head if comma and sides_named(tail) else words
    for pattern in (_ACCORDING, _LEAD):
        lead = pattern.match(words)
        if lead and reported(lead[0]) and len(words) > lead.end():
            words = words[lead.end() :]
            break
    words = _QUOTE_MARKS.sub("", words).strip()
    return f"{words[:1].upper()}{words[1:]}."


def voices(answer: Answer) -> Voices:
    """What of a written answer's shown text is uncited, or spoken in our own voice; both should be empty.

    It is read from the text that people see, whatever the gate said before.
    """
    article = answer.article
    attribution = Attribution((article.author, article.publisher) if article else ())
    uncited, own = [], []
    for paragraph in answer.text.split("\n\n"):
        masked = _QUOTATION.sub("\ufffc", paragraph)
        for start, end in sentences(masked):
            sentence = masked[start:end]
            labels = _LABELS.findall(sentence)
            if not labels and not sentence.startswith(OURS):
                uncited.append(sentence)
            elif labels and not _attributed(_LABELS.sub("", sentence), labels, attribution):
                own.append(sentence)
    return Voices(tuple(uncited), tuple(own))


def _attributed(sentence: str, labels: Sequence[str], attribution: Attribution) -> bool:
    if certain(sentence) or (verdict(sentence) and not reported(sentence)):
        return False
    if all(label.startswith("A") for label in labels):
        return attribution.to_article(sentence)
    return reported(sentence)
