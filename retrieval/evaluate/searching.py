"""Both searches over a BEIR set held in memory, fused, with and without counter-queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.evaluate.data import RetrievalSet
from retrieval.rank.counter import counter_queries
from retrieval.rank.fuse import reciprocal_rank_fusion
from retrieval.rank.interfaces import Embedder, Vectors
from retrieval.rank.lexical import LexicalIndex
from retrieval.rank.search import HUNTED

Rankings = dict[str, list[str]]
"""Query id to document ids, best first."""
Scores = dict[str, dict[str, float]]
"""Query id to document id to reciprocal rank score, best first."""
Progress = Callable[[str], None]

LISTED = 100
"""Documents that each search gives."""
CHUNK = 512


@dataclass(frozen=True, slots=True)
class Found:
    """What the searches give, at most `LISTED` documents a query."""

    lexical: Rankings
    dense: Rankings
    fused: Scores
    hunted: Scores
    """As ``fused``, of those queries that were to be hunted, with their counter-queries' rankings beside their own."""


def searched(data: RetrievalSet, embedder: Embedder, progress: Progress, hunted: Collection[str] = ()) -> Found:
    """Both searches and their fusion.

    Args:
        data: The set.
        embedder: Makes the vectors.
        progress: Told in a few words what is being done.
        hunted: Queries that are also searched with counter-queries.
    """
    documents = list(data.corpus)
    with LexicalIndex(data.corpus.values()) as index:
        progress(f"{data.name}: bm25 over {len(documents)} documents")

        def by_words(query: str, text: str) -> list[str]:
            return _without_own(data, query, [documents[place] for place, _ in index.search(text, LISTED + 1)])

        lexical = {query: by_words(query, text) for query, text in data.queries.items()}
        against = {query: counter_queries(data.queries[query]) for query in hunted}
        more = {query: [by_words(query, text) for text in texts] for query, texts in against.items()}
    vectors = _embedded(data, embedder, progress)
    dense = dict(zip(data.queries, _near(data, vectors, embedder, list(data.queries.items())), strict=True))
    for query, texts in against.items():
        more[query] += _near(data, vectors, embedder, [(query, text) for text in texts])
    fused = {query: _joined([dense[query], lexical[query]], []) for query in data.queries}
    joined = {query: _joined([dense[query], lexical[query]], rankings) for query, rankings in more.items()}
    return Found(lexical, dense, fused, joined)


def _joined(own: Sequence[Sequence[str]], hunted: Sequence[Sequence[str]]) -> dict[str, float]:
    weights = [*[1.0] * len(own), *[HUNTED] * len(hunted)]
    return dict(reciprocal_rank_fusion([*own, *hunted], weights=weights)[:LISTED])


def _near(
    data: RetrievalSet, vectors: Vectors, embedder: Embedder, asked: Sequence[tuple[str, str]]
) -> list[list[str]]:
    """For each (query id, text), the documents by the dot product of their vectors with the text's."""
    if not asked:
        return []
    documents = list(data.corpus)
    rankings = []
    for (query, _), vector in zip(asked, embedder.embed_queries([text for _, text in asked]), strict=True):
        best = np.argsort(-(vectors @ vector), kind="stable")[: LISTED + 1]
        rankings.append(_without_own(data, query, [documents[place] for place in best]))
    return rankings


def _embedded(data: RetrievalSet, embedder: Embedder, progress: Progress) -> Vectors:
    texts = list(data.corpus.values())
    parts = []
    for start in range(0, len(texts), CHUNK):
        progress(f"{data.name}: embedding {start} of {len(texts)} documents")
        parts.append(embedder.embed_passages(texts[start : start + CHUNK]))
    return np.concatenate(parts)


def _without_own(data: RetrievalSet, query: str, ranking: Sequence[str]) -> list[str]:
    return [document for document in ranking if document != data.own.get(query)][:LISTED]
