"""Documents that cannot lie: what is said of commands and settings is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings
from retrieval.errors import Misconfigured
from tests.reference import ENV_EXAMPLE, README, ROOT, env_example, written


def test_the_readme_s_tables_are_those_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")
    assert text == written(text), "run `make docs`"


def test_the_example_settings_are_those_of_the_code() -> None:
    assert ENV_EXAMPLE.read_text(encoding="utf-8") == env_example(), "run `make docs`"


def test_the_example_settings_load_and_change_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    filled = re.sub(r"^#(?=[A-Z_]+=)", "", ENV_EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    (tmp_path / ".env").write_text(filled, encoding="utf-8")
    assert Settings.load(tmp_path / ".env") == Settings.load(None)


@pytest.mark.parametrize(
    ("name", "value"),
    [("REJOINDER_LOG_LEVEL", "loud"), ("REJOINDER_THREADS", "-1"), ("REJOINDER_TEST_GUILDS", "12,here")],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured, match=name):
        Settings.load(None)


def test_a_token_never_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "canary-token")
    assert "canary-token" not in repr(Settings.load(None))


def test_links_between_documents_lead_somewhere() -> None:
    for document in (README, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "seeds" / "README.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name} points to {target}"
