"""A scripted "good model": it reads the prompt it is sent and writes a competent, honest answer by rule.

It stands in for a chat model where none can be paid or reached: in tests, in benchmarks, and for an operator who wants
to see the whole way of an answer. It knows nothing but the prompt, obeys the prompt's rules and no source, and has no
skill: figures taken with it say what the code around a model does, never how good a model is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.ingest.sentences import sentences
from retrieval.rank.words import overlap, terms

Message = Mapping[str, str]
"""{"role", "content"}, as the protocol has it."""

NAME = "scripted"
LONGEST_QUOTE = 25
"""Words, as the prompt asks."""
SHORTEST_QUOTE = 4
ENOUGH = 4
"""Sentences from which related context is left out."""
MOST = {"A": 2, "O": 2, "S": 2, "N": 1}
"""Sentences a side."""
_BLOCK = re.compile(r"<<(?P<fence>[0-9a-f]+) (?P<head>[^\n]*)>>\n(?P<text>.*?)\n<<(?P=fence) end>>", re.DOTALL)
_MARK = re.compile(r"the character (\S) stands for each space")
_MARKS = re.compile('["“”„«»]')
_CLAUSE = re.compile(r"(.*)[,:–—]", re.DOTALL)
_ASIDE = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)$")
_SMALL = frozenset(
    "the a an it its in on at by of for from to with as and but when while after before during since until about most "
    "many some more less over under nearly almost only both two three this that these those there their his her one no "
    "according".split()
)
"""Words that are written small inside a sentence."""


@dataclass(frozen=True, slots=True)
class Told:
    """One block of a prompt: its label, what the prompt says of it, and its words with spaces again."""

    label: str
    remarks: tuple[str, ...]
    text: str

    @property
    def side(self) -> str:
        """The letter of the label."""
        return self.label[:1]

    @property
    def summary(self) -> bool:
        """Whether the words are not the source's own."""
        return "our summary" in self.remarks

    @property
    def speaker(self) -> str:
        """Whose words they are, without date and asides."""
        credit = next((one.removeprefix("from: ") for one in self.remarks if one.startswith("from: ")), "one source")
        return _ASIDE.sub("", credit).rpartition(", ")[0].replace("; ", " and ") or _ASIDE.sub("", credit)

    @property
    def sided(self) -> bool:
        """Whether it stands for or against the very claim, by every reading."""
        remarks = " ".join(self.remarks)
        return self.side in "OS" and "on claim" not in remarks and "less sure" not in remarks


@dataclass(frozen=True, slots=True)
class Read:
    """A prompt as the model reads it."""

    blocks: tuple[Told, ...]
    topic: str
    """The question and the claim."""


def reply(messages: Sequence[Message], *, structured: bool = True) -> str:
    """What the model answers to the messages of one call.

    Args:
        messages: as the protocol has them.
        structured: whether the server was asked for JSON; an answer is marked text otherwise.
    """
    prompt = read(messages)
    labels = {block.label for block in prompt.blocks}
    if errand := _errand(labels, {block.label: block.text for block in prompt.blocks}):
        return json.dumps(errand, ensure_ascii=False)
    written = write(prompt)
    if not structured:
        return "\n".join(f'{text} [{label}: "{quote}"]' for text, label, quote in written)
    shaped = [{"text": text, "citations": [{"label": label, "quote": quote}]} for text, label, quote in written]
    return json.dumps({"sentences": shaped}, ensure_ascii=False)


def read(messages: Sequence[Message]) -> Read:
    """The blocks of a prompt, unmarked, and what was asked."""
    mark = _MARK.search("\n".join(message["content"] for message in messages))
    told = messages[-1]["content"]
    told = told.replace(mark[1], " ") if mark else told
    asked = [line.partition(": ")[2] for line in told.splitlines() if line.startswith(("Question: ", "The article's"))]
    return Read(tuple(_told(found["head"], found["text"]) for found in _BLOCK.finditer(told)), " ".join(asked))


def write(prompt: Read) -> list[tuple[str, str, str]]:
    """(sentence, label, quoted words) for the article, what opposes it, what supports it and what stays open."""
    written: list[tuple[str, str, str]] = []
    wanted = terms(prompt.topic)
    for side, most in MOST.items():
        if side == "N" and len(written) >= ENOUGH:
            break
        used: set[str] = set()
        for block in [block for block in prompt.blocks if block.side == side and block.remarks]:
            best = _telling(block, wanted)
            if best and best not in used and len(used) < most:
                used.add(best)
                written.append((_sentence(block, best, len(used)), block.label, _quotable(best)))
    return written


def _told(head: str, text: str) -> Told:
    label, *remarks = head.split(" | ")
    return Told(label, tuple(remarks), text)


def _telling(block: Told, wanted: Sequence[str]) -> str:
    """The words of the block that say most of what is wanted; what can be quoted in full is preferred."""
    found = [block.text[start:end].rstrip(".!?… ").partition(";")[0] for start, end in sentences(block.text)]
    if not block.summary:
        found = [_quotable(part) for words in found for part in _MARKS.split(words)]
    usable = [words for words in found if len(words.split()) >= SHORTEST_QUOTE]
    ranked = sorted(usable, key=lambda words: (-overlap(wanted, terms(words), {}), len(words.split()) > LONGEST_QUOTE))
    return ranked[0] if ranked else ""


def _quotable(words: str) -> str:
    """So much of some words as may be quoted, up to the end of a clause if there is one."""
    kept = " ".join(words.split()[:LONGEST_QUOTE])
    if kept == " ".join(words.split()):
        return kept
    clause = _CLAUSE.match(kept)
    return clause[1] if clause and len(clause[1].split()) > SHORTEST_QUOTE else kept


def _sentence(block: Told, words: str, place: int) -> str:
    """One sentence in its speaker's voice; the source's own words stand between quotation marks."""
    own = _inside(words) if block.summary else f"“{words}”"
    if block.side == "A":
        verb = "It also says" if place > 1 else "The article says"
        return f"{verb} that {own}." if block.summary else f"{verb}: {own}."
    stand = {"O": ", which speaks against the claim", "S": ", which supports the claim"}.get(block.side, "")
    lead = "As for what stays open, according" if block.side == "N" else "According"
    return f"{lead} to {block.speaker}, {own}{stand if block.sided else ''}."


def _inside(words: str) -> str:
    first, space, rest = words.partition(" ")
    return f"{first.lower() if first.lower() in _SMALL else first}{space}{rest}".replace("“", "").replace("”", "")


def _errand(labels: set[str], texts: Mapping[str, str]) -> dict[str, object] | None:
    """The answer to work beside writing: queries by template, no second opinion, the follow-up as it is, no claims."""
    if "FOLLOW-UP" in labels:
        return {"question": texts["FOLLOW-UP"]}
    if labels == {"CLAIM"}:
        claim = texts["CLAIM"].rstrip(".")
        return {
            "restated": f"Reports that {claim}",
            "negated": f"Denied or not so: {claim}",
            "critic": f"Another account or figure: {claim}",
        }
    if "CLAIM" in labels:
        return {"refutes": [], "supports": [], "neutral": []}
    return {"claims": []} if labels and all(re.fullmatch(r"P\d+", label) for label in labels) else None
