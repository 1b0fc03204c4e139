"""What the records say of the index beside them: its folder, whose vectors it holds, how much waits in its log."""

from __future__ import annotations

from retrieval.store.journal import Settings

LOGGED = 5_000
"""Changes since an index was written out (or a quarter of what it holds) from which the next start makes it anew: each
1,000 of them make the next write 15 ms slower, and a start longer."""
NOTED = 500
"""So many changes may be forgotten when the process is killed."""

_FOLDER = "index folder"
_EMBEDDER = "index embedder"
_LOG = "index log"


class IndexNote:
    """Kept in the settings of the records. Changes are the caller's to serialize."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._unnoted = 0

    @property
    def folder(self) -> str | None:
        """The name of the folder that is current; None when there is no index."""
        return self._settings.get(_FOLDER)

    @property
    def embedder(self) -> str | None:
        """The id of the embedder whose vectors the index holds; None before the first index."""
        return self._settings.get(_EMBEDDER)

    def made(self, folder: str, embedder: str, logged: int) -> None:
        """A new index is current, of which so many changes stand in its log alone."""
        self._unnoted = 0
        self._settings.set_all({_FOLDER: folder, _EMBEDDER: embedder, _LOG: str(logged)})

    def gone(self) -> None:
        """There is no index; the next one is to be of the same embedder."""
        self._settings.set(_FOLDER, None)

    def changed(self, changes: int) -> None:
        """So many changes more went into its log; written down now and then."""
        self._unnoted += changes
        if self._unnoted >= NOTED:
            noted = int(self._settings.get(_LOG) or 0)
            self._settings.set(_LOG, str(noted + self._unnoted))
            self._unnoted = 0

    def overlong(self, passages: int) -> str | None:
        """That its log has grown too long for an index of so many passages, in words; None when it has not."""
        logged = int(self._settings.get(_LOG) or passages)
        if logged <= max(LOGGED, passages // 4):
            return None
        return f"{logged:,} changes wait in its log, and make each further one slower"
