"""The house rules that a reader would otherwise have to believe."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

ALLOWED = {"bot": {"bot", "retrieval", "prompts"}, "retrieval": {"retrieval", "prompts"}, "prompts": {"prompts"}}
OURS = {"bot", "retrieval", "prompts", "seeds", "tests"}
LONGEST_MODULE = 300
TRAINING = ROOT / "retrieval" / "models" / "train"


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the direction"
            yield node.module or ""


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_imports_go_one_way_from_bot_to_retrieval_to_prompts(package: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in imported(path)
        if name.split(".")[0] in OURS - ALLOWED[package]
    ]
    assert wrong == []


def test_only_the_bot_folder_imports_discord() -> None:
    wrong = [
        path
        for path in modules("retrieval", "prompts")
        if any(name.split(".")[0] == "discord" for name in imported(path))
    ]
    assert wrong == []


def test_nothing_at_run_time_needs_pytorch() -> None:
    heavy = {"torch", "transformers", "sentence_transformers", "tensorflow"}
    product = [path for path in modules("bot", "retrieval", "prompts") if TRAINING not in path.parents]
    assert [path for path in product if heavy & {name.split(".")[0] for name in imported(path)}] == []


def test_modules_hold_one_idea_each() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in modules("bot", "retrieval", "prompts")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}
