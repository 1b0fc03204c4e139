"""Training the judge: stance and relevance together, in bfloat16 on a CPU, resumable.

Optimiser: AdamW (Loshchilov and Hutter, ICLR 2019), learning rate warmed up, held, then lowered to nought in a straight
line; what is kept is an exponential moving average of the weights (Polyak and Juditsky, 1992).
"""

from __future__ import annotations

import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from retrieval.models.train.bert import Judge, load_encoder
from retrieval.models.train.export import plain_tokenizer
from retrieval.models.train.sources import LABELS, Pair


@dataclass(frozen=True)
class Plan:
    """How long a run is, in `steps` or `minutes` if they end first, and how it moves; `decay` is a share of it."""

    steps: int
    decay: float
    minutes: float = 1e9
    rate: float = 1e-4
    warmup: int = 150
    tokens: int = 3072
    longest: int = 160
    smooth: float = 0.05
    average: float = 0.998
    relevance: float = 0.5
    dropout: float = 0.0
    seed: int = 7


STEP = 16
Batch = tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]


def load_pairs(path: Path) -> list[Pair]:
    """The pairs that `prepare` wrote."""
    with path.open(encoding="utf-8") as lines:
        return [Pair(**json.loads(line)) for line in lines]


def encode(tokenizer: Tokenizer, pairs: Sequence[Pair], longest: int) -> list[tuple[list[int], int]]:
    """Token ids of [CLS] claim [SEP] passage [SEP] and the length of the first segment; the passage is cut first."""
    tokenizer.enable_truncation(longest, strategy="only_second")
    coded = []
    for item in pairs:
        try:
            one = tokenizer.encode(item.claim, item.evidence)
        except Exception:  # noqa: BLE001 - the claim alone fills the window: the tokenizer has no type for this
            one = tokenizer.encode(" ".join(item.claim.split()[:60]), item.evidence)
        coded.append((one.ids[:longest], one.type_ids.index(1) if 1 in one.type_ids else len(one.ids)))
    return coded


