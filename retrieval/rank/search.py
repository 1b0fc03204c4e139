"""Candidates: the reference passages worth judging for a claim.

Two ways of looking, by meaning (dense) and by words (lexical, for names and numbers), each asked with the claim, with
the question and with what hunts the other side (`retrieval.rank.counter`), joined by reciprocal rank. Similarity alone
prefers what agrees, so it only makes the candidates and the judge decides.
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


WORDS_ALONE = "Search by meaning is out of reach right now, so the sources were searched by their words alone."
HUNTED = 0.25
"""Weight of a counter-query's rankings beside those of claim and question; `retrieval.rank.counter` has the figures."""
Asked = tuple[str, Vectors]
"""A text to look with and its vector, shape (dimensions,)."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage to judge. ``fused`` is its reciprocal-rank score; ``to_question`` its similarity to the question.

    The similarity is by our own embedder's vectors, whatever serves the search: the bounds are for those.
    """

    passage: Passage
    source: Source
    fused: float
    to_question: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """One list of candidates: by meaning (cosine similarity) or by words (BM25), for one text; best first."""

    by: str
    text: str
    hits: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The candidates, most promising first, and how they were found."""

    candidates: tuple[Candidate, ...]
    rankings: tuple[Ranking, ...]
    embedder: str
    """Whose vectors search by meaning stood on."""
    notice: str | None = None
    """A sentence for people, when search by meaning was out of reach."""


def visible(space: str) -> tuple[str, ...]:
    """The spaces that a server sees: the seeds' and its own."""
    return (SHARED,) if space == SHARED else (SHARED, space)


def references(
    shelf: Shelf,
    asked: Sequence[Asked],
    spaces: Collection[str],
    depth: int = DEPTH,
    *,
    hunted: Sequence[Asked] = (),
) -> Found:
    """Reference passages, most promising first.

    Args:
        shelf: the stores.
        asked: what to look with; the last one is the question.
        spaces: whose sources to look in.
        depth: how many candidates at most.
        hunted: counter-queries, which count ``HUNTED`` each.
    """
    every = [*asked, *hunted]
    near = shelf.meaning.near(every, spaces, Role.REFERENCE, depth)
    lexical = [shelf.lexical(text, spaces, Role.REFERENCE, depth) for text, _ in every]
    rankings = [
        Ranking(by, text, tuple(hits))
        for by, lists in (("meaning", near.lists), ("words", lexical))
        for (text, _), hits in zip(every, lists, strict=True)
    ]
    weights = [*[1.0] * len(asked), *[HUNTED] * len(hunted)] * 2
    lists = [[passage for passage, _ in ranking.hits] for ranking in rankings]
    fused = dict(reciprocal_rank_fusion(lists, weights=weights)[:depth])
    similar = dict(near.lists[len(asked) - 1]) if near.own else shelf.meaning.similar(fused, asked[-1][1])
    stored = shelf.records.passages.with_sources(fused, spaces)
    candidates = tuple(
        Candidate(passage, source, fused[passage.id], similar.get(passage.id, 0.0))
        for passage, source in sorted(stored, key=lambda pair: -fused[pair[0].id])
    )
    return Found(candidates, tuple(rankings), near.embedder, WORDS_ALONE if near.trouble else None)


def as_vector(vectors: Vectors) -> Vectors:
    """The only row of a one-row batch, shape (dimensions,)."""
    row: Vectors = np.asarray(vectors[0])
    return row
