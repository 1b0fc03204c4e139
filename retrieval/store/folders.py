"""The folders of indexes: tried before one is opened, blanked where they are not used, swept away when they are old."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from retrieval.store import probe
from retrieval.store.embeddings import Entry

VECTORS = "data_level0.bin"
_PIECE = 1 << 20
_HEADER = struct.Struct("<IQQQQ")
"""Version, offset, room, count, size."""

PROBE_SECONDS = 60
PROBE_SECONDS_PER_PASSAGE = 0.002
"""Start-up replay was measured at 0.15 ms a passage; a slow disk may take ten times that."""


def examine(folder: Path, sample: Sequence[Entry], passages: int) -> str | None:
    """Tries a folder in a child process.

    Args:
        folder: The index's folder.
        sample: Passages to be found by their own vectors.
        passages: How many the index holds about; more take longer to open.

    Returns:
        What is wrong with it, or None.
    """
    looked_for = {entry.passage: [entry.digest, entry.values.tolist()] for entry in sample}
    request = json.dumps({"folder": str(folder), "sample": looked_for})
    try:
        child = subprocess.run(  # noqa: S603 - this interpreter, our own script
            [sys.executable, "-P", probe.__file__],
            input=request,
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS + PROBE_SECONDS_PER_PASSAGE * passages,
            check=False,
            start_new_session=True,  # Ctrl-C at the terminal is for us: it must not look like a damaged index
        )
    except subprocess.TimeoutExpired:
        return "it does not open in time"
    if child.returncode < 0:
        return f"opening it ends the process (signal {-child.returncode})"
    if child.returncode > 0:
        return "it does not open"
    missed = json.loads(child.stdout)["missed"]
    return f"{missed} of {len(sample)} passages are not found by their own vector" if missed else None


def blank(root: Path) -> None:
    """Fill with zeros what the vector files of a new index have room for and do not use.

    Chroma lays them out with room, in memory that it does not clear, so a new index can hold vectors of an erased one;
    what is beyond the count in their header (none before the first sync) it does not read, and an index that this
    spoiled would fail the check of the next start and be made anew.
    """
    for path in root.rglob(VECTORS):
        count, size = _written(path.with_name("header.bin"))
        _zero(path, count * size)
        if (lengths := path.with_name("length.bin")).is_file():
            _zero(lengths, count * 4)


def _zero(path: Path, start: int) -> None:
    """Overwrite a file from a byte on; of a large index these are hundreds of megabytes, so piece by piece."""
    end = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(start)
        for at in range(start, end, _PIECE):
            file.write(bytes(min(_PIECE, end - at)))


def _written(header: Path) -> tuple[int, int]:
    """How many vectors were synced, and the bytes of each with its links, by hnswlib's header."""
    try:
        _, _, _, count, size = _HEADER.unpack(header.read_bytes()[: _HEADER.size])
    except (OSError, struct.error):
        return 0, 0
    return count, size


def sweep(root: Path, keep: str | None) -> None:
    """Deletes every index folder but one: what rebuilds, crashes and erasures left behind."""
    if not root.is_dir():
        return
    for path in root.iterdir():
        if path.name != keep:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
