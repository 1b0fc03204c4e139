"""The trail of an answer, readable in a terminal: one block a step, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot.console import counted, plain
from bot.trail import trail_object
from retrieval.answer.trails import Explained
from retrieval.types import Answer

BEST = 5
"""Hits shown of each list; the JSON has all."""
WORDS = 90
"""Characters shown of a passage."""


def render_trail(answer: Answer, explained: Explained) -> RenderableType:
    """Every step with its scores; what was said to a model and what it said, in full."""
    trail = trail_object(answer, explained)
    blocks = [_read(trail), _lists(trail), _candidates(trail)]
    blocks += [_asked(f"Asked of the model: {errand['prompt']}", errand) for errand in trail["errands"]]
    blocks.append(_writing(trail["writing"]) if trail["writing"] else _lines("Writing", [_why_not(answer)]))
    return Group(Text(), *blocks)


def _read(trail: dict[str, Any]) -> RenderableType:
    lines = [f"Read as: {trail['asked']}", f"Nearest text of any kind: {trail['similarity']:.3f}"]
    if matched := trail["matched"]:
        lines.append(f"Article {matched['article']}; its nearest claims: {_scored(matched['claims'], 'number')}")
        lines.append(f"Its nearest passages: {_scored(matched['passages'], 'passage')}")
    if trail["abstention"]:
        lines.append(f"Declined: {trail['abstention']}")
    return _lines("Question", lines)


def _lists(trail: dict[str, Any]) -> RenderableType:
    lines = []
    for one in trail["lists"]:
        lines.append(f"by {one['by']}: {one['text']}")
        best = _scored(one["hits"][:BEST], "passage")
        lines.append(f"    {counted(len(one['hits']), 'hit')}{': ' if best else ''}{best}")
    return _lines(f"Search, by meaning with {trail['embedder']}", lines)


def _candidates(trail: dict[str, Any]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_row(*(Text(name, style="dim") for name in ("shown", "fused", "likeness", "verdicts", "passage")))
    for item in trail["candidates"]:
        verdicts = "\n".join(map(_verdict, item["verdicts"])) or "not judged"
        words = " ".join(item["text"].split())
        table.add_row(
            Text(item["label"] or "-", style="bold" if item["label"] else "dim"),
            Text(f"{item['fused']:.3f}"),
            Text(f"{item['to_question']:.3f}"),
            Text(verdicts),
            Text(plain(f"{item['passage']}: {words[:WORDS]}{'…' if len(words) > WORDS else ''}"), overflow="fold"),
        )
    return _block(f"{counted(len(trail['candidates']), 'candidate')}, judged by {trail['judge']}", table)


def _verdict(told: dict[str, Any]) -> str:
    sides = f"against {told['refutes']:.2f}, for {told['supports']:.2f}, about it {told['relevance']:.2f}"
    second = f"; second opinion: {told['second_opinion']}" if told["second_opinion"] else ""
    return f"{told['claim'] or 'question'}: {sides}{second}"


def _writing(writing: dict[str, Any]) -> RenderableType:
    title = f"Writing with {writing['model']} ({writing['prompts']}; shown {', '.join(writing['shown'])})"
    kept = [f"kept: {one['text']} [{', '.join(one['labels'])}]" for one in writing["kept"]]
    dropped = [f"dropped, because {one['why']}: {one['text']}" for one in writing["dropped"]]
    return Group(_asked(title, writing), _lines("What held", kept + dropped or ["nothing came back"]))


def _asked(title: str, asked: dict[str, Any]) -> RenderableType:
    tokens = asked["tokens"]
    cost = f"{counted(asked['calls'], 'call')}, {tokens['read']:,} tokens read, {tokens['written']:,} written"
    lines = [cost + (f"; trouble: {asked['trouble']}" if asked["trouble"] else "")]
    for message in asked["messages"]:
        lines += [f"--- {message['role']}", message["text"]]
    return _lines(title, [*lines, "--- the model's own words", asked["raw"] or "(none)"])


def _why_not(answer: Answer) -> str:
    return "nothing to write: the question is declined" if answer.abstained else "no chat model: put together here"


def _scored(items: Iterable[dict[str, Any]], key: str) -> str:
    return ", ".join(f"{item[key]} {item['score']:.3f}" for item in items)


def _lines(title: str, lines: Iterable[str]) -> RenderableType:
    return _block(title, Group(*(Text(plain(line)) for line in lines)))


def _block(title: str, inside: RenderableType) -> RenderableType:
    rule = Rule(Text(plain(title), style="bold"), align="left", characters="─", style="dim")
    return Group(rule, Padding(inside, (0, 0, 1, 2)))
