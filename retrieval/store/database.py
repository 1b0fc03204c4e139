"""One door to the SQL database: a connection per use, writes one at a time, each write a transaction."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from retrieval.errors import Misconfigured, Unavailable
from retrieval.store import migrations

FILE = "rejoinder.db"
"""Name of the SQLite file inside the data directory."""

BUSY_SECONDS = 15
"""How long a statement waits for another process (a backup, an inspection) before it gives up."""

COMPACT_MILLISECONDS = 300
"""How long emptying the log waits for readers; when they stay, it is done later."""

BATCH = 500
"""Values per ``IN (...)``; SQLite's oldest default limit is 999 variables."""

T = TypeVar("T")


class Database:
    """An engine with the two ways to use it."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self.engine = engine
        self.path = path
        """The SQLite file, or None for a server."""
        self._writing = threading.RLock()

    @classmethod
    def open(cls, where: Path | str) -> Database:
        """Opens (and makes or migrates) the records in a data directory, or behind a database URL.

        Raises:
            Misconfigured: the schema is newer than this program, or the kind of database is not supported.
            Unavailable: the file is not a database, or cannot be opened.
        """
        path = where / FILE if isinstance(where, Path) else None
        engine = _sqlite(path) if path else _server(str(where))
        database = cls(engine, path)
        try:
            with database.write() as connection:
                migrations.migrate(connection)
        except Misconfigured:
            engine.dispose()
            raise
        except Exception as error:
            engine.dispose()
            raise Unavailable(
                f"The records in {path or 'the database'} cannot be opened ({type(error).__name__}): "
                "restore a backup, or point REJOINDER_DATA at another directory."
            ) from error
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the records, whatever is written meanwhile."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection whose changes are kept together on leaving, or not at all. One writer at a time."""
        with self._writing, self.engine.connect() as plain:
            connection = plain.execution_options(writes=True)
            with connection.begin():
                yield connection

    def compact(self) -> bool:
        """Rewrites the file without what was deleted, and empties the log beside it.

        Returns:
            Whether nothing deleted is left; False when another connection was reading just then.
        """
        if self.path is not None:
            with self._writing, self.engine.connect() as connection:
                connection.execution_options(begins=False).exec_driver_sql("VACUUM")
        return self.fold()

    def fold(self) -> bool:
        """Empties the log beside the file, which still holds what was deleted; in the file it is zeros (secure_delete).

        Returns:
            As ``compact``, which takes longer and is needed only where the full text changed.
        """
        if self.path is None:
            return True
        with self._writing, self.engine.connect() as connection:
            raw = connection.execution_options(begins=False)
            raw.exec_driver_sql(f"PRAGMA busy_timeout = {COMPACT_MILLISECONDS}")
            busy = raw.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
            raw.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        return not busy

    def close(self) -> None:
        """Closes every connection; the last one folds the log into the file."""
        self.engine.dispose()


def _sqlite(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
        hide_parameters=True,  # an error's message would tell the log what people asked, and who
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _server(url: str) -> Engine:
    # Tables and statements are portable; ranked full text is not, and only SQLite's is written (fulltext.py).
    raise Misconfigured(
        f"Records in {url.partition(':')[0] or 'that database'} are not supported yet: leave DATABASE_URL empty "
        "to keep them in the data directory."
    )


def _prepare(connection: Any, _record: object) -> None:
    """Settings of one SQLite connection.

    ``synchronous=FULL``: with WAL, NORMAL survives a killed process but may lose the last commits in a power cut, and
    an acknowledged source must not be lost; writes here are few enough that the extra fsync does not show.
    """
    connection.isolation_level = None  # the driver must not begin or commit by itself; _begin does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a writer can fail at once when another wrote meanwhile: say it up front.
    options = connection.get_execution_options()
    if options.get("begins", True):  # VACUUM must stand alone
        connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("writes", False) else "BEGIN")


def batches(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """Lists of at most ``size`` values, in order."""
    iterator = iter(values)
    while batch := list(islice(iterator, size)):
        yield batch
