from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluate.metrics import (
    accuracy,
    bootstrap,
    bootstrap_mean,
    expected_calibration_error,
    f1_by_class,
    macro_f1,
    ndcg,
    recall,
    reliability,
)


def test_ndcg_of_a_worked_example() -> None:
    gains = {"a": 2.0, "b": 1.0}
    expected = (1.0 + 2.0 / math.log2(3)) / (2.0 + 1.0 / math.log2(3))
    assert ndcg(["b", "a", "x"], gains) == pytest.approx(expected)
    assert ndcg(["a", "b"], gains) == 1.0
    assert ndcg(["x", "a"], gains, k=1) == 0.0
    assert ndcg(["a"], {}) == 0.0
    assert ndcg(["a"], {"a": 0.0}) == 0.0


@given(st.permutations(list("abcdef")), st.dictionaries(st.sampled_from("abcdef"), st.floats(0, 3), min_size=1))
def test_ndcg_stays_between_0_and_1(ranking: list[str], gains: dict[str, float]) -> None:
    assert 0.0 <= ndcg(ranking, gains) <= 1.0 + 1e-9


def test_recall_counts_the_relevant_in_the_first_k() -> None:
    assert recall(["a", "b", "c"], {"a", "c", "z"}, k=2) == pytest.approx(1 / 3)
    assert recall(["a"], set(), k=5) == 0.0


def test_f1_of_a_worked_example() -> None:
    gold, predicted = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 0])
    assert f1_by_class(gold, predicted, 3).tolist() == pytest.approx([0.5, 2 / 3, 0.0])
    assert macro_f1(gold, predicted, 3) == pytest.approx((0.5 + 2 / 3 + 0.0) / 3)
    assert accuracy(gold, predicted) == 0.5


def test_macro_f1_is_over_the_classes_that_are_there() -> None:
    assert macro_f1(np.array([0, 1]), np.array([0, 2]), 3) == pytest.approx((1.0 + 0.0) / 2)
    nothing = np.array([], dtype=np.int64)
    assert macro_f1(nothing, nothing, 3) == accuracy(nothing, nothing) == 0.0


def test_an_interval_holds_its_figure_and_is_repeatable() -> None:
    values = [0.0, 1.0] * 50
    first = bootstrap_mean(values, rounds=200)
    assert first == bootstrap_mean(values, rounds=200)
    assert first.low < first.value == 0.5 < first.high
    assert first.low > 0.35
    assert first.high < 0.65
    assert str(bootstrap_mean([1.0, 1.0], rounds=5)) == "1.000 [1.000, 1.000]"


def test_the_interval_of_nothing_is_its_figure() -> None:
    assert bootstrap_mean([]).low == 0.0
    assert bootstrap(lambda where: float(len(where)), 0).high == 0.0


def test_calibration_of_a_worked_example() -> None:
    bins = reliability([0.95, 0.95, 0.55, 1.0], [True, False, True, True])
    assert [(part.low, part.count) for part in bins] == [(0.5, 1), (0.9, 3)]
    assert bins[1].right == pytest.approx(2 / 3)
    assert expected_calibration_error(bins) == pytest.approx((1 * 0.45 + 3 * (2.9 / 3 - 2 / 3)) / 4)
    assert expected_calibration_error([]) == 0.0
