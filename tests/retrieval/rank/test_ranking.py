"""Lexical search, fusion and the side score."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.rank.fuse import reciprocal_rank_fusion
from retrieval.rank.lexical import LexicalIndex, match_any
from retrieval.rank.score import Weights, side_score
from retrieval.types import Stance, Verdict

TEXTS = [
    "The army retreated from Mosul.",
    "Cheese is made in Zürich.",
    "Mosul fell; Mosul was retaken by the army.",
    "Rain fell.",
    "Gardens need sun.",
]


def test_bm25_ranks_by_shared_words_best_first() -> None:
    with LexicalIndex(TEXTS) as index:
        found = index.search("armies near Mosul", 10)
        assert {number for number, _ in found[:2]} == {0, 2}
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
        assert index.search("zurich", 10)[0][0] == 1
        assert len(index.search("mosul army", 1)) == 1


@pytest.mark.parametrize("query", ["", "?!", '" OR "', "NEAR(mosul", "text:mosul*", "a AND NOT b", "x" * 5000])
def test_no_query_is_read_as_syntax(query: str) -> None:
    with LexicalIndex(TEXTS) as index:
        assert all(0 <= number < len(TEXTS) for number, _ in index.search(query, 5))


def test_a_repeated_word_counts_once() -> None:
    assert match_any("Mosul mosul MOSUL") == '"mosul"'
    assert match_any("...") == ""


def test_fusion_prefers_what_both_rankings_have() -> None:
    fused = reciprocal_rank_fusion([["a", "b", "c"], ["d", "b"]], k=60.0)
    assert [item for item, _ in fused] == ["b", "a", "d", "c"]
    assert fused[0][1] == pytest.approx(1 / 62 + 1 / 62)


def test_fusion_takes_k_and_weights() -> None:
    assert reciprocal_rank_fusion([["a"], ["b"]], k=1.0, weights=[1.0, 3.0]) == [("b", 1.5), ("a", 0.5)]
    with pytest.raises(ValueError, match="zip"):
        reciprocal_rank_fusion([["a"], ["b"]], weights=[1.0])


@given(st.lists(st.lists(st.integers(0, 9), unique=True), max_size=4))
def test_fusion_keeps_every_item_once(rankings: list[list[int]]) -> None:
    fused = reciprocal_rank_fusion(rankings)
    assert sorted(item for item, _ in fused) == sorted({item for ranking in rankings for item in ranking})
    assert all(first[1] >= second[1] for first, second in pairwise(fused))


def test_side_score_rises_with_each_part() -> None:
    weights = Weights(side=1.0, other=1.0, relevance=1.0, fused=1.0)
    base = side_score(Verdict(0.5, 0.3, 0.2, 0.5), Stance.REFUTES, 0.02, weights)
    assert side_score(Verdict(0.6, 0.3, 0.1, 0.5), Stance.REFUTES, 0.02, weights) > base
    assert side_score(Verdict(0.5, 0.2, 0.3, 0.5), Stance.REFUTES, 0.02, weights) > base
    assert side_score(Verdict(0.5, 0.3, 0.2, 0.9), Stance.REFUTES, 0.02, weights) > base
    assert side_score(Verdict(0.5, 0.3, 0.2, 0.5), Stance.REFUTES, 0.03, weights) > base
    assert side_score(Verdict(0.5, 0.3, 0.2, 0.5), Stance.SUPPORTS, 0.02, weights) < base


def test_side_score_is_finite_for_a_judge_that_is_certain() -> None:
    assert side_score(Verdict(0.0, 1.0, 0.0, 0.0), Stance.REFUTES, 0.02) > float("-inf")
