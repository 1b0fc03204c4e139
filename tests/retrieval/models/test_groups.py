"""Groups of claims that exclude each other give pairs whose label neither side alone gives away."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from retrieval.models.train.groups import blocks, rows
from retrieval.rank.manifest import SHIPPED

FILES = sorted((SHIPPED / "data").rglob("groups_*.txt"))
GROUP = "A: It is red.\nB: It is blue.\n1: Like blood.\n2: Like the sky.\n0: It is large.\n"


def test_a_group_gives_six_pairs_two_of_each_label(tmp_path: Path) -> None:
    path = tmp_path / "groups_colours.txt"
    path.write_text(f"{GROUP}\n\n{GROUP}", encoding="utf-8")
    pairs = list(rows(path))
    assert len(pairs) == 12
    assert Counter(pair["label"] for pair in pairs) == {"supports": 4, "refutes": 4, "neutral": 4}
    assert {pair["group"] for pair in pairs} == {"colours-0", "colours-1"}
    assert {"claim": "It is blue.", "evidence": "Like blood.", "label": "refutes"}.items() <= pairs[2].items()


def test_a_line_without_mark_is_named(tmp_path: Path) -> None:
    path = tmp_path / "groups_bad.txt"
    path.write_text("A: It is red.\nIt is blue.\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        list(blocks(path))


def test_two_groups_that_stand_together_are_no_group(tmp_path: Path) -> None:
    path = tmp_path / "groups_bad.txt"
    path.write_text(GROUP + GROUP, encoding="utf-8")
    with pytest.raises(ValueError, match="line 6: a group begins without an empty line"):
        list(blocks(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_group_in_the_repository_has_both_claims_and_all_three_kinds_of_passage(path: Path) -> None:
    assert [block for block in blocks(path) if set(block) != set("AB120")] == []


def test_there_are_groups() -> None:
    assert FILES
