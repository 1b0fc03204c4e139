"""Tiny ONNX models whose answers can be read off their tables; made of bytes here, so that no test needs `onnx`.

Field numbers are those of onnx.proto (ModelProto, GraphProto, NodeProto, TensorProto, ValueInfoProto).
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "moon", "cheese", "rock", "is", "not", "indeed", "perhaps"]
INT64, FLOAT = 7, 1


def varint(number: int) -> bytes:
    parts = []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def field(number: int, value: int | str | bytes) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(content)) + content


def constant(name: str, value: NDArray[Any]) -> bytes:
    kind = INT64 if value.dtype == np.int64 else FLOAT
    dims = b"".join(field(1, size) for size in value.shape)
    return field(5, dims + field(2, kind) + field(8, name) + field(9, value.tobytes()))


def node(kind: str, inputs: list[str], output: str, **attributes: int) -> bytes:
    content = b"".join(field(1, name) for name in inputs) + field(2, output) + field(4, kind)
    for name, value in attributes.items():
        content += field(5, field(1, name) + field(3, value) + field(20, 2))
    return field(1, content)


def value_info(number: int, name: str, kind: int, axes: list[str]) -> bytes:
    shape = b"".join(field(1, field(2, axis)) for axis in axes)
    return field(number, field(1, name) + field(2, field(1, field(1, kind) + field(2, shape))))


def model(body: bytes, inputs: list[str], outputs: dict[str, list[str]]) -> bytes:
    graph = body + field(2, "tiny")
    graph += b"".join(value_info(11, name, INT64, ["n", "tokens"]) for name in inputs)
    graph += b"".join(value_info(12, name, FLOAT, axes) for name, axes in outputs.items())
    return field(1, 8) + field(7, graph) + field(8, field(2, 17))


def embedder(*, pooled: bool = True) -> bytes:
    """The sum of its words' vectors (or these vectors): axis 0 counts "moon", 1 "cheese", 2 "rock", 3 any word."""
    table = np.zeros((len(WORDS), 4), dtype=np.float32)
    table[4, 0] = table[5, 1] = table[6, 2] = 1.0
    table[4:, 3] = 0.1
    body = constant("table", table) + constant("axis", np.array([1]))
    if not pooled:
        return model(
            body + node("Gather", ["table", "input_ids"], "embedding"), ["input_ids"], {"embedding": ["n", "t", "d"]}
        )
    body += node("Gather", ["table", "input_ids"], "words")
    body += node("ReduceSum", ["words", "axis"], "embedding", keepdims=0)
    return model(body, ["input_ids"], {"embedding": ["n", "d"]})


def judge(*, relevance: bool = True) -> bytes:
    """Second segment: "not" adds 2 to refutes, "indeed" to supports, "perhaps" to neutral; "moon" is relevant."""
    stance = np.zeros((len(WORDS), 3), dtype=np.float32)
    stance[8, 0] = stance[9, 1] = stance[10, 2] = 2.0
    topic = np.full((len(WORDS), 1), -0.5, dtype=np.float32)
    topic[4] = 3.0
    body = constant("stances", stance) + constant("topics", topic)
    body += constant("axis", np.array([1])) + constant("last", np.array([2]))
    body += node("Cast", ["token_type_ids"], "second", to=FLOAT) + node("Unsqueeze", ["second", "last"], "weights")
    body += node("Gather", ["stances", "input_ids"], "s") + node("Mul", ["s", "weights"], "sw")
    body += node("ReduceSum", ["sw", "axis"], "stance", keepdims=0)
    outputs = {"stance": ["n", "three"]}
    if relevance:
        body += node("Gather", ["topics", "input_ids"], "r") + node("Mul", ["r", "weights"], "rw")
        body += node("ReduceSum", ["rw", "axis"], "relevance", keepdims=0)
        outputs["relevance"] = ["n", "one"]
    return model(body, ["input_ids", "token_type_ids"], outputs)


def tokenizer() -> bytes:
    made = Tokenizer(WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.normalizer = Lowercase()
    made.pre_tokenizer = Whitespace()
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made.to_str().encode()


def place(folder: Path, name: str, content: bytes, **fields: Any) -> dict[str, Any]:
    """Write a model and its tokenizer; the manifest's entry for them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.onnx").write_bytes(content)
    (folder / "tokenizer.json").write_bytes(tokenizer())
    return {
        "id": f"tiny-{name}",
        "file": f"{name}.onnx",
        "sha256": hashlib.sha256(content).hexdigest(),
        "tokenizer": "tokenizer.json",
        "tokenizer_sha256": hashlib.sha256(tokenizer()).hexdigest(),
        "max_tokens": 32,
        **fields,
    }


def write_folder(folder: Path, **changes: dict[str, Any]) -> Path:
    """A model folder with both tiny models; ``embedder=`` and ``judge=`` change fields of their entries."""
    entries = {
        "embedder": place(folder, "embedder", embedder(), dimensions=4) | changes.get("embedder", {}),
        "judge": place(folder, "judge", judge(), side_threshold=0.6, relevance_threshold=0.5)
        | changes.get("judge", {}),
    }
    (folder / "manifest.json").write_text(json.dumps(entries))
    return folder
