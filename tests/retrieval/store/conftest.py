"""Records and shelves in a folder of their own, closed again after the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.store.records import Records
from retrieval.store.shelf import Shelf
from tests.retrieval.store.making import WordEmbedder


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    opened = Records.open(tmp_path / "records")
    yield opened
    opened.close()


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def shelf(tmp_path: Path, embedder: WordEmbedder) -> Iterator[Shelf]:
    opened = Shelf.open(tmp_path / "shelf", embedder)
    yield opened
    opened.close()
