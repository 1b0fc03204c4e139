from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.store.spelling import distance, nearest

WORDS = st.text("abcde", max_size=8)


@pytest.mark.parametrize(
    ("left", "right", "edits"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "acb", 1), ("abc", "ab", 1), ("kitten", "sitting", 3)],
)
def test_known_distances(left: str, right: str, edits: int) -> None:
    assert distance(left, right, 9) == edits


@given(WORDS, WORDS, st.integers(0, 4))
def test_distance_is_symmetric_and_stops_counting_where_told(left: str, right: str, allowed: int) -> None:
    exact = distance(left, right, 99)
    assert exact == distance(right, left, 99)
    assert (exact == 0) == (left == right)
    assert exact <= max(len(left), len(right))
    assert distance(left, right, allowed) == min(exact, allowed + 1)


def test_the_nearest_term_wins_and_far_ones_are_not_offered() -> None:
    terms = ["sarkeesian", "sarkozi", "sark", "7arkeesian"]
    assert nearest("sarkesian", terms) == ["sarkeesian"]
    assert nearest("sarkeesion", terms) == ["sarkeesian"]
    assert nearest("banana", terms) == []
    assert nearest("harrassing", ["harass"]) == ["harass"]
