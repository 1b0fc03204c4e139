from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from retrieval.errors import Misconfigured
from retrieval.rank.manifest import SHIPPED, Manifest
from retrieval.types import Stance
from tests.retrieval.rank.tiny import write_folder


def test_a_manifest_names_both_models_in_its_folder(tmp_path: Path) -> None:
    manifest = Manifest.load(write_folder(tmp_path))
    assert manifest.embedder is not None
    assert manifest.judge is not None
    assert manifest.embedder.model_bytes() == (tmp_path / "embedder.onnx").read_bytes()
    assert manifest.judge.tokenizer_bytes() == (tmp_path / "tokenizer.json").read_bytes()
    assert manifest.judge.labels == (Stance.REFUTES, Stance.SUPPORTS, Stance.NEUTRAL)


def test_a_manifest_cannot_be_changed_after_loading(tmp_path: Path) -> None:
    manifest = Manifest.load(write_folder(tmp_path))
    with pytest.raises(ValidationError, match="frozen"):
        manifest.judge = None  # type: ignore[misc]  # that it is refused is the point


def test_a_folder_may_hold_only_one_of_the_models(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    assert Manifest.load(tmp_path) == Manifest()


def test_a_changed_model_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    manifest = Manifest.load(write_folder(tmp_path))
    assert manifest.judge is not None
    with (tmp_path / "judge.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(Misconfigured, match=r"judge\.onnx is not the file that its manifest describes.*restore it\.$"):
        manifest.judge.model_bytes()


def test_a_missing_model_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    manifest = Manifest.load(write_folder(tmp_path))
    assert manifest.embedder is not None
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(Misconfigured, match="cannot be read: restore it"):
        manifest.embedder.tokenizer_bytes()


def test_a_folder_without_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"No manifest\.json can be read"):
        Manifest.load(tmp_path)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"sha256": "abc"}, "judge.sha256"),
        ({"file": "../elsewhere.onnx"}, "inside the model folder"),
        ({"tokenizer": "/etc/passwd"}, "inside the model folder"),
        ({"temperature": 0}, "judge.temperature"),
        ({"side_threshold": 1.5}, "judge.side_threshold"),
        ({"labels": ["refutes", "refutes", "neutral"]}, "each once"),
        ({"max_tokens": None}, "judge.max_tokens"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    write_folder(tmp_path, judge=change)
    with pytest.raises(Misconfigured, match="does not follow the format") as caught:
        Manifest.load(tmp_path)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_manifest_that_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{not json")
    with pytest.raises(Misconfigured, match="the file: Invalid JSON"):
        Manifest.load(tmp_path)


def test_the_shipped_models_are_the_ones_their_manifest_describes() -> None:
    manifest = Manifest.load(SHIPPED)
    entries = [entry for entry in (manifest.embedder, manifest.judge) if entry]
    assert len(entries) == len(json.loads((SHIPPED / "manifest.json").read_text()))
    for entry in entries:
        assert entry.model_bytes()
        assert entry.tokenizer_bytes()
