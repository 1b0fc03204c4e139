"""Labelled data as they lie on disk: pairs for the stance, BEIR folders for retrieval."""

from __future__ import annotations

import gzip
import io
import json
import random
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from retrieval.errors import BadInput, Malformed
from retrieval.evaluate.unreadable import unreadable
from retrieval.types import Stance

Item = TypeVar("Item")
SEED = 20
COLUMNS = 3
"""Of a qrels or stance file: query, document, score or stance."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and a piece of evidence with their label."""

    id: str
    claim: str
    evidence: str
    label: Stance


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """One split of a BEIR folder."""

    name: str
    split: str
    corpus: dict[str, str]
    """Document id to title and text."""
    queries: dict[str, str]
    """Only those of the split."""
    relevant: dict[str, dict[str, float]]
    """Query id to document id to gain; gains of 0 left out."""
    stances: dict[str, dict[str, Stance]]
    """Query id to document id to stance; empty where no stance file lies beside the qrels."""
    own: dict[str, str] = field(default_factory=dict)
    """Query id to the document it was made from, which no ranking shows."""

    def opposing(self, query: str) -> dict[str, float]:
        """Gain 1 for each document that refutes the query."""
        return {document: 1.0 for document, stance in self.stances.get(query, {}).items() if stance is Stance.REFUTES}

    def to_judge(self, count: int | None, seed: int = SEED) -> list[str]:
        """At most ``count`` queries by a fixed seed, of those with opposition; of all in a set without stances."""
        opposed = [query for query in sorted(self.queries) if self.opposing(query)]
        return sample(opposed if self.stances else sorted(self.queries), count, seed)


def sample(items: Sequence[Item], count: int | None, seed: int = SEED) -> list[Item]:
    """At most ``count`` items in an order drawn by a fixed seed; all when None."""
    return random.Random(seed).sample(items, len(items))[:count]  # noqa: S311 - a sample, not a secret


def read_pairs(path: Path) -> list[Pair]:
    """JSON lines {claim, evidence, label} with an optional id, plain or .gz.

    Raises:
        Malformed: A line that is not such an object; says file and line.
        BadInput: The file cannot be read.
    """
    try:
        content = path.read_bytes()
        lines = (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise unreadable(path, error, "cannot be read") from error
    # Not splitlines: JSON allows other ends of line, such as U+2028, inside its strings.
    return [_pair(path, number, line) for number, line in enumerate(lines.split("\n"), start=1) if line.strip()]


def _pair(path: Path, number: int, line: str) -> Pair:
    try:
        row = json.loads(line)
        return Pair(str(row.get("id", number)), str(row["claim"]), str(row["evidence"]), Stance(row["label"]))
    except (ValueError, KeyError, AttributeError) as error:
        wanted = "expected {claim, evidence, label: supports | refutes | neutral}"
        raise Malformed(path, number, f"{wanted}, got {line[:60]!r}") from error


def read_set(path: Path, split: str | None = None) -> RetrievalSet:
    """A BEIR folder or a .tar.xz of one.

    Args:
        path: Holds corpus.jsonl, queries.jsonl, qrels/SPLIT.tsv and, where both sides are labelled, stance.SPLIT.tsv.
        split: Which; None takes test, or the only one there is.

    Raises:
        BadInput: Not such a folder, or no such split.
    """
    files = _files(path)
    try:
        split = _split(files, path, split)
        scores = _table(files[f"qrels/{split}.tsv"])
        stances = _table(files.get(f"stance.{split}.tsv", b""))
        corpus = {row["_id"]: f"{row.get('title', '')} {row['text']}".strip() for row in _rows(files["corpus.jsonl"])}
        queries = {row["_id"]: row["text"] for row in _rows(files["queries.jsonl"])}
        own = json.loads(files.get("query_self_doc.json", b"{}"))
    except (KeyError, ValueError) as error:
        raise unreadable(path, error, "is not a BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv)") from error
    relevant = {
        query: {document: float(score) for document, score in row.items() if float(score) > 0}
        for query, row in scores.items()
    }
    sides = {query: {document: Stance(side) for document, side in row.items()} for query, row in stances.items()}
    asked = {query: queries[query] for query in scores if query in queries}
    return RetrievalSet(path.name.split(".")[0], split, corpus, asked, relevant, sides, own)


def _files(path: Path) -> dict[str, bytes]:
    """Path inside the set to content."""
    try:
        if path.is_dir():
            return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}
        with tarfile.open(path) as archive:
            members = [(member.name, archive.extractfile(member)) for member in archive if member.isfile()]
            return {name.split("/", 1)[-1]: file.read() for name, file in members if file}
    except (OSError, tarfile.TarError) as error:
        raise unreadable(path, error, "is neither a BEIR folder nor an archive of one") from error


def _split(files: dict[str, bytes], path: Path, wanted: str | None) -> str:
    there = sorted(name[len("qrels/") : -len(".tsv")] for name in files if name.startswith("qrels/"))
    if wanted is None and len(there) > 1:
        wanted = next((split for split in there if "test" in split), None)
    chosen = wanted or (there[0] if there else "")
    if chosen not in there:
        raise BadInput(f"{path} has the splits {', '.join(there) or 'none'}; name one of them.")
    return chosen


def _rows(content: bytes) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in io.BytesIO(content) if line.strip())


def _table(content: bytes) -> dict[str, dict[str, str]]:
    """Query to document to value, of a file with three tab-separated columns and a header."""
    table: dict[str, dict[str, str]] = {}
    for line in content.decode().splitlines()[1:]:
        columns = line.split("\t")
        if len(columns) == COLUMNS:
            table.setdefault(columns[0], {})[columns[1]] = columns[2]
    return table
