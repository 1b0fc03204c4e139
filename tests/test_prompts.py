from __future__ import annotations

from pathlib import Path

import pytest

from prompts import PromptError, load, names


def write(folder: Path, text: str) -> None:
    (folder / "one.md").write_text(text, encoding="utf-8")


def test_every_prompt_keeps_its_own_front_matter() -> None:
    for name in names():
        prompt = load(name)
        assert prompt.version >= 1
        assert prompt.fill(**dict.fromkeys(prompt.variables, "x"))


def test_a_filled_prompt_has_every_variable_in_it(tmp_path: Path) -> None:
    write(tmp_path, "---\nversion: 2\nvariables: [claim, passages]\n---\nClaim: $claim\n\n$passages costs $$5\n")
    prompt = load("one", tmp_path)
    assert prompt.version == 2
    assert prompt.fill(claim="sold", passages="P1") == "Claim: sold\n\nP1 costs $5"


def test_text_put_in_is_not_read_as_a_template(tmp_path: Path) -> None:
    write(tmp_path, "---\nversion: 1\nvariables: [claim]\n---\n$claim")
    assert load("one", tmp_path).fill(claim="$secret ${x} $$") == "$secret ${x} $$"


@pytest.mark.parametrize("values", [{}, {"claim": "a", "other": "b"}, {"other": "b"}])
def test_a_missing_or_unknown_variable_is_an_error(tmp_path: Path, values: dict[str, str]) -> None:
    write(tmp_path, "---\nversion: 1\nvariables: [claim]\n---\n$claim")
    with pytest.raises(PromptError):
        load("one", tmp_path).fill(**values)


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        "---\nversion: 1\nvariables: [claim]\n---\nno placeholder",
        "---\nversion: 1\nvariables: []\n---\n$claim",
        "---\nvariables: []\n---\ntext",
        "---\nversion: 1\nvariables: [claim]\n---\n$claim and $ 5",
    ],
)
def test_a_prompt_that_contradicts_itself_is_not_loaded(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    with pytest.raises(PromptError):
        load("one", tmp_path)


def test_a_prompt_that_is_not_there_is_an_error() -> None:
    with pytest.raises(PromptError):
        load("no-such-prompt")
