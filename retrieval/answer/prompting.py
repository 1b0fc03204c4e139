"""What the model is told: our rules, and the sources as marked data.

Source text is marked data (`retrieval.chat.marking`). Titles, names, claims and the question come from outside as well
and are marked in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prompts import load
from retrieval.answer.compose import credit
from retrieval.chat.marking import Marking
from retrieval.chat.model import Messages, Rung
from retrieval.types import SHARED, Answer, Citation, Passage, Wording

SHOWN = {"A": 3, "O": 4, "S": 3, "N": 2}
"""Passages shown to the model on each side: with rules and reply they fit in 4,096 tokens, Ollama's default."""
WINDOW = 480
"""Characters of a passage shown, around its quote."""
LONGEST_QUESTION = 500


@dataclass(frozen=True, slots=True)
class Prompting:
    """One prompt: its messages on each rung, what is secret in it, and how to read marked words again."""

    messages: Mapping[Rung, Messages]
    instructions: str
    marking: Marking
    labels: tuple[str, ...]
    """What was shown."""
    version: str

    def unmarked(self, text: str) -> str:
        """Words of the model with spaces where it kept our marks."""
        return self.marking.unmarked(text)


class Prompter:
    """Fills the prompts of ``prompts/``."""

    def __init__(self) -> None:
        self._rules, self._plain, self._evidence = load("write"), load("write_plain"), load("write_evidence")

    @property
    def version(self) -> str:
        """Names and versions of the prompts, for the record."""
        return ", ".join(f"{prompt.name} {prompt.version}" for prompt in (self._rules, self._plain, self._evidence))

    def prompting(self, answer: Answer, passages: Mapping[str, Passage], space: str) -> Prompting:
        """The prompt for an answer; what another space owns is left out, whoever handed it in."""
        shown = [item for item in visible(answer, space) if item.passage in passages]
        marking = Marking.drawn("".join(passages[item.passage].text for item in shown))
        told = self._evidence.fill(
            question=marking.marked(answer.question[:LONGEST_QUESTION]),
            claim=marking.marked(answer.claim.text if answer.claim else "(no numbered claim: answer the question)"),
            sources="\n\n".join(_block(item, passages[item.passage], marking) for item in shown),
            sides=_sides(shown),
        )
        rules = {Rung.SCHEMA: self._rules, Rung.OBJECT: self._rules, Rung.PLAIN: self._plain}
        systems = {rung: rule.fill(mark=marking.mark, fence=marking.fence) for rung, rule in rules.items()}
        return Prompting(
            messages={rung: (("system", system), ("human", told)) for rung, system in systems.items()},
            instructions="\n".join(dict.fromkeys(systems.values())),
            marking=marking,
            labels=tuple(item.label for item in shown),
            version=self.version,
        )


def visible(answer: Answer, space: str) -> list[Citation]:
    """The citations to show: a few of each side, none of a source that is not this space's."""
    sides = (answer.said, answer.opposing, answer.supporting, answer.context)
    ours = [[item for item in side if item.source.space in {SHARED, space}] for side in sides]
    return [item for side, limit in zip(ours, SHOWN.values(), strict=True) for item in side[:limit]]


def _block(citation: Citation, passage: Passage, marking: Marking) -> str:
    side = {
        "A": "what the article says",
        "O": "opposes the claim",
        "S": "supports the claim",
        "N": "related, on neither side",
    }[citation.label[0]]
    wording = "" if citation.source.wording is Wording.FULL_TEXT else " | our summary"
    label = f"{citation.label} | {side}{wording} | from: {marking.marked(credit(citation))}"
    return marking.block(label, window(citation, passage))


def window(citation: Citation, passage: Passage) -> str:
    """The passage, or so much of a long one around the quote as is shown, from word to word."""
    if len(passage.text) <= WINDOW:
        return passage.text
    spare = max(0, WINDOW - (citation.end - citation.start)) // 2
    start = max(0, citation.start - passage.start - spare)
    cut = passage.text[start : start + WINDOW]
    first, _, rest = cut.partition(" ")
    cut = rest if start and len(first) < len(cut) else cut
    return cut if passage.text.endswith(cut) else cut.rpartition(" ")[0] or cut


def _sides(shown: Sequence[Citation]) -> str:
    """Which sides there are, so that the model leaves none out."""
    names = {"A": "the article", "O": "opposing evidence", "S": "supporting evidence", "N": "related context"}
    listed = {
        name: ", ".join(item.label for item in shown if item.label[0] == letter) for letter, name in names.items()
    }
    return "\n".join(f"- {name}: {labels or 'none'}" for name, labels in listed.items())
