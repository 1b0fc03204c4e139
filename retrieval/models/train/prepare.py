"""`prepare`: everything the judge learns from, as one JSON-lines file, with development sets beside it."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from retrieval.models.train.bias import reweighted
from retrieval.models.train.neutrals import mined
from retrieval.models.train.rules import lengthened, twins
from retrieval.models.train.sources import Pair, load

HARD = {
    "fever_gold_nosym": 0.5, "feverous_s": 0.4, "fool_me_twice": 0.5, "perspectrum": 0.45, "valueeval_args": 0.4,
    "ibm_claim_stance": 0.5, "arc_comments": 0.25, "check_covid": 0.6, "scifact": 0.7, "written": 0.12,
    "written2": 0.12, "written3": 0.15, "cad_snli": 0.0, "scifact_abstract": 0.0,
    "groups_health": 0.2,
}  # fmt: skip
TWINS = {
    "cad_snli": 0.0,
    "written": 0.3,
    "written2": 0.3,
    "written3": 0.3,
    "arc_comments": 0.3,
}
GROUPS = 0.12
"""The same two shares for groups, where no other is given: they have twins and close neutrals of their own."""
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def windows(pairs: Iterable[Pair], dice: random.Random) -> list[Pair]:
    """Abstracts cut to the evidence with its neighbours, and the sentences elsewhere in them as neutral passages."""
    items = list(pairs)
    gold = {(item.claim, item.group.split(":")[1]): item for item in items if item.source == "scifact"}
    made = []
    for item in items:
        if item.source != "scifact_abstract":
            continue
        parts = SENTENCE.split(item.evidence)
        given = gold.get((item.claim, item.group.split(":")[1]))
        places = [n for n, part in enumerate(parts) if given and part[:60] in given.evidence]
        if not places:
            continue
        low = max(0, places[0] - dice.choice((0, 1, 2)))
        high = min(len(parts), places[-1] + 1 + dice.choice((0, 1, 2)))
        made.append(replace(item, source="scifact", evidence=" ".join(parts[low:high]), kind="window"))
        away = [n for n in range(len(parts) - 1) if n + 1 < places[0] - 1 or n > places[-1] + 1]
        if away and item.label != "neutral":
            start = dice.choice(away)
            text = " ".join(parts[start : start + 2])
            made.append(
                replace(item, source="scifact", evidence=text, label="neutral", kind="neighbour", relevance=0.5)
            )
    return made


def training_pairs(
    data: Path, written: Sequence[Path], seed: int
) -> tuple[list[Pair], dict[str, list[Pair]], dict[str, int]]:
    """The whole mixture of one pass, in a fixed shuffled order."""
    dice = random.Random(seed)  # noqa: S311 (a seed, no secret)
    given, dev, dropped = load(data, written)
    abstracts = windows(given, dice)
    given = [item for item in given if item.source != "scifact_abstract"]
    dice.shuffle(given)
    made = []
    grouped = {item.source for item in given if item.source.startswith("groups_")}
    for source in sorted({item.source for item in given}):
        members = [item for item in given if item.source == source]
        made += twins(members, TWINS.get(source, GROUPS if source in grouped else 0.45), dice)
    neutral = mined(given, dict.fromkeys(grouped, GROUPS) | HARD, dice)
    base = reweighted(given, seed)
    close = [item for item in base if item.source.startswith("written")]
    domain = [item for item in base if item.source in ("check_covid", "scifact")]
    everything = [*base, *made, *neutral, *abstracts]
    everything += [replace(item, kind="again") for item in close if dice.random() < 0.6] + domain
    longer = lengthened([item for item in everything if item.source != "arc_comments"], 0.12, dice)
    everything += longer
    dice.shuffle(everything)
    return everything, dev, dropped


def thinned(pairs: list[Pair], shares: dict[str, float], seed: int) -> list[Pair]:
    """A share of the pairs of each named source or kind, all of the others; over one means that many copies."""
    dice = random.Random(seed)  # noqa: S311 (a seed, no secret)
    return [
        item
        for item in pairs
        for _ in range(int(shares.get(item.source, 1.0) * shares.get(item.kind, 1.0) + dice.random()))
    ]


def save(path: Path, pairs: Iterable[Pair]) -> None:
    """Write pairs as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in pairs), encoding="utf-8")


def prepare(data: Path, written: Sequence[Path], work: Path, seed: int) -> None:
    """Write train.jsonl, abstracts.jsonl and dev.NAME.jsonl under `work`; say what went in and what was dropped."""
    train, dev, dropped = training_pairs(data, written, seed)
    save(work / "train.jsonl", train)
    save(work / "abstracts.jsonl", [item for item in load(data, written)[0] if item.source == "scifact_abstract"])
    for name, pairs in dev.items():
        save(work / f"dev.{name}.jsonl", pairs)
    for reason, count in sorted(dropped.items()):
        print(f"dropped {count:6d}  {reason}")
    for title, key in (("source", "source"), ("kind", "kind"), ("label", "label")):
        counts = Counter(getattr(item, key) for item in train)
        print(f"train by {title}:", dict(counts.most_common()))
    print("train", len(train), {name: len(pairs) for name, pairs in dev.items()})
