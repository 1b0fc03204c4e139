"""The trail of an answer as one JSON object, for scripts and for the terminal to show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from retrieval.answer.trails import Explained
from retrieval.answer.write import Trail
from retrieval.chat.budget import Usage
from retrieval.chat.errand import Errand
from retrieval.chat.model import Messages
from retrieval.rank.match import Match
from retrieval.rank.search import Candidate, Ranking
from retrieval.types import Answer, Claim, Verdict

NEAREST = 5
"""Claims and passages of the article that are named."""


def trail_object(answer: Answer, explained: Explained) -> dict[str, Any]:
    """Everything from the question as it was read to what was dropped of a model's words, and why."""
    weighed = explained.weighed
    found, matched = weighed.found, weighed.asked.matched
    labels = {citation.passage: citation.label for citation in answer.citations}
    verdicts = weighed.verdicts or [()] * len(found.candidates)
    return {
        "asked": weighed.asked.question.core,
        "matched": _matched(matched, labels) if matched else None,
        "similarity": round(weighed.similarity, 4),
        "abstention": weighed.kind.value if weighed.kind else None,
        "embedder": found.embedder,
        "judge": answer.made.judge if answer.made else None,
        "lists": [_list(ranking) for ranking in found.rankings],
        "candidates": [
            _candidate(candidate, told, labels) for candidate, told in zip(found.candidates, verdicts, strict=True)
        ],
        "errands": [_errand(errand) for errand in explained.errands],
        "writing": _writing(explained.written) if explained.written else None,
    }


def _matched(matched: Match, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "article": matched.article.source.id,
        "claims": [{"number": claim.number, "score": round(score, 4)} for claim, score in matched.claims[:NEAREST]],
        "passages": [
            {"passage": passage.id, "score": round(score, 4), "label": labels.get(passage.id)}
            for passage, score in matched.passages[:NEAREST]
        ],
    }


def _list(ranking: Ranking) -> dict[str, Any]:
    hits = [{"passage": passage, "score": round(score, 4)} for passage, score in ranking.hits]
    return {"by": ranking.by, "text": ranking.text, "hits": hits}


def _candidate(
    candidate: Candidate, told: Sequence[tuple[Claim | None, Verdict]], labels: dict[str, str]
) -> dict[str, Any]:
    """A candidate with its scores, the verdict toward each claim, and its label if the answer cites it."""
    return {
        "passage": candidate.passage.id,
        "source": candidate.source.id,
        "text": candidate.passage.text,
        "fused": round(candidate.fused, 4),
        "to_question": round(candidate.to_question, 4),
        "verdicts": [_verdict(claim, verdict) for claim, verdict in told],
        "label": labels.get(candidate.passage.id),
    }


def _verdict(claim: Claim | None, verdict: Verdict) -> dict[str, Any]:
    return {
        "claim": claim.number if claim else None,
        "refutes": round(verdict.refutes, 4),
        "supports": round(verdict.supports, 4),
        "neutral": round(verdict.neutral, 4),
        "relevance": round(verdict.relevance, 4),
        "second_opinion": verdict.second.value if verdict.second else None,
    }


def _errand(errand: Errand) -> dict[str, Any]:
    return {
        "prompt": errand.prompt,
        "messages": _messages(errand.messages),
        "raw": errand.raw,
        "tokens": _tokens(errand.usage),
        "calls": errand.calls,
        "trouble": errand.trouble.value if errand.trouble else None,
    }


def _writing(trail: Trail) -> dict[str, Any]:
    gated = trail.gated
    return {
        "model": trail.model,
        "prompts": trail.prompts,
        "way": trail.rung.value if trail.rung else None,
        "shown": list(trail.shown),
        "messages": _messages(trail.messages),
        "raw": trail.raw,
        "kept": [{"text": one.text, "labels": list(one.labels)} for one in gated.kept] if gated else [],
        "dropped": [{"text": words, "why": reason} for words, reason in gated.dropped] if gated else [],
        "tokens": _tokens(trail.usage),
        "calls": trail.calls,
        "trouble": trail.trouble.value if trail.trouble else None,
    }


def _messages(messages: Messages) -> list[dict[str, str]]:
    return [{"role": role, "text": text} for role, text in messages]


def _tokens(usage: Usage) -> dict[str, int]:
    return {"read": usage.read, "written": usage.written}
