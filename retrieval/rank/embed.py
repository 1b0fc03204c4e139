"""The embedded embedder: texts to unit vectors with an ONNX model of the manifest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from retrieval.errors import Misconfigured
from retrieval.rank.interfaces import Vectors
from retrieval.rank.manifest import EmbedderEntry
from retrieval.rank.onnx import Array, OnnxModel


class OnnxEmbedder:
    """An `Embedder` on onnxruntime; safe to share between threads.

    Args:
        entry: The manifest's embedder.
        threads: How many texts are run at once; as many as there are cores when None.
    """

    def __init__(self, entry: EmbedderEntry, threads: int | None = None) -> None:
        self._entry = entry
        self._model = OnnxModel(entry, [entry.output], threads)

    @property
    def id(self) -> str:
        """Names model and version."""
        return self._entry.id

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._entry.dimensions

    def warm(self) -> None:
        """Load the model now instead of at the first text; raises Misconfigured."""
        self._model.warm()

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is common enough to have a token of its own: then it is hardly a misspelling."""
        return self._model.has_token(word)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of stored texts, shape (n, dimensions), each of length 1."""
        return self._embed([self._entry.passage_prefix + text for text in texts])

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions and claims, shape (n, dimensions), each of length 1."""
        return self._embed([self._entry.query_prefix + text for text in texts])

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, (output,) in enumerate(self._model.run(texts)):
            vectors[row] = self._checked(unit(output))
        return vectors

    def _checked(self, vector: Vectors) -> Vectors:
        if vector.shape != (self.dimensions,):
            raise Misconfigured(
                f"The embedder {self.id} gives vectors of length {vector.size}, its manifest says {self.dimensions}."
            )
        return vector


def unit(output: Array) -> Vectors:
    """A model's output for one text, shape (dimensions,) or (tokens, dimensions), as one vector of length 1.

    Token vectors are averaged (Reimers and Gurevych, "Sentence-BERT", EMNLP 2019).
    """
    vector = output if output.ndim == 1 else output.mean(axis=0)
    result: Vectors = vector / max(float(np.linalg.norm(vector)), 1e-12)
    return result