def batches(
    pairs: Sequence[Pair], coded: Sequence[tuple[list[int], int]], budget: int, dice: random.Random
) -> Iterator[Batch]:
    """One pass in random order; a batch holds pairs of like length and has one of a few shapes of `budget` tokens.

    Few shapes matter: the CPU library compiles its products anew for each. What is left in the queues at the end of a
    pass is skipped; the next pass skips others.
    """
    order = list(range(len(pairs)))
    dice.shuffle(order)
    queues: dict[int, list[int]] = defaultdict(list)
    for number in order:
        width = -(-len(coded[number][0]) // STEP) * STEP
        queues[width].append(number)
        if len(queues[width]) == budget // width:
            group = queues.pop(width)
            yield collate([pairs[n] for n in group], [coded[n] for n in group], width)


def passes(pairs: Sequence[Pair], coded: Sequence[tuple[list[int], int]], plan: Plan) -> Iterator[Batch]:
    """Pass after pass, without end."""
    dice = random.Random(plan.seed)  # noqa: S311 (a seed, no secret)
    while True:
        yield from batches(pairs, coded, plan.tokens, dice)


def collate(pairs: Sequence[Pair], coded: Sequence[tuple[list[int], int]], width: int = 0) -> Batch:
    """Pairs and their ids as padded tensors."""
    width = width or max(len(ids) for ids, _ in coded)
    ids = torch.zeros(len(coded), width, dtype=torch.long)
    mask, segments = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, (one, first) in enumerate(coded):
        ids[row, : len(one)] = torch.tensor(one)
        mask[row, : len(one)] = 1
        segments[row, first : len(one)] = 1
    stance = torch.tensor([LABELS.index(item.label) for item in pairs])
    relevance = torch.tensor([item.relevance for item in pairs])
    return ids, mask, segments, stance, relevance, torch.tensor([item.weight for item in pairs])


def loss_of(model: Judge, batch: Batch, plan: Plan) -> Tensor:
    """Weighted cross-entropy of the stance plus that of the relevance."""
    ids, mask, segments, stance, relevance, weight = batch
    with torch.autocast("cpu", torch.bfloat16):
        sides, points = model(ids, mask, segments)
    first = functional.cross_entropy(sides.float(), stance, reduction="none", label_smoothing=plan.smooth)
    second = functional.binary_cross_entropy_with_logits(points.float(), relevance, reduction="none")
    return ((first + plan.relevance * second) * weight).sum() / weight.sum()


class Average:
    """The moving average of a model's trained weights."""

    def __init__(self, model: Judge, keep: float, every: int = 4) -> None:
        self.keep = keep**every
        self.every = every
        self.live = [value for value in model.parameters() if value.requires_grad]
        self.mean = [value.detach().clone() for value in self.live]

    def update(self, step: int) -> None:
        """Move the average toward the live weights, every few steps."""
        if step % self.every == 0:
            keep = min(self.keep, (step + 1) / (step + 40))
            torch._foreach_lerp_(self.mean, [value.detach() for value in self.live], 1 - keep)

    def state(self, model: Judge) -> dict[str, Tensor]:
        """The model's whole state with the averages in place of the live weights."""
        names = [name for name, value in model.named_parameters() if value.requires_grad]
        return model.state_dict() | dict(zip(names, (one.clone() for one in self.mean), strict=True))


def rate_at(plan: Plan, step: int, done: float) -> float:
    """Warm-up by steps, plateau, then a straight line to nought over the last `plan.decay` of the run."""
    left = max(0.02, min(1.0, (1 - done) / plan.decay)) if plan.decay else 1.0
    return plan.rate * min(1.0, (step + 1) / plan.warmup) * left


def train(base: Path, pairs: list[Pair], plan: Plan, out: Path, start: Path | None = None, threads: int = 2) -> None:
    """Train until the plan is done; checkpoints of the average go to `out`/judge.pt every five minutes."""
    torch.manual_seed(plan.seed)
    torch.set_num_threads(threads)
    model = Judge(load_encoder(base, plan.dropout))
    if start:
        model.load_state_dict(torch.load(start, weights_only=True))
    model.train()
    model.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    heads = [value for name, value in model.named_parameters() if not name.startswith("encoder.")]
    body = [value for name, value in model.named_parameters() if name.startswith("encoder.") and value.requires_grad]
    boost = 1.0 if start else 5.0
    optimiser = torch.optim.AdamW([{"params": body}, {"params": heads}], lr=plan.rate, weight_decay=0.01, fused=True)
    average = Average(model, plan.average)
    coded = encode(plain_tokenizer(base), pairs, plan.longest)
    print(f"{len(pairs)} pairs, {sum(len(ids) for ids, _ in coded)} tokens a pass", flush=True)
    out.mkdir(parents=True, exist_ok=True)
    began, saved, smooth = time.monotonic(), 0.0, 0.0
    for step, batch in enumerate(passes(pairs, coded, plan)):
        spent = (time.monotonic() - began) / 60
        done = max(step / plan.steps, spent / plan.minutes)
        if done >= 1:
            break
        rate = rate_at(plan, step, done)
        optimiser.param_groups[0]["lr"], optimiser.param_groups[1]["lr"] = rate, rate * boost
        loss = loss_of(model, batch, plan)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        average.update(step)
        smooth = 0.98 * smooth + 0.02 * loss.item() if step else loss.item()
        if step % 20 == 0:
            print(f"{spent:6.2f} min step {step} of {plan.steps} loss {smooth:.4f} rate {rate:.2e}", flush=True)
        if spent - saved > 5:
            saved = spent
            save(average.state(model), out / "judge.pt")
    save(average.state(model), out / "judge.pt")
    print(f"done at loss {smooth:.4f}", flush=True)


def save(state: dict[str, Tensor], path: Path) -> None:
    """Write a checkpoint in one step."""
    torch.save(state, path.with_suffix(".new"))
    path.with_suffix(".new").replace(path)
