"""What a child answers, piece by piece, and how it keeps its own limits."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from retrieval.errors import BadInput, Refused
from retrieval.ingest import child
from retrieval.ingest.wire import BATCH, OUT_OF_MEMORY, TOO_MUCH_MEMORY

JOB: dict[str, Any] = {"hint": {"name": "a.txt"}, "spare": False}


def answers(data: bytes) -> list[dict[str, Any]]:
    return list(child.answer(data, JOB))


def test_an_extract_is_told_in_pieces() -> None:
    facts, *batches = answers(b"A paragraph.\n\n" * (BATCH + 1))
    assert facts["extract"]["title"] is None
    assert [len(batch["blocks"]) for batch in batches] == [BATCH, 1]
    assert batches[0]["blocks"][0] == {"text": "A paragraph.", "heading": None, "page": None}


@pytest.mark.parametrize(("data", "kind"), [(b"", "empty"), (b"\x89PNG", "refused"), (b"%PDF-1.7 nothing", "bad")])
def test_an_error_is_told_by_its_kind_and_sentence(data: bytes, kind: str) -> None:
    (told,) = answers(data)
    assert told["error"] == kind
    assert told["sentence"].endswith(".")


@pytest.mark.parametrize(
    ("error", "kind", "sentence"),
    [
        (MemoryError(), "refused", TOO_MUCH_MEMORY),
        (RecursionError("the secret text"), "bad", child.UNREADABLE),
        (ZeroDivisionError("the secret text"), "bad", child.UNREADABLE),
        (Refused("A rule."), "refused", "A rule."),
        (BadInput("Damaged."), "bad", "Damaged."),
    ],
)
def test_whatever_a_parser_raises_becomes_one_sentence(
    monkeypatch: pytest.MonkeyPatch, error: Exception, kind: str, sentence: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(child, "read", fail)
    (told,) = answers(b"x")
    assert (told["error"], told["sentence"]) == (kind, sentence)
    assert "secret" not in str(told)


def test_a_process_knows_the_most_memory_that_it_held() -> None:
    assert child.peak() > 1_000_000


@pytest.mark.slow
async def test_a_child_that_watches_itself_leaves_when_it_has_grown() -> None:
    code = "from retrieval.ingest.child import watch; watch(1)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
    assert await process.wait() == OUT_OF_MEMORY


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what the parent held")
def test_what_the_parent_held_does_not_count() -> None:
    held = bytearray(300_000_000)
    held[::4096] = b"x" * len(held[::4096])
    code = "from retrieval.ingest.child import peak; print(peak())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(told.stdout) < len(held)
