"""One process owns a data directory. The lock is the system's own, so it ends with the process, even a killed one."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.errors import Busy, Unavailable

FILE = "rejoinder.lock"


class DirectoryLock:
    """The ownership of a data directory, from ``take`` until ``release`` or the end of the process."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = FileLock(directory / FILE, thread_local=False)

    def take(self) -> None:
        """Becomes the owner.

        Raises:
            Busy: another process owns the directory.
            Unavailable: the directory cannot be written.
        """
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise Busy(
                f"Another Rejoinder is using {self._directory}: "
                "stop it first, or set REJOINDER_DATA to another directory."
            ) from None
        except OSError as error:
            raise Unavailable(
                f"The data directory {self._directory} cannot be written ({error.strerror}): "
                "set REJOINDER_DATA to one that can."
            ) from error

    def release(self) -> None:
        """Gives the directory up; doing so twice does no harm."""
        self._lock.release()
