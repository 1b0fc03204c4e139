"""Opens an index where it can do no harm: in a child process, before the bot opens it itself.

A damaged Chroma folder can fail on every call, hang, grow a file without end, or end the process with a segmentation
fault. None of these can be caught inside the process they happen in. Run as a script, this module reads one request
(JSON) from standard input and prints how many of the sample's vectors it looked for and how many were not found.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

COLLECTION = "passages"

SAME = 0.999
"""Cosine similarity from which two vectors count as the same one (float32 through Chroma's normalisation)."""

UNREACHED = 10
"""One passage in so many looked for may be out of reach of its own vector: the graph is approximate, and 1 to 3 % are
so in a sound index of random vectors (Chroma 1.5.9; 1 of 32 at 100,000 generated passages). A torn one loses two
thirds."""

_GROWTH = 4
_ROOM = 1 << 30


def client(folder: Path) -> Any:
    """An embedded Chroma on a folder, without telemetry."""
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def examine(folder: Path, sample: dict[str, list[Any]]) -> dict[str, int]:
    """Looks each passage of the sample up by its id and by its own vector.

    Args:
        folder: The index's folder.
        sample: Passage id to the digest of its text and its vector, as the records have them. What the index lacks,
            or has of an earlier text, is not looked for: that is no damage, and is put right afterwards. A vector
            of zeros has no neighbours.

    Returns:
        How many were ``looked`` for and how many were ``missed``: whose kept vector is another one or, beyond what an
        approximate search may miss, that their own vector does not find.
    """
    collection = client(folder).get_collection(COLLECTION, embedding_function=None)
    collection.count()
    looked = missed = unreached = 0
    for passage, (digest, vector) in sample.items():
        kept = collection.get(ids=[passage], include=["embeddings", "metadatas"])
        if not kept["ids"] or kept["metadatas"][0]["digest"] != digest or not any(vector):
            continue
        found = collection.query(query_embeddings=[vector], n_results=1, include=["distances"])
        # Two passages may share their words and so their vector: a twin at no distance will do.
        nearest = found["distances"][0]
        looked += 1
        missed += _cosine(kept["embeddings"][0], vector) < SAME
        unreached += not nearest or 1 - nearest[0] < SAME
    return {"looked": looked, "missed": missed + (0 if tolerable(unreached, looked) else unreached)}


def tolerable(unreached: int, looked: int) -> bool:
    """Whether an approximate search may miss so many of so many."""
    return unreached * UNREACHED <= looked


def _cosine(left: Any, right: Any) -> float:
    import numpy as np  # noqa: PLC0415 - Chroma has loaded it anyway

    length = float(np.linalg.norm(left) * np.linalg.norm(right))
    return float(np.dot(left, right)) / length if length else 0.0


def _limit_growth(folder: Path) -> None:
    """A torn file can make the index write without end: the child may write a few times the present size, no more."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_GROWTH * size + _ROOM, most))


def main() -> None:
    """Answers one request from standard input on standard output."""
    request = json.load(sys.stdin)
    folder = Path(request["folder"])
    _limit_growth(folder)
    json.dump(examine(folder, request["sample"]), sys.stdout)


if __name__ == "__main__":
    main()
