"""How much of a label the claim alone or the passage alone gives away, and weights against it.

After Schuster et al., "Towards Debiasing Fact Verification Models" (EMNLP 2019), who reweight by cue words: here a
cross-fitted linear model over hashed words and word pairs of each side predicts refutes against supports, and a pair
it gets right without seeing the other side counts for less.
"""

from __future__ import annotations

import itertools
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional

from retrieval.models.train.sources import Pair, bucket, words

SLOTS = 1 << 16
FOLDS = 3


def slots(text: str, side: str) -> list[int]:
    """Hashed single words and neighbouring pairs of one side."""
    tokens = words(text)[:80]
    grams = {side + token for token in tokens} | {f"{side}{a} {b}" for a, b in itertools.pairwise(tokens)}
    return [zlib.crc32(gram.encode()) % SLOTS for gram in sorted(grams)] or [0]


def fit(features: list[list[int]], targets: Tensor) -> nn.EmbeddingBag:
    """Logistic regression on averaged one-hot features."""
    model = nn.EmbeddingBag(SLOTS, 1, mode="mean")
    nn.init.zeros_(model.weight)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.5)
    flat, starts = packed(features)
    for _ in range(12):
        loss = functional.binary_cross_entropy_with_logits(model(flat, starts)[:, 0], targets)
        loss = loss + 1e-5 * model.weight.square().sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return model


def packed(features: list[list[int]]) -> tuple[Tensor, Tensor]:
    """Feature lists as one flat tensor and the place where each begins."""
    starts = torch.tensor([0, *(len(one) for one in features[:-1])]).cumsum(0)
    return torch.tensor([slot for one in features for slot in one]), starts


def given_away(pairs: Sequence[Pair], side: str) -> list[float]:
    """For each pair, the probability of its own label judged from one side, by a model that never saw its group."""
    features = [slots(getattr(item, side), side[0]) for item in pairs]
    targets = torch.tensor([float(item.label == "supports") for item in pairs])
    folds = [bucket(item.group + side) % FOLDS for item in pairs]
    known = torch.full((len(pairs),), 0.5)
    for fold in range(FOLDS):
        inside = [n for n, one in enumerate(folds) if one != fold]
        outside = [n for n, one in enumerate(folds) if one == fold]
        if len(inside) < 200 or not outside:
            continue
        model = fit([features[n] for n in inside], targets[inside])
        with torch.no_grad():
            chance = torch.sigmoid(model(*packed([features[n] for n in outside]))[:, 0])
        known[outside] = torch.where(targets[outside] > 0.5, chance, 1 - chance)
    return known.tolist()


def reweighted(pairs: Sequence[Pair], seed: int) -> list[Pair]:
    """Pairs with a weight of 0.4 (given away) to 1.6 (misleading); neutrals keep theirs."""
    torch.manual_seed(seed)
    by_source: dict[str, list[Pair]] = defaultdict(list)
    for item in pairs:
        by_source[item.source].append(item)
    done = []
    for source, members in by_source.items():
        sides = [item for item in members if item.label != "neutral"]
        alone = {side: given_away(sides, side) for side in ("claim", "evidence")}
        shown = [max(both) for both in zip(*alone.values(), strict=True)]
        right = {side: sum(chance > 0.5 for chance in chances) / max(1, len(sides)) for side, chances in alone.items()}
        print(
            f"right from one side alone, {source}: " + ", ".join(f"{side} {share:.2f}" for side, share in right.items())
        )
        done += [replace(item, weight=0.4 + 1.2 * (1 - chance)) for item, chance in zip(sides, shown, strict=True)]
        done += [item for item in members if item.label == "neutral"]
    return done
