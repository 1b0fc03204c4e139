"""Groups that we wrote: two claims that exclude each other, and passages for the one, for the other and for neither.

Every claim and every passage of a group stands with several labels, so neither alone gives the label away: the idea of
contrast sets (Gardner et al., "Evaluating Models' Local Decision Boundaries via Contrast Sets", EMNLP Findings 2020).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

LABEL = {
    ("A", "1"): "supports", ("A", "2"): "refutes", ("B", "1"): "refutes", ("B", "2"): "supports",
    ("A", "0"): "neutral", ("B", "0"): "neutral",
}  # fmt: skip


def blocks(path: Path) -> Iterator[dict[str, list[str]]]:
    """The groups of a file, each as its lines by their mark (A, B, 1, 2, 0).

    Raises:
        ValueError: a line has no mark, or two groups stand together; the message gives its number.
    """
    block: dict[str, list[str]] = defaultdict(list)
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], start=1):
        if not line.strip():
            if block:
                yield dict(block)
            block = defaultdict(list)
            continue
        mark, separator, text = line.partition(":")
        if not separator or mark.strip() not in "AB120" or not text.strip():
            raise ValueError(f"{path.name}, line {number}: not a claim (A, B) or a passage (1, 2, 0)")
        if mark.strip() in "AB" and not block.keys().isdisjoint("120"):
            raise ValueError(f"{path.name}, line {number}: a group begins without an empty line before it")
        block[mark.strip()].append(text.strip())


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The labelled pairs of a file, in the form of the data's other files."""
    name = path.stem.removeprefix("groups_")
    for number, block in enumerate(blocks(path)):
        for (claim, passage), label in LABEL.items():
            for said in block.get(claim, ()):
                for text in block.get(passage, ()):
                    yield {
                        "claim": said, "evidence": text, "label": label, "source": f"groups_{name}",
                        "topic": name, "group": f"{name}-{number}",
                    }  # fmt: skip
