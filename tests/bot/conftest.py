"""A simulated Discord for every test of the bot, and a judge of every request that the bot makes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from simcord.http import router

from bot.client import RejoinderClient
from tests.bot.desk import DeskStandIn
from tests.bot.standin import Notebook, StandIn
from tests.bot.town import Town
from tests.bot.wire import Wire


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a busy machine a minute instead of five seconds until the bot has settled, unless a test says how long."""
    for item in items:
        if not item.get_closest_marker("simcord"):
            item.add_marker(pytest.mark.simcord(settle_timeout=60))


@pytest.fixture(autouse=True)
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """Judges every request of the test; one that Discord would refuse fails it."""
    judge = Wire()
    monkeypatch.setattr(router, "dispatch", judge.hook())
    yield judge
    assert judge.wrong == []


@pytest.fixture
def shelf() -> StandIn:
    return StandIn()


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def desk() -> DeskStandIn:
    return DeskStandIn()


@pytest.fixture
def simcord_bot(shelf: StandIn, notebook: Notebook) -> RejoinderClient:
    return RejoinderClient(shelf, notebook)


@pytest.fixture
def town(simcord_env: Any) -> Town:
    """A server with a channel and two members."""
    return Town(simcord_env)


@pytest.fixture
def mod(town: Town) -> Any:
    """A member who manages the server."""
    return town.moderator()
