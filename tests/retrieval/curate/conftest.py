"""A shop in a folder of its own, and a site for it to fetch from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.loopback import Site
from tests.retrieval.curate.shop import Shop, opened


@pytest.fixture
async def shop(tmp_path: Path, site: Site) -> AsyncIterator[Shop]:
    async with opened(tmp_path / "data", site.fetcher()) as made:
        yield made
