"""How well search and judge find passages, and passages that refute, on BEIR folders.

Rows: bm25, dense, fused; then the fused top `DEPTH` in the judge's order, the same with counter-queries beside the
query, and in the order of a perfect judge, which puts the refuting passages first and is the most that any judge can
reach at that depth. The headline is the share of the way
from bm25 to perfect stance that the judged ranking goes, on opposing nDCG@10.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.evaluate.data import RetrievalSet
from retrieval.evaluate.lengths import pieces
from retrieval.evaluate.metrics import Interval, bootstrap, bootstrap_mean, ndcg, recall
from retrieval.evaluate.report import markdown_table, number
from retrieval.evaluate.searching import LISTED, Progress, Rankings, searched
from retrieval.ingest.chunk import LIMIT
from retrieval.rank.interfaces import Embedder, Judge
from retrieval.rank.score import DEFAULT_WEIGHTS, Weights, side_score
from retrieval.types import Stance, Verdict

DEPTH = 40
"""Documents that the judge reads."""
JUDGED = "fused + judge"
HUNTING = "fused + counter-queries"
HUNTED_JUDGED = "fused + counter-queries + judge"
PERFECT = "fused top 40, perfect stance"
PERFECT_WIDE = "bm25 top 100, perfect stance"


@dataclass(frozen=True, slots=True)
class Row:
    """One way of ranking. A figure is None where it was not measured."""

    name: str
    ndcg: float | None
    """nDCG@10, both sides relevant, all queries."""
    recall: float | None
    """Recall@100, all queries."""
    opposing: Interval | None
    """nDCG@10, only refuting documents relevant, over the judged queries."""


@dataclass(frozen=True, slots=True)
class RetrievalReport:
    """The figures of one set."""

    name: str
    split: str
    documents: int
    queries: int
    judged: int
    """Queries that the judge saw; the opposing figures of every row are over these."""
    rows: tuple[Row, ...]
    gap_closed: Interval | None
    """Of the whole pipeline, counter-queries and judge: (pipeline - bm25) / (perfect - bm25), of the means."""


def measure(
    data: RetrievalSet,
    embedder: Embedder,
    judge: Judge | None,
    *,
    judged_queries: int | None = None,
    weights: Weights = DEFAULT_WEIGHTS,
    progress: Progress = lambda _: None,
) -> RetrievalReport:
    """Search, fuse and judge one set.

    Args:
        data: The set.
        embedder: Makes the dense ranking.
        judge: Orders the fused top; without one, only the rows that need none.
        judged_queries: How many queries are judged at most, drawn by a fixed seed.
        weights: Of the side score.
        progress: Told in a few words what is being done.
    """
    asked = data.to_judge(judged_queries)
    found = searched(data, embedder, progress, asked if data.stances else ())
    fused = {query: list(scores) for query, scores in found.fused.items()}
    rankings = {"bm25": found.lexical, "dense": found.dense, "fused": fused}
    if data.stances:
        rankings[HUNTING] = {query: list(scores) for query, scores in found.hunted.items()}
    if judge and data.stances:  # Without sides there is nothing that its order could be measured by.
        progress(f"{data.name}: judging {len(asked)} queries")
        readings = {query: _Reading(data, query, judge, weights) for query in asked}
        rankings[JUDGED] = {query: judged(readings[query], found.fused[query], weights) for query in asked}
        rankings[HUNTED_JUDGED] = {query: judged(readings[query], found.hunted[query], weights) for query in asked}
    if data.stances:
        rankings[PERFECT] = {query: perfect(data, query, fused[query][:DEPTH]) for query in asked}
        rankings[PERFECT_WIDE] = {query: perfect(data, query, found.lexical[query]) for query in asked}
    rows = tuple(_row(data, name, ranking, asked) for name, ranking in rankings.items())
    gap = _gap(data, rankings, asked) if judge and data.stances else None
    return RetrievalReport(data.name, data.split, len(data.corpus), len(data.queries), len(asked), rows, gap)


class _Reading:
    """The verdicts on one query's documents, each judged once however many rankings hold it.

    The judge reads passages, cut as the library cuts them; a document counts as its most opposing one (MaxP, as in
    `retrieval.evaluate.lengths`).
    """

    def __init__(self, data: RetrievalSet, query: str, judge: Judge, weights: Weights) -> None:
        self._corpus, self._claim, self._judge, self._weights = data.corpus, data.queries[query], judge, weights
        self._known: dict[str, Verdict] = {}

    def verdicts(self, documents: Sequence[str]) -> list[Verdict]:
        new = [document for document in documents if document not in self._known]
        cut = [(document, part) for document in new for part in pieces(self._corpus[document], LIMIT, overlap=False)]
        found: dict[str, list[Verdict]] = {document: [] for document in new}
        for (document, _), verdict in zip(
            cut, self._judge.judge([(self._claim, part) for _, part in cut]), strict=True
        ):
            found[document].append(verdict)
        self._known.update({document: max(verdicts, key=self._opposes) for document, verdicts in found.items()})
        return [self._known[document] for document in documents]

    def _opposes(self, verdict: Verdict) -> float:
        return side_score(verdict, Stance.REFUTES, 1.0, self._weights)


def judged(reading: _Reading, fused: Mapping[str, float], weights: Weights = DEFAULT_WEIGHTS) -> list[str]:
    """The first `DEPTH` documents of a fused ranking in the order of their opposing score."""
    candidates = list(fused)[:DEPTH]
    return by_score({document: fused[document] for document in candidates}, reading.verdicts(candidates), weights)


def by_score(fused: Mapping[str, float], verdicts: Sequence[Verdict], weights: Weights = DEFAULT_WEIGHTS) -> list[str]:
    """Documents by how good they are as opposing evidence; ``verdicts`` are in the order of ``fused``."""
    scores = {
        document: side_score(verdict, Stance.REFUTES, score, weights)
        for (document, score), verdict in zip(fused.items(), verdicts, strict=True)
    }
    return sorted(scores, key=lambda document: -scores[document])


def perfect(data: RetrievalSet, query: str, candidates: Sequence[str]) -> list[str]:
    """The candidates with the refuting ones in front, otherwise in their order."""
    opposing = data.opposing(query)
    return sorted(candidates, key=lambda document: document not in opposing)


def opposing_scores(data: RetrievalSet, ranking: Mapping[str, Sequence[str]], asked: Sequence[str]) -> list[float]:
    """Opposing nDCG@10 of each asked query."""
    return [ndcg(ranking[query], data.opposing(query)) for query in asked]


def _row(data: RetrievalSet, name: str, ranking: Rankings, asked: Sequence[str]) -> Row:
    everyone = [query for query in data.queries if data.relevant.get(query)]
    whole = all(query in ranking for query in everyone)
    gains = [ndcg(ranking[query], data.relevant[query]) for query in everyone] if whole else []
    found = [recall(ranking[query], data.relevant[query], LISTED) for query in everyone] if whole else []
    return Row(
        name,
        float(np.mean(gains)) if gains else None,
        float(np.mean(found)) if found else None,
        bootstrap_mean(opposing_scores(data, ranking, asked)) if data.stances else None,
    )


def _gap(data: RetrievalSet, rankings: Mapping[str, Rankings], asked: Sequence[str]) -> Interval | None:
    names = ("bm25", HUNTED_JUDGED, PERFECT)
    bm25, ours, best = (np.array(opposing_scores(data, rankings[name], asked)) for name in names)
    if not len(asked) or best.mean() <= bm25.mean():
        return None
    return bootstrap(
        lambda where: float((ours[where] - bm25[where]).mean() / max((best[where] - bm25[where]).mean(), 1e-9)),
        len(asked),
    )


def retrieval_table(one: RetrievalReport) -> str:
    """The rows of one set."""
    rows = [
        [row.name, number(row.ndcg), number(row.recall), str(row.opposing) if row.opposing else "–"] for row in one.rows
    ]
    return markdown_table(["ranking", "nDCG@10", "recall@100", "opposing nDCG@10 [95 %]"], rows)


def summary_table(reports: Sequence[RetrievalReport]) -> str:
    """Opposing nDCG@10 of all sets that have sides, one row a set, and the share of the gap that is closed."""
    sided = [one for one in reports if any(row.opposing for row in one.rows)]
    names = list(dict.fromkeys(row.name for one in sided for row in one.rows))
    rows = []
    for one in sided:
        found = {row.name: row.opposing for row in one.rows}
        cells = [number(opposing.value if (opposing := found.get(name)) else None) for name in names]
        rows.append([f"{one.name} {one.split}", str(one.judged), *cells, str(one.gap_closed or "–")])
    return markdown_table(["opposing nDCG@10", "queries", *names, "gap closed [95 %]"], rows)
