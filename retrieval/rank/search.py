"""Candidates: the reference passages worth judging for a claim.

Two ways of looking, by meaning (dense) and by words (lexical, for names and numbers), each asked with the claim and
with the question, joined by reciprocal rank. Similarity alone prefers what agrees, so it only
makes the candidates and the judge decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.rank.fuse import reciprocal_rank_fusion
from retrieval.rank.interfaces import Vectors
from retrieval.store.shelf import Shelf
from retrieval.types import SHARED, Passage, Role, Source

DEPTH = 40
"""Candidates that are judged: the judge's time grows with it, and at 40 a perfect judge nearly solves the task."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage to judge. ``fused`` is its reciprocal-rank score; ``to_question`` its similarity to the question."""

    passage: Passage
    source: Source
    fused: float
    to_question: float


def visible(space: str) -> tuple[str, ...]:
    """The spaces that a server sees: the seeds' and its own."""
    return (SHARED,) if space == SHARED else (SHARED, space)


def references(
    shelf: Shelf, asked: Sequence[tuple[str, Vectors]], spaces: Collection[str], depth: int = DEPTH
) -> list[Candidate]:
    """Reference passages, most promising first.

    Args:
        shelf: the stores.
        asked: (text, vector) pairs to look with; the last one is the question.
        spaces: whose sources to look in.
        depth: how many candidates at most.
    """
    dense = [shelf.dense(vector, spaces, Role.REFERENCE, depth) for _, vector in asked]
    lexical = [shelf.lexical(text, spaces, Role.REFERENCE, depth) for text, _ in asked]
    rankings = [[passage for passage, _ in ranked] for ranked in (*dense, *lexical)]
    fused = dict(reciprocal_rank_fusion(rankings)[:depth])
    similar = dict(dense[-1])
    found = shelf.records.passages.with_sources(fused, spaces)
    return [
        Candidate(passage, source, fused[passage.id], similar.get(passage.id, 0.0))
        for passage, source in sorted(found, key=lambda pair: -fused[pair[0].id])
    ]


def as_vector(vectors: Vectors) -> Vectors:
    """The only row of a one-row batch, shape (dimensions,)."""
    row: Vectors = np.asarray(vectors[0])
    return row
