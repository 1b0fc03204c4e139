"""The machine-readable shapes that the command line promises; stable, held by tests."""

from __future__ import annotations

from typing import Any

from retrieval.curate.types import Balance
from retrieval.types import Answer, Citation, Claim, Made, Source


def answer_object(answer: Answer) -> dict[str, Any]:
    """What ``rejoinder ask --json`` prints for one question."""
    return {
        "question": answer.question,
        "asked": answer.asked,
        "claim": claim_object(answer.claim) if answer.claim else None,
        "abstained": answer.abstained,
        "kind": answer.abstention.value if answer.abstention else None,
        "reason": answer.reason,
        "nearest": [claim_object(claim) for claim in answer.nearest],
        "article": [citation_object(citation) for citation in answer.said],
        "opposing": [citation_object(citation) for citation in answer.opposing],
        "supporting": [citation_object(citation) for citation in answer.supporting],
        "context": [citation_object(citation) for citation in answer.context],
        "text": answer.text,
        "receipt": {
            "sources": answer.receipt.sources,
            "passages": answer.receipt.passages,
            "opposing": answer.receipt.opposing,
            "supporting": answer.receipt.supporting,
            "dropped": answer.receipt.dropped,
        },
        "mode": answer.mode,
        "notice": answer.notice,
        "elapsed_ms": answer.elapsed_ms,
        "made": made_object(answer.made) if answer.made else None,
    }


def made_object(made: Made) -> dict[str, Any]:
    """What an answer was made with; ``model`` is null when no chat model was asked."""
    return {
        "embedder": made.embedder,
        "judge": made.judge,
        "model": made.model,
        "prompts": made.prompts,
        "passages": list(made.shown),
        "tokens": {"read": made.read, "written": made.written},
        "calls": made.calls,
    }


def citation_object(citation: Citation) -> dict[str, Any]:
    """One citation; ``start`` and ``end`` are character offsets into the source's stored text."""
    locator = citation.locator
    return {
        "label": citation.label,
        "source": source_object(citation.source),
        "passage": citation.passage,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "locator": {
            "heading": locator.heading,
            "paragraph": locator.paragraph,
            "body_paragraph": locator.body_paragraph,
            "page": locator.page,
        },
        "relevance": round(citation.relevance, 4),
        "stance": citation.stance.value,
        "probability": round(citation.probability, 4),
        "later": citation.later,
        "claim": citation.claim,
        "second_opinion": citation.second.value if citation.second else None,
    }


def source_object(source: Source) -> dict[str, Any]:
    """A source as a citation and ``source list --json`` show it."""
    return {
        "id": source.id,
        "title": source.title,
        "author": source.author,
        "publisher": source.publisher,
        "date": source.date,
        "url": source.url,
        "kind": source.kind,
        "quality": source.quality,
        "role": source.role.value,
        "wording": source.wording.value,
    }


def claim_object(claim: Claim) -> dict[str, Any]:
    """A claim: number, text and the id of its article."""
    return {"number": claim.number, "text": claim.text, "source": claim.source}


def balance_object(found: Balance) -> dict[str, Any]:
    """What ``rejoinder source balance --json`` prints; there is a cell where a source speaks of a claim."""
    cells = [
        {"claim": number, "source": source, "stance": stance.value, "probability": round(probability, 4)}
        for (number, source), (stance, probability) in found.cells.items()
    ]
    sources = [source_object(source) for source in found.sources]
    return {"article": source_object(found.article), "sources": sources, "cells": cells, "warnings": found.warnings}
