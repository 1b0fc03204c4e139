"""Judges and embedders that answer by rule, and small data on disk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.rank.interfaces import Vectors
from retrieval.types import Verdict


class WordJudge:
    """Refutes with "not" in the passage, supports with "indeed", otherwise neutral; sure to 0.8."""

    id = "words"

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        return [_verdict(passage.lower().split()) for _, passage in pairs]


def _verdict(words: list[str]) -> Verdict:
    if "not" in words:
        return Verdict(0.8, 0.1, 0.1, 0.9)
    return Verdict(0.1, 0.8, 0.1, 0.9) if "indeed" in words else Verdict(0.1, 0.1, 0.8, 0.2)


class LetterEmbedder:
    """Counts letters."""

    id = "letters"
    dimensions = 26

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        counts = np.array([[text.lower().count(chr(97 + place)) for place in range(26)] for text in texts], np.float32)
        lengths = np.linalg.norm(counts, axis=1, keepdims=True)
        vectors: Vectors = (counts / np.maximum(lengths, 1e-9)).astype(np.float32)
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts)


CORPUS = {
    "d1": "the moon is made of cheese",
    "d2": "the moon is not dairy",
    "d3": "indeed the moon is made of cheese",
    "d4": "gardens need rain",
    "d5": "the moon is far away",
}


def write_set(folder: Path) -> Path:
    """A BEIR folder with two queries, one of them with opposition; q1 was made from d1."""
    (folder / "qrels").mkdir(parents=True)
    documents = [{"_id": name, "title": "", "text": text} for name, text in CORPUS.items()]
    queries = [{"_id": "q1", "text": "the moon is made of cheese"}, {"_id": "q2", "text": "gardens need rain"}]
    queries.append({"_id": "other", "text": "of another split"})
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in documents))
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in queries))
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\td2\t1\nq1\td3\t1\nq1\td5\t0\nq2\td4\t1\n"
    )
    (folder / "qrels" / "dev.tsv").write_text("query-id\tcorpus-id\tscore\nother\td4\t1\n")
    (folder / "stance.test.tsv").write_text("query-id\tcorpus-id\tstance\nq1\td2\trefutes\nq1\td3\tsupports\n")
    (folder / "query_self_doc.json").write_text('{"q1": "d1"}')
    return folder


PAIRS = [
    {"id": "a", "claim": "the moon is cheese", "evidence": "the moon is not cheese", "label": "refutes"},
    {"id": "b", "claim": "the moon is cheese", "evidence": "indeed it is", "label": "supports"},
    {"id": "c", "claim": "the moon is cheese", "evidence": "rain fell", "label": "neutral"},
    {"id": "d", "claim": "the moon is cheese", "evidence": "indeed it is far", "label": "refutes"},
]


def write_pairs(path: Path) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in PAIRS))
    return path
