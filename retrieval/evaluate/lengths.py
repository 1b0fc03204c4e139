"""How long a passage should be: documents cut to different lengths, found by their best passage.

A document counts as high as its best passage, the usual way to rank long texts by their parts (Dai and Callan, "Deeper
Text Understanding for IR with Contextual Neural Language Modeling", SIGIR 2019, there called MaxP).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from retrieval.evaluate.data import RetrievalSet
from retrieval.evaluate.metrics import ndcg
from retrieval.evaluate.report import markdown_table, number
from retrieval.ingest.chunk import LIMIT, Paragraph, divide
from retrieval.ingest.sentences import sentences
from retrieval.rank.interfaces import Embedder

Progress = Callable[[str], None]
LENGTHS = (300, 600, LIMIT, 1800)
"""Characters; the last leaves an abstract whole, and the embedder reads what fits its window."""
DOCUMENTS = 800
"""Of a set: those that are relevant to a measured query, filled up with others by a fixed seed."""
QUERIES = 150


@dataclass(frozen=True, slots=True)
class LengthRow:
    """One way of cutting, with what it found."""

    limit: int
    overlap: bool
    passages: int
    ndcg: float


def measure_lengths(data: RetrievalSet, embedder: Embedder, progress: Progress) -> list[LengthRow]:
    """nDCG@10 by the best passage, for each length, without overlap and with a sentence of it.

    Args:
        data: A set; a sample of it by a fixed seed is measured.
        embedder: Makes the vectors.
        progress: Told in a few words what is being done.
    """
    queries, documents = sampled(data)
    asked = embedder.embed_queries([data.queries[query] for query in queries])
    rows = []
    for limit in LENGTHS:
        for overlap in (False, True):
            progress(f"{data.name}: passages of {limit} characters{', overlapping' if overlap else ''}")
            cut = [(name, part) for name in documents for part in pieces(data.corpus[name], limit, overlap=overlap)]
            likeness = asked @ embedder.embed_passages([part for _, part in cut]).T
            rankings = (best_first([name for name, _ in cut], row) for row in likeness)
            gains = [ndcg(ranking, data.relevant[query]) for query, ranking in zip(queries, rankings, strict=True)]
            rows.append(LengthRow(limit, overlap, len(cut), float(np.mean(gains))))
    return rows


def sampled(data: RetrievalSet, seed: int = 20) -> tuple[list[str], list[str]]:
    """Queries to measure, and documents to find: the relevant ones among others."""
    dice = random.Random(seed)  # noqa: S311 - a sample, not a secret
    answerable = sorted(query for query in data.queries if data.relevant.get(query))
    queries = dice.sample(answerable, min(QUERIES, len(answerable)))
    wanted = {document for query in queries for document in data.relevant[query] if document in data.corpus}
    others = sorted(set(data.corpus) - wanted)
    return queries, sorted(wanted) + dice.sample(others, min(len(others), max(0, DOCUMENTS - len(wanted))))


def pieces(text: str, limit: int, *, overlap: bool) -> list[str]:
    """A document's passages as the library cuts them; with ``overlap`` each begins with the sentence before it."""
    cut = [passage.text for passage in divide("document", text, [Paragraph(0, len(text))], limit)]
    if not overlap:
        return cut
    before = [text_of_last(earlier) for earlier in cut[:-1]]
    return cut[:1] + [f"{last} {later}" for last, (_, later) in zip(before, pairwise(cut), strict=True)]


def text_of_last(text: str) -> str:
    """The last sentence of a passage."""
    start, end = (sentences(text) or [(0, len(text))])[-1]
    return text[start:end]


def best_first(names: Sequence[str], likeness: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> list[str]:
    """Documents in the order of their best passage."""
    ordered = (names[place] for place in np.argsort(-likeness, kind="stable"))
    return list(dict.fromkeys(ordered))


def lengths_table(rows: Sequence[LengthRow]) -> str:
    """One row a way of cutting."""
    cells = [
        [f"{row.limit}{' + a sentence' if row.overlap else ''}", str(row.passages), number(row.ndcg)] for row in rows
    ]
    return markdown_table(["characters", "passages", "nDCG@10"], cells)
