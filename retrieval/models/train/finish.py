"""From checkpoints to what the product loads: the int8 graphs, the temperature and the thresholds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch

from retrieval.models.train import graph, measure
from retrieval.models.train.bert import Judge, load_encoder
from retrieval.models.train.embedder import soup
from retrieval.models.train.export import arrays
from retrieval.models.train.judge import load_pairs
from retrieval.models.train.sources import LABELS

LONGEST = 192
EMBEDDER: dict[str, Any] = {"dimensions": 384, "max_tokens": 256, "query_prefix": "", "passage_prefix": ""}
# Development sets near the product's use; captions and the held-out slice of the training sources are left out.
CALIBRATION = ("written.dev", "written3.held", "groups.held", "check_covid.dev")


def embedder_model(base: Path, tuned: Path, share: float) -> bytes:
    """The int8 graph of the base encoder, or of it and the tuned one mixed."""
    encoder = soup(base, tuned, share) if share else load_encoder(base)
    return graph.embedder(arrays(encoder)).SerializeToString()


def mixed(first: Path, last: Path, share: float, out: Path) -> Path:
    """A checkpoint `share` of the way from one stage's to another's (as in `embedder.soup`)."""
    early, late = (torch.load(path, weights_only=True) for path in (first, last))
    torch.save({name: torch.lerp(value.float(), late[name].float(), share) for name, value in early.items()}, out)
    return out


def judge_model(base: Path, checkpoint: Path, fine: tuple[str, ...] = (), lean: float = 0.0) -> bytes:
    """The int8 graph of a judge's checkpoint, whose logits of both sides are raised by `lean`."""
    model = Judge(load_encoder(base))
    model.load_state_dict(torch.load(checkpoint, weights_only=True))
    model.stance.bias.data[:2] += lean
    weights = arrays(model)
    encoder = {name.removeprefix("encoder."): value for name, value in weights.items() if name.startswith("encoder.")}
    heads = {name: value for name, value in weights.items() if not name.startswith("encoder.")}
    return graph.judge(encoder, heads, fine).SerializeToString()


def leaning(model: bytes, base: Path, work: Path, threads: int = 2) -> float:
    """How much to raise the logits of both sides: the trained mixture holds more neutrals than evidence does."""
    found = []
    for name in CALIBRATION:
        pairs = load_pairs(work / f"dev.{name}.jsonl")
        stance, _ = measure.predict(model, base, pairs, LONGEST, threads)
        found.append((stance, measure.gold(pairs)))
    return measure.lean(found)


def calibrated(model: bytes, base: Path, work: Path, threads: int = 2) -> dict[str, Any]:
    """The judge's manifest fields: temperature of least loss, and the thresholds, on the development pairs."""
    pairs = [item for name in CALIBRATION for item in load_pairs(work / f"dev.{name}.jsonl")]
    stance, relevance = measure.predict(model, base, pairs, LONGEST, threads)
    truth = measure.gold(pairs)
    heat = measure.temperature(stance, truth)
    chances = measure.softmax(stance, heat)
    points = 1 / (1 + np.exp(-relevance[truth < 2]))
    return {
        "max_tokens": LONGEST,
        "temperature": round(heat, 3),
        "side_threshold": measure.side_threshold(chances, truth),
        "relevance_threshold": round(float(np.quantile(points, 0.02)), 3),
        "labels": list(LABELS),
        "outputs": ["stance", "relevance"],
    }
