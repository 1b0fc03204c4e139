"""Files that a command writes: nothing that is there is overwritten unasked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import BadInput


def check_new(path: Path, *, instead: str, force: bool = False) -> None:
    """Go on when a file can be made at a path; before long work, so that it is not done in vain.

    Args:
        path: where the file will be.
        instead: what to do when something is there already, such as "name another file".
        force: whether a file that is there may be overwritten.

    Raises:
        BadInput: its folder is not there, something else is at that path, or the path cannot be one.
    """
    with _failures(path):
        if not path.parent.is_dir():
            raise BadInput(f"There is no folder {path.parent}: make it first, or name another file.")
        if path.is_dir():
            raise BadInput(f"{path} is a folder: name a file in it.")
        if path.exists() and not force:
            raise BadInput(f"{path} is there already: {instead}.")


def write_new(path: Path, data: bytes, *, instead: str, force: bool = False) -> None:
    """Write a file; arguments as ``check_new``, which is done first.

    Raises:
        BadInput: something is there already, or it cannot be written.
    """
    check_new(path, instead=instead, force=force)
    with _failures(path), path.open("wb" if force else "xb") as file:
        file.write(data)


@contextmanager
def _failures(path: Path) -> Iterator[None]:
    """What goes wrong with a file, as a sentence."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}.") from None
