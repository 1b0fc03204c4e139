"""The figures of a written question set, told: tables for people, one object for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from retrieval.evaluate.questions import Score
from retrieval.evaluate.report import markdown_table, number
from retrieval.evaluate.scripted import NAME as SCRIPTED
from retrieval.evaluate.tally import misses, tallies_table, tally
from retrieval.evaluate.written import EMBEDDED, Prose, Written, prose

SCRIPTED_NOTE = (
    "Taken with the scripted model, which writes by rule and has no skill: these figures say what the code around a "
    "model does, not how good a model is."
)
SHOWN = 160
"""Characters of a sentence in a list."""


def written_report(model: str, embedded: Sequence[Score], found: Sequence[Written], *, verbose: bool) -> str:
    """All tables.

    Args:
        model: its name.
        embedded: the same questions without a model.
        found: with it.
        verbose: also list each sentence that was dropped or is not supported, and why an answer fell back.
    """
    told = prose(found)
    parts = [
        tallies_table({EMBEDDED: tally(embedded), model: tally([one.score for one in found])}),
        prose_table(model, told),
        cost_table(model, told),
    ]
    if told.dropped:
        parts.append(_counts("dropped by the gate, because", "sentences", told.dropped))
    if told.fallbacks:
        parts.append(_counts("embedded answer given, because", "answers", told.fallbacks))
    if model == SCRIPTED:
        parts.append(SCRIPTED_NOTE)
    if verbose:
        parts.append("\n".join([*misses([one.score for one in found]), *details(found)]))
    return "\n\n".join(parts)


def prose_table(model: str, told: Prose) -> str:
    """What was written and how it is backed."""
    header = ["prose", "answers", "written", "fell back", "sentences", "citation precision", "citation recall"]
    header += ["contradicted", "by another's quote", "uncited", "own voice", "dropped"]
    row = [
        model,
        str(told.answers),
        str(told.written),
        number(told.fallback_share, 2),
        str(told.sentences),
        number(told.precision, 2),
        number(told.recall, 2),
        number(told.contradicted, 2),
        number(told.stranger, 2),
        str(told.uncited),
        str(told.own_voice),
        str(sum(told.dropped.values())),
    ]
    return markdown_table(header, [row])


def cost_table(model: str, told: Prose) -> str:
    """Tokens and time, an answer."""
    header = ["an answer", "calls", "tokens read", "tokens written", "median ms", "slowest ms"]
    each = [number(whole / told.answers if told.answers else None, 1) for whole in (told.calls, told.read, told.wrote)]
    return markdown_table(header, [[model, *each, number(told.median_ms, 0), str(told.slowest_ms)]])


def _counts(header: str, what: str, counted: dict[str, int]) -> str:
    return markdown_table([header, what], [[name, str(count)] for name, count in counted.items()])


def details(found: Sequence[Written]) -> Iterator[str]:
    """One line for each sentence that was dropped, is not supported by its quotes, or should not be there."""
    for one in found:
        name = one.score.gold.id
        if one.trail and not one.written:
            yield f"{name} fell back: {one.trail.trouble}"
        yield from (f"{name} dropped, {reason}: {words[:SHOWN]}" for words, reason in one.dropped)
        for sentence in one.sentences:
            if not sentence.supported:
                yield f"{name} {sentence.together} by its quotes, says the judge: {sentence.text[:SHOWN]}"
        yield from (f"{name} uncited: {words[:SHOWN]}" for words in one.voices.uncited)
        yield from (f"{name} in our own voice: {words[:SHOWN]}" for words in one.voices.own)


def written_object(model: str, embedded: Sequence[Score], found: Sequence[Written]) -> dict[str, Any]:
    """The same for scripts, with each answer's sentences."""
    told = prose(found)
    return {
        "model": model,
        "scripted": model == SCRIPTED,
        EMBEDDED: asdict(tally(embedded)),
        "all": asdict(tally([one.score for one in found])),
        "prose": {**asdict(told), "fallback_share": told.fallback_share},
        "answers": [_answer_object(one) for one in found],
    }


def _answer_object(one: Written) -> dict[str, Any]:
    return {
        "id": one.score.gold.id,
        "question": one.score.gold.question,
        "mode": one.answer.mode,
        "trouble": str(one.trail.trouble) if one.trail and one.trail.trouble else None,
        "elapsed_ms": one.answer.elapsed_ms,
        "sentences": [
            {"text": held.text, "labels": held.labels, "quotes": held.quotes, "quotes_support": held.alone}
            | {"together": str(held.together)}
            for held in one.sentences
        ],
        "dropped": [{"text": words, "reason": reason} for words, reason in one.dropped],
        "uncited": one.voices.uncited,
        "own_voice": one.voices.own,
    }
