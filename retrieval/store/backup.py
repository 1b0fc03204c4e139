"""A copy of the records in one file, made while the bot runs, and a library made from such a file.

The index is not in it: it is made again from the records at the next start. The copy is made by SQLite's own backup
(https://www.sqlite.org/backup.html) in one step, which sees one state of the records while others go on writing.
A file appears under its name only when it is whole and has been checked; nothing that is there is overwritten.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import BadInput, NotFound
from retrieval.store import database
from retrieval.store.index_note import IndexNote
from retrieval.store.lock import DirectoryLock
from retrieval.store.records import Records

_STAGING = "restoring-"
_BESIDE = ("", "-wal", "-shm", "-journal")
"""What SQLite puts beside a file, by the end of its name."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a backup holds: sources of every space that can be searched, their passages, and its size in bytes."""

    sources: int
    passages: int
    size: int


def back_up(data: Path, file: Path) -> Held:
    """Copies the records of a data directory into a new file, while whoever uses them goes on.

    The file holds everything that the records hold, also what was removed and can still be restored.

    Raises:
        NotFound: there is no library in the directory.
        BadInput: the file is there already or cannot be written, or the records are damaged.
    """
    records = data / database.FILE
    if not records.is_file():
        raise NotFound(f"There is no library in {data} to back up; REJOINDER_DATA says where it is.")
    _refuse_to_overwrite(file)
    with _passing(file.with_name(f".{file.name}.{secrets.token_hex(4)}")) as part:
        with _failures(file):
            part.touch(mode=0o600, exist_ok=False)  # it holds what the library holds: for nobody else's eyes
        _copy(records, "rw", part)  # "rw" tidies up after a process that was killed; "ro" would leave a log behind
        held = _checked(part, records)
        _publish(part, file)
    return held


def restore(file: Path, data: Path) -> Held:
    """Makes a library from a backup, in a data directory that has none; its index is made at the next start.

    Everything is copied, brought to the newest schema and checked before the library is there at all.

    Raises:
        NotFound: there is no such file.
        BadInput: it is no (sound) backup, or there is a library in the directory already.
        Busy: another process uses the directory.
        Misconfigured: the backup was made by a newer version.
        Unavailable: the directory cannot be written.
    """
    if not file.is_file():
        raise NotFound(f"There is no file {file}.")
    with closing(_Taken(data)):
        if there := [data / (database.FILE + end) for end in _BESIDE if (data / (database.FILE + end)).exists()]:
            raise BadInput(
                f"There is a library in {data} already ({there[0].name}): move it away, "
                "or set REJOINDER_DATA to another directory."
            )
        for left in data.glob(f"{_STAGING}*"):
            shutil.rmtree(left, ignore_errors=True)
        staging = data / f"{_STAGING}{secrets.token_hex(4)}"
        with _failures(data):
            staging.mkdir()
        try:
            _copy(file, "ro", staging / database.FILE)
            _checked(staging / database.FILE, file)
            held = _opened(staging)
            _publish(staging / database.FILE, data / database.FILE)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return held


class _Taken:
    """A data directory that is ours until it is closed."""

    def __init__(self, data: Path) -> None:
        self._lock = DirectoryLock(data)
        self._lock.take()

    def close(self) -> None:
        self._lock.release()


def _copy(source: Path, mode: str, target: Path) -> None:
    """Copies a database as it stands at one moment into one file that needs no log beside it."""
    where = f"{source.absolute().as_uri()}?mode={mode}"
    try:
        with (
            closing(sqlite3.connect(where, uri=True, timeout=database.BUSY_SECONDS)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
        with target.open("rb") as written:
            os.fsync(written.fileno())
    except sqlite3.OperationalError as error:  # no room, no permission, a disk that fails
        raise BadInput(f"{source} cannot be copied to {target.parent}: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise _damaged(source) from error


def _checked(copy: Path, origin: Path) -> Held:
    """What a copy holds, after looking at every page of it."""
    try:
        with closing(sqlite3.connect(copy)) as opened:
            sound = opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            sound = sound and opened.execute("PRAGMA foreign_key_check").fetchone() is None
            (sources,) = opened.execute("SELECT count(*) FROM sources WHERE state = 'ready'").fetchone()
            (passages,) = opened.execute("SELECT count(*) FROM searchable").fetchone()
    except sqlite3.DatabaseError as error:
        raise _damaged(origin) from error
    if not sound:
        raise _damaged(origin)
    return Held(sources, passages, copy.stat().st_size)


def _damaged(origin: Path) -> BadInput:
    return BadInput(f"{origin} is damaged or holds no Rejoinder library; use an earlier backup.")


def _opened(staging: Path) -> Held:
    """Opens a restored library as the bot will, which brings it to the newest schema; afterwards it is one file."""
    records = Records.open(staging)
    try:
        sound = records.passages.full_text_consistent()
        IndexNote(records.settings).gone()
    finally:
        records.close()
    if not sound:
        raise _damaged(staging)
    return _checked(staging / database.FILE, staging)


def _publish(part: Path, file: Path) -> None:
    """Gives a finished file its name, unless the name is taken by now."""
    try:
        os.link(part, file)
    except FileExistsError:
        _refuse_to_overwrite(file)
    except OSError:  # a file system without hard links
        _refuse_to_overwrite(file)
        with _failures(file):
            part.rename(file)
    _flush(file.absolute().parent)


def _flush(folder: Path) -> None:
    """Makes the names in a folder last through a power cut, where the system can."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _refuse_to_overwrite(file: Path) -> None:
    if file.exists() or file.is_symlink():
        raise BadInput(f"{file} is there already: name another file.")


@contextmanager
def _passing(part: Path) -> Iterator[Path]:
    """A file that is gone afterwards, with whatever SQLite puts beside it."""
    try:
        yield part
    finally:
        for end in _BESIDE:
            part.with_name(part.name + end).unlink(missing_ok=True)


@contextmanager
def _failures(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInput(f"{place} cannot be written: {error.strerror}.") from error
