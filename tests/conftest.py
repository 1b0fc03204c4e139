"""What every test stands on: no network but loopback, and ../shared only where it is."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_socket import socket_allow_hosts

from retrieval.ingest.seed import load_folder
from retrieval.rank.models import Models, open_models
from retrieval.store.shelf import Shelf
from tests.loopback import everywhere_is_here, site  # noqa: F401 (fixtures for everybody)

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("REJOINDER_SHARED", ROOT.parent / "shared"))


# The same examples each time, and no clock: a busy machine must not fail a property.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse any connection that leaves this machine; skip what needs ../shared where it is missing."""
    socket_allow_hosts(["127.0.0.1", "::1", "localhost"], allow_unix_socket=True)
    if item.get_closest_marker("shared") and not SHARED.is_dir():
        pytest.skip("needs ../shared, which is not here")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development material; a test that takes it is marked ``shared``."""
    return SHARED


@pytest.fixture(scope="session")
def models() -> Models:
    """The shipped models, loaded once."""
    return open_models()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, models: Models) -> Path:
    """A data directory with the seeds, made once; copy it before changing anything."""
    folder = tmp_path_factory.mktemp("seeded")
    shelf = Shelf.open(folder, models.embedder)
    shelf.put_many(load_folder(ROOT / "seeds"), "tests")
    shelf.reconcile()
    shelf.close()
    return folder


@pytest.fixture
def data(seeded: Path, tmp_path: Path) -> Path:
    """A copy of the seeded data directory, free to change."""
    copy = tmp_path / "data"
    shutil.copytree(seeded, copy)
    return copy
