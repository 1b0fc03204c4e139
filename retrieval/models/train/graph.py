"""The encoder as an int8 ONNX graph, node by node, out of onnxruntime's fused operators.

Weights are int8 with one scale an output column; activations are quantised while it runs (`DynamicQuantizeMatMul` in
onnxruntime's "ContribOperators" reference). Layers named in `fine` use `MatMulNBits` at accuracy level 4 instead:
scales for blocks of 128 inputs, for a tenth of the loss and two thirds of the speed.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

Array = NDArray[np.float32]
VENDOR = "com.microsoft"
INPUTS = ["input_ids", "attention_mask", "token_type_ids"]
BLOCK = 128


class Graph:
    """Collects nodes and constants; each method adds one operation and returns the name of its result."""

    def __init__(self, weights: dict[str, Array], fine: tuple[str, ...] = ()) -> None:
        self.weights = weights
        self.fine = fine
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        """Keep a value under a name, once."""
        self.constants.setdefault(name, numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def add(self, kind: str, inputs: list[str], domain: str = "", **attributes: object) -> str:
        """Append a node."""
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], name, domain=domain, **attributes))
        return name

    def dense(self, states: str, prefix: str) -> str:
        """States @ weight.T + bias; in float for the small heads."""
        weight, bias = self.weights[f"{prefix}.weight"], self.constant(f"{prefix}.bias", self.weights[f"{prefix}.bias"])
        outputs, _width = weight.shape
        if outputs < BLOCK:
            turned = self.constant(f"{prefix}.weight", weight.T)
            return self.add("Add", [self.add("MatMul", [states, turned]), bias])
        if prefix.endswith(self.fine):
            return self.blocked(states, prefix, bias)
        whole, scales = quantised(weight)
        turned = self.constant(f"{prefix}.weight", whole.T)
        columns = self.constant(f"{prefix}.scale", scales.reshape(-1))
        return self.add("DynamicQuantizeMatMul", [states, turned, columns, "", bias], VENDOR)

    def blocked(self, states: str, prefix: str, bias: str) -> str:
        """The slower, finer product: one scale a block of 128 inputs, for weights and for activations."""
        weight = self.weights[f"{prefix}.weight"]
        outputs, width = weight.shape
        whole, scales = quantised(weight.reshape(outputs, width // BLOCK, BLOCK))
        unsigned = self.constant(f"{prefix}.weight", (whole.astype(np.int16) + 128).astype(np.uint8))
        columns = self.constant(f"{prefix}.scale", scales.reshape(-1))
        sizes = {"K": width, "N": outputs, "bits": 8, "block_size": BLOCK, "accuracy_level": 4}
        return self.add("MatMulNBits", [states, unsigned, columns, "", "", bias], VENDOR, **sizes)

    def normalise(self, states: str, residual: str, prefix: str) -> str:
        """The residual sum, normalised."""
        scale = self.constant(f"{prefix}.weight", self.weights[f"{prefix}.weight"])
        shift = self.constant(f"{prefix}.bias", self.weights[f"{prefix}.bias"])
        # The fused SkipLayerNormalization takes ten times as long on a CPU as these two.
        return self.add(
            "LayerNormalization", [self.add("Add", [states, residual]), scale, shift], axis=-1, epsilon=1e-12
        )

    def words(self) -> str:
        """Word vectors, stored as int8 rows with one scale a word."""
        whole, scales = quantised(self.weights["embeddings.word_embeddings.weight"])
        rows = self.add("Gather", [self.constant("words", whole), "input_ids"])
        scale = self.add("Gather", [self.constant("words.scale", scales), "input_ids"])
        return self.add("Mul", [self.add("Cast", [rows], to=TensorProto.FLOAT), scale])

    def embeddings(self) -> str:
        """Word, position and segment vectors."""
        segments = self.constant("segments", self.weights["embeddings.token_type_embeddings.weight"])
        places = self.constant("places", self.weights["embeddings.position_embeddings.weight"])
        zero, one = self.constant("zero", np.array(0)), self.constant("one", np.array(1))
        length = self.add("Gather", [self.add("Shape", ["input_ids"]), one])
        order = self.add("Gather", [places, self.add("Range", [zero, length, one])])
        around = self.add("Add", [self.add("Gather", [segments, "token_type_ids"]), order])
        return self.normalise(self.words(), around, "embeddings.LayerNorm")

    def layer(self, states: str, mask: str, prefix: str) -> str:
        """One transformer block."""
        parts = [self.dense(states, f"{prefix}.attention.self.{part}") for part in ("query", "key", "value")]
        mixed = self.add("MultiHeadAttention", [*parts, "", mask], VENDOR, num_heads=12)
        mixed = self.dense(mixed, f"{prefix}.attention.output.dense")
        states = self.normalise(mixed, states, f"{prefix}.attention.output.LayerNorm")
        inner = self.add("Gelu", [self.dense(states, f"{prefix}.intermediate.dense")], VENDOR)
        return self.normalise(self.dense(inner, f"{prefix}.output.dense"), states, f"{prefix}.output.LayerNorm")

    def encoder(self) -> str:
        """Token ids to one vector a token."""
        states = self.embeddings()
        mask = self.add("Cast", ["attention_mask"], to=TensorProto.INT32)
        depth = 1 + max(int(name.split(".")[2]) for name in self.weights if name.startswith("encoder.layer."))
        for index in range(depth):
            states = self.layer(states, mask, f"encoder.layer.{index}")
        return states

    def mean(self, states: str) -> str:
        """The mean over the tokens that are not padding."""
        middle = self.constant("axis.1", np.array([1]))
        last = self.constant("axis.2", np.array([2]))
        mask = self.add("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        total = self.add(
            "ReduceSum", [self.add("Mul", [states, self.add("Unsqueeze", [mask, last])]), middle], keepdims=0
        )
        return self.add("Div", [total, self.add("ReduceSum", [mask, middle], keepdims=1)])

    def model(self, outputs: dict[str, tuple[str, list[str | int]]]) -> onnx.ModelProto:
        """The finished model; `outputs` maps a public name to the inner result and its shape."""
        for public, (inner, _) in outputs.items():
            self.nodes.append(helper.make_node("Identity", [inner], [public], public))
        graph = helper.make_graph(
            self.nodes, "rejoinder",
            [helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "tokens"]) for name in INPUTS],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, (_, shape) in outputs.items()],
            list(self.constants.values()),
        )  # fmt: skip
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(VENDOR, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=9, producer_name="rejoinder")


def quantised(weight: Array) -> tuple[NDArray[np.int8], Array]:
    """Symmetric int8 along the last axis, and the scales with that axis kept at length one."""
    scales = np.maximum(np.abs(weight).max(-1, keepdims=True), 1e-8) / 127.0
    return np.round(weight / scales).astype(np.int8), scales.astype(np.float32)


def embedder(weights: dict[str, Array], fine: tuple[str, ...] = ()) -> onnx.ModelProto:
    """Mean-pooled vectors of length one."""
    graph = Graph(weights, fine)
    vector = graph.add("LpNormalization", [graph.mean(graph.encoder())], axis=1, p=2)
    return graph.model({"embedding": (vector, ["n", 384])})


def judge(encoder: dict[str, Array], heads: dict[str, Array], fine: tuple[str, ...] = ()) -> onnx.ModelProto:
    """Stance logits (refutes, supports, neutral) and the relevance logit."""
    graph = Graph(encoder | heads, fine)
    states = graph.encoder()
    first = graph.add("Gather", [states, graph.constant("first", np.array(0))], axis=1)
    joined = graph.add("Concat", [first, graph.mean(states)], axis=1)
    hidden = graph.add("Tanh", [graph.dense(joined, "mix")])
    stance = graph.dense(hidden, "stance")
    flat = graph.constant("axis.1", np.array([1]))
    relevance = graph.add("Squeeze", [graph.dense(hidden, "relevance"), flat])
    return graph.model({"stance": (stance, ["n", 3]), "relevance": (relevance, ["n"])})
