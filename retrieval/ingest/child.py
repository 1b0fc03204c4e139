"""The process that parses: reads jobs from its standard input, answers on its standard output, can be lost any time.

Run by ``worker.Reader`` as ``python -m retrieval.ingest.child MEMORY SECONDS``. Answers are JSON, not pickles, so that
a parser that was taken over has nothing to send that would run in the bot.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from retrieval.errors import BadInput
from retrieval.ingest.extract import Extract
from retrieval.ingest.read import read
from retrieval.ingest.readers.hint import Hint
from retrieval.ingest.unpacking import Sources, unpacked
from retrieval.ingest.wire import BATCH, FRAME, JOB, KINDS, OUT_OF_MEMORY, TOO_MUCH_MEMORY

try:
    import resource
except ImportError:  # Windows: only the parent's clock limits a parse there
    resource = None  # type: ignore[assignment] # told apart by "is None"

UNREADABLE = "That file could not be read; save it as PDF, or paste its text."


def main() -> None:
    """Serve jobs until the standard input ends."""
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    jobs, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    logging.disable(logging.CRITICAL)
    _limit_memory(memory)
    _send(answers, {"ready": True})
    while head := jobs.read(JOB.size):
        of_head, of_data = JOB.unpack(head)
        job = json.loads(jobs.read(of_head))
        data = jobs.read(of_data)
        _limit_time(seconds)
        for piece in answer(data, job):
            _send(answers, piece)
        _send(answers, {"done": True, "retire": peak() > memory // 2})


def answer(data: bytes, job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Read one file; its extract in pieces, or one piece with an error's kind and sentence."""
    try:
        hint = Hint(**job["hint"])
        if job.get("sources"):
            found = _sources(unpacked(hint.name or "", data))
        else:
            found = _pieces(read(data, hint, spare=job["spare"]))
    except BadInput as error:
        kind = next(kind for kind, known in KINDS.items() if isinstance(error, known))
        yield {"error": kind, "sentence": str(error)}
    except MemoryError:
        yield {"error": "refused", "sentence": TOO_MUCH_MEMORY}
    except Exception as error:  # noqa: BLE001 - parsers fail in every way there is; the person gets one sentence
        place = traceback.extract_tb(error.__traceback__)[-1]
        yield {"error": "bad", "sentence": UNREADABLE, "detail": f"{type(error).__name__} in {place.name}"}
    else:
        yield from found


def _sources(found: Sources) -> Iterator[dict[str, Any]]:
    """Sources in the seeds' format; their passages without the text, which is the document's at their place."""
    yield {"left_out": found.left_out}
    for document in found.documents:
        whole = asdict(document)
        for passage in whole["passages"]:
            del passage["text"]
        yield {"document": whole}


def _pieces(extract: Extract) -> Iterator[dict[str, Any]]:
    whole = asdict(extract)
    blocks = whole.pop("blocks")
    yield {"extract": whole}
    for start in range(0, len(blocks), BATCH):
        yield {"blocks": blocks[start : start + BATCH]}


def _send(answers: IO[bytes], piece: dict[str, Any]) -> None:
    # "surrogatepass" is not used: a lone surrogate would be JSON that the other side cannot encode again.
    data = json.dumps(piece, ensure_ascii=False).encode("utf-8", errors="replace")
    answers.write(FRAME.pack(len(data)) + data)
    answers.flush()


def peak() -> int:
    """The most memory that this process has held so far, in bytes; 0 where the system does not tell."""
    with suppress(OSError, StopIteration):
        # Linux counts in ru_maxrss what the parent held before the child's own program began; this mark it does not.
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024
    if resource is None:
        return 0
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held if sys.platform == "darwin" else held * 1024


def _limit_memory(most: int) -> None:
    """Limit the address space; where the system does not (macOS), watch the memory held and leave at too much."""
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it has no file to write
    if sys.platform == "darwin":
        threading.Thread(target=watch, args=(most,), daemon=True).start()
    else:
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def watch(most: int) -> None:
    """End the process as soon as it has held more than this many bytes."""
    while peak() <= most:
        time.sleep(0.05)
    os._exit(OUT_OF_MEMORY)


def _limit_time(seconds: int) -> None:
    """Allow this many further seconds of computing; past them the system ends the process."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


if __name__ == "__main__":
    main()
