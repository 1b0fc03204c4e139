"""Training the embedder: a claim finds what refutes it as well as what supports it, before what is off the point.

Loss: multiple negatives ranking (Henderson et al., 2017) with one mined hard negative a claim, that is InfoNCE over the
batch. The result is averaged with the base encoder's weights (Wortsman et al., "Model soups", ICML 2022), which keeps
general retrieval; how much of each is chosen on development sets.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from retrieval.models.train.bert import Embedder, Encoder, load_encoder
from retrieval.models.train.export import plain_tokenizer
from retrieval.models.train.neutrals import Overlap
from retrieval.models.train.sources import Pair

Triple = tuple[str, str, str]
LONGEST = 160
"""Tokens of a passage; batches hold passages of like length, so only abstracts and comments cost that much."""
SHARES = {
    "fever_gold_nosym": 0.3,
    "cad_snli": 0.0,
    "scifact_abstract": 0.0,
    "arc_comments": 0.6,
    "groups_checks": 0.5,
    "groups_science": 0.5,
    "ibm_claim_stance": 0.3,
}


def triples(pairs: Sequence[Pair], seed: int) -> list[Triple]:
    """(claim, passage on either side, close passage of other claims) out of the pairs that `prepare` wrote."""
    dice = random.Random(seed)  # noqa: S311 (a seed, no secret)
    close: dict[str, list[str]] = defaultdict(list)
    off: dict[str, list[str]] = defaultdict(list)
    for item in pairs:
        if item.kind == "hard":
            close[item.claim].append(item.evidence)
        off[item.source].append(item.evidence)
    made = []
    for item in pairs:
        share = SHARES.get(item.source, 1.0) * (1.0 if item.label == "refutes" else 0.6)
        if item.kind == "given" and item.label != "neutral" and dice.random() < share:
            made.append((item.claim, item.evidence, dice.choice(close.get(item.claim) or off[item.source])))
    dice.shuffle(made)
    return made


def abstract_triples(pairs: Sequence[Pair], copies: int, seed: int) -> list[Triple]:
    """(claim, an abstract cited for it, an abstract cited for a like claim), `copies` times with other negatives.

    An abstract that was cited but decides nothing is a find too: who looks for evidence wants to read it.
    """
    dice = random.Random(seed)  # noqa: S311 (a seed, no secret)
    overlap = Overlap(pairs)
    made = []
    for item in pairs:
        near = overlap.nearest(item, 8)
        made += [(item.claim, item.evidence, dice.choice(near).evidence) for _ in range(copies) if near]
    return made


def tensors(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and segments of texts, padded to a multiple of 16."""
    tokenizer.enable_truncation(longest)
    coded = tokenizer.encode_batch(list(texts))
    width = -(-max(len(one.ids) for one in coded) // 16) * 16
    ids = torch.zeros(len(coded), width, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for row, one in enumerate(coded):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        mask[row, : len(one.ids)] = 1
    return ids, mask, torch.zeros_like(ids)


def groups(items: Sequence[Triple], size: int, dice: random.Random) -> Iterator[list[Triple]]:
    """Batches in which no claim occurs twice, so that no positive is another row's negative; like lengths together."""
    order = sorted(items, key=lambda one: min(len(one[1]), 1200) // 120 + dice.random())
    waiting: list[list[Triple]] = []
    full = []
    for one in order:
        place = next((group for group in waiting if all(one[0] != other[0] for other in group)), None)
        if place is None:
            waiting.append(place := [])
        place.append(one)
        if len(place) == size:
            waiting.remove(place)
            full.append(place)
    dice.shuffle(full)
    yield from full


def contrast(model: Embedder, tokenizer: Tokenizer, batch: Sequence[Triple], sharpness: float = 20.0) -> Tensor:
    """Each claim against all passages and all hard negatives of the batch."""
    claims, right, wrong = ([one[n] for one in batch] for n in range(3))
    with torch.autocast("cpu", torch.bfloat16):
        asked = model(*tensors(tokenizer, claims, 48)).float()
        found = model(*tensors(tokenizer, [*right, *wrong], LONGEST)).float()
    return functional.cross_entropy(sharpness * asked @ found.T, torch.arange(len(batch)))


def train(
    base: Path, items: Sequence[Triple], steps: int, out: Path, rate: float = 2e-5, size: int = 32, seed: int = 7
) -> None:
    """`steps` batches, or one pass if that is less; the tuned encoder goes to `out`/embedder.pt."""
    torch.manual_seed(seed)
    torch.set_num_threads(2)
    dice = random.Random(seed)  # noqa: S311 (a seed, no secret)
    model = Embedder(load_encoder(base)).train()
    model.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    live = [value for value in model.parameters() if value.requires_grad]
    optimiser = torch.optim.AdamW(live, lr=rate, weight_decay=0.01, fused=True)
    tokenizer = plain_tokenizer(base)
    mean = 0.0
    batches = list(groups(items, size, dice))[:steps]
    for step, batch in enumerate(batches, 1):
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, step / 40) * max(0.02, 1 - step / len(batches))
        loss = contrast(model, tokenizer, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(live, 1.0)
        optimiser.step()
        optimiser.zero_grad()
        mean = loss.item() if step == 1 else 0.95 * mean + 0.05 * loss.item()
        if step % 20 == 0:
            print(f"step {step} of {len(batches)} loss {mean:.4f}", flush=True)
    out.mkdir(parents=True, exist_ok=True)
    torch.save(model.encoder.state_dict(), out / "embedder.pt")


def soup(base: Path, tuned: Path, share: float) -> Encoder:
    """The base encoder with `share` of the way to the tuned one."""
    encoder = load_encoder(base)
    other = torch.load(tuned, weights_only=True)
    encoder.load_state_dict(
        {name: torch.lerp(value, other[name], share) for name, value in encoder.state_dict().items()}
    )
    return encoder
