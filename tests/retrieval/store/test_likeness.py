"""Fingerprints: what shares runs of words is found, where it may be seen, and nothing is left of what goes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from retrieval.store import likeness
from retrieval.store.database import FILE
from retrieval.store.likeness import fingerprint, shingles
from retrieval.store.records import Records
from retrieval.types import SHARED
from tests.retrieval.store.making import document

WORDS = [f"word{number}" for number in range(5_000)]


def _paragraphs(seed: int, number: int, length: int = 60) -> list[str]:
    chance = np.random.default_rng(seed)
    return [" ".join(chance.choice(WORDS, length)) for _ in range(number)]


def _keep(records: Records, name: str, paragraphs: list[str], space: str = SHARED) -> None:
    records.sources.put([document(name, *paragraphs, space=space)], "ann")
    records.sources.settle([name])


def _count(folder: Path) -> int:
    engine = create_engine(f"sqlite:///{folder / FILE}")
    with engine.begin() as connection:
        found = int(connection.execute(text("SELECT count(*) FROM shingles")).scalar_one())
    engine.dispose()
    return found


def test_shares_are_about_what_is_shared_and_most_comes_first(records: Records) -> None:
    original = _paragraphs(1, 20)
    _keep(records, "whole", original)
    _keep(records, "half", original[:10] + _paragraphs(2, 10))
    _keep(records, "other", _paragraphs(3, 20))
    found = records.passages.alike(original, [SHARED], 5)
    assert [source for source, _ in found] == ["whole", "half"]
    assert found[0][1] == 1
    assert found[1][1] == pytest.approx(0.5, abs=0.1)
    assert records.passages.alike(original, [SHARED], 1) == found[:1]


def test_other_spaces_earlier_versions_and_removed_sources_are_not_found(records: Records) -> None:
    original = _paragraphs(1, 5)
    _keep(records, "there", original, space="g1")
    _keep(records, "changed", original)
    _keep(records, "changed", _paragraphs(2, 5))
    _keep(records, "removed", original)
    records.sources.remove("removed", SHARED, "ann")
    assert records.passages.alike(original, [SHARED], 5) == []
    assert [source for source, _ in records.passages.alike(original, [SHARED, "g1"], 5)] == ["there"]


def test_nothing_is_like_nothing(records: Records) -> None:
    assert records.passages.alike([], [SHARED], 5) == []
    assert records.passages.alike(["", "—"], [SHARED], 5) == []


def test_an_erased_source_leaves_no_fingerprints(records: Records, tmp_path: Path) -> None:
    _keep(records, "kept", _paragraphs(1, 3))
    before = _count(tmp_path / "records")
    _keep(records, "gone", _paragraphs(2, 3))
    assert _count(tmp_path / "records") > before
    records.sources.erase("gone", SHARED, "ann")
    assert _count(tmp_path / "records") == before


@given(st.text(max_size=300))
def test_every_text_with_a_word_has_a_fingerprint_of_its_own_shingles(content: str) -> None:
    assert fingerprint(content) <= shingles(content)
    assert bool(fingerprint(content)) == bool(shingles(content))


def test_a_fingerprint_is_about_an_eighth_and_does_not_depend_on_case_or_signs() -> None:
    (content,) = _paragraphs(4, 1, 4_000)
    assert len(fingerprint(content)) == pytest.approx(len(shingles(content)) / likeness.ONE_IN, rel=0.2)
    assert fingerprint(content.upper().replace(" ", ", ")) == fingerprint(content)
    assert shingles("one two three") == shingles("One, two: three!") != shingles("one two")
