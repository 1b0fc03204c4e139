"""The real stores behind the simulated Discord, in a folder of their own, and a site on this machine to fetch from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.client import RejoinderClient
from tests.bot.standin import Notebook
from tests.bot.test_adding_shop import Premises, client
from tests.bot.town import Town
from tests.loopback import Site


@pytest.fixture
async def premises(tmp_path: Path, site: Site) -> AsyncIterator[Premises]:
    made = Premises(tmp_path / "data", site)
    yield made
    await made.open.close()


@pytest.fixture
def simcord_bot(premises: Premises, notebook: Notebook) -> RejoinderClient:
    return client(premises.open, notebook)


@pytest.fixture
def mod(town: Town) -> Any:
    """Somebody who manages the server."""
    return town.moderator()


@pytest.fixture
def here(town: Town) -> str:
    """The server's space."""
    return str(town.guild.id)
