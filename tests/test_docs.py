"""Documents that cannot lie: what is said of commands and settings is what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import Settings
from retrieval.errors import Misconfigured
from retrieval.evaluate.questions import read_questions
from tests.bot.table import rows
from tests.reference import ENV_EXAMPLE, README, ROOT, env_example, terminal_commands, written

DOCUMENTS = (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "seeds" / "README.md")


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
    [
        ("REJOINDER_LOG_LEVEL", "loud"),
        ("REJOINDER_THREADS", "-1"),
        ("REJOINDER_TEST_GUILDS", "12,here"),
        ("REJOINDER_FETCH_PORTS", "80;443"),
    ],
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


def test_the_question_set_of_the_operators_guide_is_one(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    questions, references = re.findall(r"```json\n(.+?)```", guide, re.DOTALL)
    (tmp_path / "questions.json").write_text(questions, encoding="utf-8")
    (tmp_path / "references.json").write_text(references, encoding="utf-8")
    [gold] = read_questions(tmp_path / "questions.json")
    assert gold.places
    assert gold.of("refutes")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
class TestDocument:
    """What each document names is there."""

    def test_links_lead_somewhere(self, document: Path) -> None:
        for target, place in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", document.read_text(encoding="utf-8")):
            there = document.parent / target if target else document
            assert there.exists(), f"{document.name} points to {target}"
            assert not place or place in headings(there), f"{document.name} points to {target}#{place}"

    def test_its_settings_exist(self, document: Path) -> None:
        named = set(re.findall(r"REJOINDER_[A-Z_]+", document.read_text(encoding="utf-8")))
        others = named - {str(field.alias) for field in Settings.model_fields.values()}
        in_tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
        assert not {name for name in others if f'environ.get("{name}"' not in in_tests}

    def test_its_discord_commands_exist(self, document: Path) -> None:
        named = re.findall(r"(?<![\w.])/((?:claim|source|privacy) [a-z]+)", document.read_text(encoding="utf-8"))
        assert not [name for name in named if f"command {name}" not in rows()]

    def test_its_terminal_commands_exist(self, document: Path) -> None:
        known = {name for name, _ in terminal_commands()} | {"rejoinder source", "rejoinder privacy", "rejoinder eval"}
        named = re.findall(
            r"\brejoinder (?:(?:source|privacy|eval) [a-z]+|[a-z]+)", document.read_text(encoding="utf-8")
        )
        assert not set(named) - known


def headings(document: Path) -> set[str]:
    """The places of a document that a link can lead to, as GitHub names them."""
    found = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}
