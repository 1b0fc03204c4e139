"""The labelled pairs that a shipped model may learn from: read, cleaned, and kept away from the test sets."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.models.train import groups

LABELS = ("refutes", "supports", "neutral")
WORD = re.compile(r"[a-z0-9]+")
CLIMATE = re.compile(
    r"climat|global warming|greenhouse|carbon|emission|fossil fuel|ipcc|sea level|glacier|\bco2\b", re.IGNORECASE
)
TRAIN = (
    "fever_gold_nosym.train", "cad_snli.train", "perspectrum_noprocon.train", "arc_comments.train", "arc_comments.test",
    "feverous_s.dev", "fool_me_twice.dev", "check_covid.train", "ibm_claim_stance.train", "scifact.train",
    "scifact_abstract.train", "valueeval_args.train", "written.train", "written2.train",
)  # fmt: skip
DEV = ("train/cad_snli.dev", "train/check_covid.dev", "dev/written.dev")
HELD = {
    "fever_gold_nosym": 25,
    "feverous_s": 20,
    "fool_me_twice": 12,
    "scifact": 10,
    "perspectrum": 12,
    "valueeval_args": 15,
    "arc_comments": 20,
}
HELD_GROUPS = 6
"""Per cent of the groups of `groups_*.txt` kept apart for development."""


@dataclass(frozen=True)
class Pair:
    """A claim, a passage and the passage's stance toward the claim; `relevance` is the target of the second head."""

    claim: str
    evidence: str
    label: str
    source: str
    group: str
    kind: str = "given"
    relevance: float = 1.0
    weight: float = 1.0


def words(text: str) -> list[str]:
    """Lower-case words and numbers."""
    return WORD.findall(text.lower())


def read(path: Path) -> Iterator[dict[str, str]]:
    """The objects of a JSON-lines file, plain or gzipped."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def pair(row: dict[str, str], kind: str = "given") -> Pair:
    """A row as a pair; a written neutral is about the claim's matter, so half relevant."""
    source = row["source"]
    group = f"{source}:{row.get('group') or row['claim']}"
    if source in {"perspectrum", "arc_comments"}:
        group = f"{source}:{row['claim']}"
    relevance = 0.5 if row["label"] == "neutral" else 1.0
    return Pair(row["claim"].strip(), row["evidence"].strip(), row["label"], source, group, kind, relevance)


class NearCopies:
    """Finds texts whose word sets overlap one of the given texts by a Jaccard index of `limit` or more."""

    def __init__(self, texts: Iterable[str], limit: float = 0.8) -> None:
        self.limit = limit
        self.sets = [set(words(text)) for text in set(texts)]
        self.index: dict[str, list[int]] = defaultdict(list)
        for number, members in enumerate(self.sets):
            for word in members:
                self.index[word].append(number)

    def __contains__(self, text: str) -> bool:
        mine = set(words(text))
        # A set that overlaps this much shares one of the text's rarest words: the others need not be looked at.
        rare = sorted(mine, key=lambda word: len(self.index.get(word, ())))[: max(1, int(len(mine) * 0.25) + 1)]
        near = {number for word in rare for number in self.index.get(word, ())}
        return any(len(mine & self.sets[n]) >= self.limit * len(mine | self.sets[n]) for n in near if self.sets[n])


def test_queries(archive: Path) -> set[str]:
    """The queries of one retrieval set that its test judgements use; those of a train or dev split are no test."""
    with tarfile.open(archive) as files:
        texts = {
            one.name: files.extractfile(one).read().decode()
            for one in files
            if one.isfile() and "corpus" not in one.name
        }
    judged = {
        line.split("\t")[0]
        for name, text in texts.items() if "qrels/" in name and not re.search(r"train|dev", Path(name).name)
        for line in text.splitlines()[1:]
    }  # fmt: skip
    rows = [
        json.loads(line) for name, text in texts.items() if name.endswith("queries.jsonl") for line in text.splitlines()
    ]
    return {row["text"] for row in rows if row["_id"] in judged and len(row["text"]) < 400}


def test_claims(data: Path) -> set[str]:
    """Every claim of the stance tests and every test query of the retrieval sets, as texts to stay away from."""
    found = {row["claim"] for path in sorted((data / "stance/test").glob("*.gz")) for row in read(path)}
    for path in sorted((data / "retrieval").glob("*.tar.xz")):
        found |= test_queries(path)
    return found


def clean(pairs: Iterable[Pair], tests: NearCopies, counts: dict[str, int]) -> list[Pair]:
    """Without repeats, climate and near-copies of test claims; `counts` learns how many went."""
    kept: dict[tuple[str, str], Pair] = {}
    verdicts: dict[str, bool] = {}
    for item in pairs:
        if item.claim not in verdicts:
            verdicts[item.claim] = item.claim in tests
        if CLIMATE.search(item.claim + " " + item.evidence):
            counts[f"{item.source}: climate"] += 1
        elif verdicts[item.claim]:
            counts[f"{item.source}: near a test claim"] += 1
        elif (item.claim, item.evidence) in kept:
            counts[f"{item.source}: repeated"] += 1
        else:
            kept[item.claim, item.evidence] = item
    return list(kept.values())


def bucket(group: str) -> int:
    """A stable number from 0 to 99 for a group, to split by."""
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % 100


def held_out(item: Pair) -> bool:
    """Whether a pair belongs to the development slice: a share of the groups of each source."""
    share = 10 if item.source.startswith("written3") else HELD.get(item.source, 0)
    if item.source.startswith("groups_"):
        return bucket(item.group) < HELD_GROUPS
    return bucket(item.group) < (share if item.source.startswith("written3") else share // 2)


def slice_of(source: str) -> str:
    """The development slice that the held-out pairs of a source go to."""
    if source.startswith("groups_"):
        return "groups.held"
    return "written3.held" if source == "written3" else "mixed.held"


def load(data: Path, written: Sequence[Path]) -> tuple[list[Pair], dict[str, list[Pair]], dict[str, int]]:
    """Training pairs, development sets by name, and what was dropped; `written`: the folders of what we wrote."""
    tests = NearCopies(test_claims(data))
    counts: dict[str, int] = defaultdict(int)
    files = [data / "stance/train" / f"{name}.jsonl.gz" for name in TRAIN] + _files(written, "written3_*.jsonl")
    pairs = []
    for path in files:
        name = path.name.split(".")[0]
        rows = [pair(row) for row in read(path) if row.get("label") in LABELS]
        if name in ("written2", "scifact_abstract") or name.startswith("written3"):
            rows = [replace(item, source="written3" if name.startswith("written3") else name) for item in rows]
        pairs += rows
    for path in _files(written, "groups_*.txt"):
        pairs += [pair(row) for row in groups.rows(path)]
    pairs = clean(pairs, tests, counts)
    train = [item for item in pairs if not held_out(item)]
    dev: dict[str, list[Pair]] = defaultdict(list)
    for item in pairs:
        if held_out(item):
            dev[slice_of(item.source)].append(item)
    for name in DEV:
        dev[name.split("/")[1]] = clean(map(pair, read(data / "stance" / f"{name}.jsonl.gz")), tests, counts)
    return train, dict(dev), dict(counts)


def _files(folders: Sequence[Path], pattern: str) -> list[Path]:
    return sorted((path for folder in folders for path in folder.glob(pattern)), key=lambda path: path.name)
