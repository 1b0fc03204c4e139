"""One sentence for a file that cannot be used, whatever went wrong with it."""

from __future__ import annotations

from pathlib import Path

from retrieval.errors import BadInput


def unreadable(path: Path, error: Exception, wanted: str) -> BadInput:
    """What to raise instead of ``error``.

    Args:
        path: what was to be read; a file beside it that is missing is named instead.
        error: what came of it.
        wanted: what it should have been, after its name: "is no question set".
    """
    if isinstance(error, FileNotFoundError):
        return BadInput(f"There is no file {error.filename or path}.")
    if isinstance(error, KeyError):
        return BadInput(f"{path} {wanted}: {error} is missing.")
    return BadInput(f"{path} {wanted}: {(isinstance(error, OSError) and error.strerror) or error}.")
