"""A compact BERT encoder in PyTorch, with the two heads that Rejoinder uses.

Architecture: Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers" (NAACL 2019). The parameter names
are those of the published checkpoints, so that `load_encoder` reads a safetensors file without a table of renamings.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional


class SelfAttention(nn.Module):
    """Query, key and value projections and the weighted sum."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.query = nn.Linear(width, width)
        self.key = nn.Linear(width, width)
        self.value = nn.Linear(width, width)
        self.heads = heads
        self.size = width // heads

    def split(self, states: Tensor) -> Tensor:
        """(n, tokens, width) to (n, heads, tokens, size)."""
        return states.view(states.shape[0], states.shape[1], self.heads, self.size).transpose(1, 2)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """Mix the tokens' values by attention."""
        query, key, value = (self.split(part(states)) for part in (self.query, self.key, self.value))
        # Written out: on a CPU in bfloat16 its backward pass is six times as fast as the fused kernel's.
        weights = torch.softmax(query @ key.transpose(2, 3) * self.size**-0.5 + bias.to(query.dtype), dim=-1)
        mixed = weights @ value
        return mixed.transpose(1, 2).reshape(states.shape[0], states.shape[1], self.heads * self.size)


class Projection(nn.Module):
    """A dense layer, dropout, the residual sum and its normalisation."""

    def __init__(self, inner: int, width: int, dropout: float) -> None:
        super().__init__()
        self.dense = nn.Linear(inner, width)
        self.LayerNorm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, residual: Tensor) -> Tensor:
        """Project, add, normalise."""
        return self.LayerNorm(self.dropout(self.dense(states)) + residual)


class Layer(nn.Module):
    """One transformer block, normalisation after the sum."""

    def __init__(self, width: int, inner: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = nn.ModuleDict(
            {"self": SelfAttention(width, heads), "output": Projection(width, width, dropout)}
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, inner)})
        self.output = Projection(inner, width, dropout)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """Attention, then the feed-forward part."""
        states = self.attention["output"](self.attention["self"](states, bias), states)
        return self.output(functional.gelu(self.intermediate["dense"](states)), states)


class Embeddings(nn.Module):
    """Word, position and segment vectors, summed and normalised."""

    def __init__(self, words: int, positions: int, width: int, dropout: float) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(words, width)
        self.position_embeddings = nn.Embedding(positions, width)
        self.token_type_embeddings = nn.Embedding(2, width)
        self.LayerNorm = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, segments: Tensor) -> Tensor:
        """Vectors of the tokens before the first layer."""
        places = torch.arange(ids.shape[1], device=ids.device)
        total = self.word_embeddings(ids) + self.position_embeddings(places) + self.token_type_embeddings(segments)
        return self.dropout(self.LayerNorm(total))


class Encoder(nn.Module):
    """Token ids to one vector a token."""

    def __init__(self, config: dict[str, int], dropout: float = 0.0) -> None:
        super().__init__()
        width, inner, heads = config["hidden_size"], config["intermediate_size"], config["num_attention_heads"]
        self.width = width
        self.embeddings = Embeddings(config["vocab_size"], config["max_position_embeddings"], width, dropout)
        layers = (Layer(width, inner, heads, dropout) for _ in range(config["num_hidden_layers"]))
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(layers)})

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
        """(n, tokens) of ids to (n, tokens, width)."""
        states = self.embeddings(ids, segments)
        bias = (1.0 - mask[:, None, None, :].to(torch.float32)) * -10000.0
        for layer in self.encoder["layer"]:
            states = layer(states, bias)
        return states


def mean_pool(states: Tensor, mask: Tensor) -> Tensor:
    """The mean of the token vectors that are not padding."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(1) / weights.sum(1).clamp(min=1.0)


class Embedder(nn.Module):
    """Mean-pooled, length-one sentence vectors (Reimers and Gurevych, Sentence-BERT, EMNLP 2019)."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> Tensor:
        """One vector a text."""
        return functional.normalize(mean_pool(self.encoder(ids, mask, segments), mask), dim=-1)


class Judge(nn.Module):
    """A cross-encoder: stance logits (refutes, supports, neutral) and one relevance logit from [CLS] and the mean."""

    def __init__(self, encoder: Encoder, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.mix = nn.Linear(2 * encoder.width, encoder.width)
        self.stance = nn.Linear(encoder.width, 3)
        self.relevance = nn.Linear(encoder.width, 1)

    def forward(self, ids: Tensor, mask: Tensor, segments: Tensor) -> tuple[Tensor, Tensor]:
        """Stance and relevance logits."""
        states = self.encoder(ids, mask, segments)
        joined = torch.cat([states[:, 0], mean_pool(states, mask)], dim=-1)
        hidden = self.dropout(torch.tanh(self.mix(self.dropout(joined))))
        return self.stance(hidden), self.relevance(hidden).squeeze(-1)


def load_encoder(base: Path, dropout: float = 0.0) -> Encoder:
    """The encoder of a checkpoint folder that holds config.json and model.safetensors."""
    encoder = Encoder(json.loads((base / "config.json").read_text()), dropout)
    weights = load_file(str(base / "model.safetensors"))
    wanted = encoder.state_dict()
    encoder.load_state_dict({name: weights[name] for name in wanted})
    return encoder
