"""Documents cut to different lengths, found by their best passage."""

from __future__ import annotations

import numpy as np

from retrieval.evaluate.data import RetrievalSet
from retrieval.evaluate.lengths import LENGTHS, best_first, lengths_table, measure_lengths, pieces, sampled
from tests.retrieval.evaluate.fakes import LetterEmbedder

TEXT = "The first sentence is about cheese. The second one is about the moon. A third speaks of neither of them."


def corpus() -> RetrievalSet:
    texts = {f"d{number}": f"Nothing here but number {number}. {TEXT * 3}" for number in range(5)}
    texts["gold"] = f"{TEXT * 3} Jazz, quiz, jazz, quiz. {TEXT * 3}"
    return RetrievalSet("five", "train", texts, {"q": "jazz quiz"}, {"q": {"gold": 1.0}}, {})


def test_pieces_cover_the_text_and_overlap_by_the_sentence_before() -> None:
    plain, overlapping = pieces(TEXT, 45, overlap=False), pieces(TEXT, 45, overlap=True)
    assert " ".join(plain) == TEXT
    assert overlapping[0] == plain[0]
    assert overlapping[1] == f"{plain[0]} {plain[1]}"


def test_a_document_stands_where_its_best_passage_does() -> None:
    assert best_first(["a", "b", "a"], np.array([0.1, 0.5, 0.9], dtype=np.float32)) == ["a", "b"]


def test_the_sample_holds_what_is_relevant() -> None:
    queries, documents = sampled(corpus())
    assert queries == ["q"]
    assert "gold" in documents


def test_every_length_is_measured_with_and_without_overlap() -> None:
    rows = measure_lengths(corpus(), LetterEmbedder(), lambda _: None)
    assert [(row.limit, row.overlap) for row in rows] == [(limit, on) for limit in LENGTHS for on in (False, True)]
    assert rows[0].passages > rows[-1].passages
    assert all(row.ndcg == 1.0 for row in rows)
    assert len(lengths_table(rows).splitlines()) == 2 + len(rows)
