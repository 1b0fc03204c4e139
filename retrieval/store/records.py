"""The records: everything that must not be lost, behind one object. The index beside them can be rebuilt from them."""

from __future__ import annotations

from pathlib import Path

from retrieval.store import fulltext, journal
from retrieval.store.answers import Answers
from retrieval.store.database import Database
from retrieval.store.drafts import DraftRows
from retrieval.store.embeddings import Embeddings
from retrieval.store.journal import Audit, Feedback, Settings
from retrieval.store.passages import Passages
from retrieval.store.people import People
from retrieval.store.reuse import Reusable
from retrieval.store.sources import Sources
from retrieval.store.verdicts import Verdicts


class Records:
    """The SQL side of the store. Its parts may be used from any thread; writes are one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.sources = Sources(database)
        self.passages = Passages(database)
        self.embeddings = Embeddings(database)
        self.answers = Answers(database)
        self.feedback = Feedback(database)
        self.audit = Audit(database)
        self.settings = Settings(database)
        self.drafts = DraftRows(database)
        self.verdicts = Verdicts(database)
        self.people = People(database)
        self.reusable = Reusable(database)

    @classmethod
    def open(cls, where: Path | str) -> Records:
        """Opens the records of a data directory (made when missing), or behind a database URL.

        Raises:
            Misconfigured: written by a newer version, or an unsupported kind of database.
            Unavailable: they cannot be read.
        """
        if isinstance(where, Path):
            where.mkdir(parents=True, exist_ok=True)
        return cls(Database.open(where))

    @property
    def path(self) -> Path | None:
        """The database file, or None for a server."""
        return self._database.path

    @property
    def purge_due(self) -> bool:
        """Whether erased content may still lie in the files."""
        return self.settings.get(journal.PURGE_DUE) is not None

    def purge(self) -> bool:
        """Rewrites the files without erased content; False when a reader was in the way and it must be tried again."""
        with self._database.write() as connection:
            fulltext.purge(connection)
        return self._database.compact()

    def fold(self) -> bool:
        """Empties the log of changes, in which deleted drafts still stand; False when a reader was in the way."""
        return self._database.fold()

    def purged(self) -> None:
        """Notes that nothing erased is left, in the records or in the index."""
        self.settings.set(journal.PURGE_DUE, None)

    def close(self) -> None:
        """Closes the database."""
        self._database.close()
