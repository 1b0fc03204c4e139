"""Finished models to the folder that the product reads: files first, the manifest last, each in one step."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn


def arrays(module: nn.Module) -> dict[str, NDArray[np.float32]]:
    """A module's parameters as float arrays."""
    return {name: value.detach().float().numpy() for name, value in module.state_dict().items()}


def digest(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(target: Path, content: bytes) -> None:
    """Write beside the target, then rename: no reader sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).chmod(0o644)
    Path(name).replace(target)


def plain_tokenizer(base: Path) -> Tokenizer:
    """The base encoder's WordPiece tokenizer without the padding and truncation stored in its file."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def publish(models: Path, part: str, model: bytes, tokenizer: Tokenizer, fields: dict[str, Any]) -> None:
    """Place one model and its tokenizer, then name them in the manifest, last."""
    write(models / part / "model.onnx", model)
    write(models / part / "tokenizer.json", tokenizer.to_str().encode())
    manifest = models / "manifest.json"
    entries = json.loads(manifest.read_text()) if manifest.exists() else {}
    sha = digest(models / part / "model.onnx")
    entries[part] = {
        "id": f"rejoinder-{part}-{sha[:12]}",
        "file": f"{part}/model.onnx",
        "sha256": sha,
        "tokenizer": f"{part}/tokenizer.json",
        "tokenizer_sha256": digest(models / part / "tokenizer.json"),
        **fields,
    }
    write(manifest, (json.dumps(entries, indent=2) + "\n").encode())
