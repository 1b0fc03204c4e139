"""Every error whose sentence may be shown to a person.

RejoinderError
├── BadInput            what was given cannot be used as it is
│   ├── NotFound        no such source, claim, passage or answer (or not visible from here)
│   ├── Malformed       a seed or text file that cannot be read; says file and line
│   └── Refused         a rule forbids it (an address, a size, a format)
├── Busy                another process owns the data directory, or work is still under way
├── Unavailable         a store, a model or a server cannot do it now
└── Misconfigured       a setting is missing or wrong; says which
"""

from __future__ import annotations

from pathlib import Path


class RejoinderError(Exception):
    """An error with one sentence for people, in ``str(error)``."""

    status = 1
    """Exit status of the command line."""


class BadInput(RejoinderError):
    """What was given cannot be used as it is."""


class NotFound(BadInput):
    """No such thing, or not visible from here; the sentence does not tell which."""


class Malformed(BadInput):
    """A file that does not follow its format."""

    def __init__(self, path: Path | str, line: int | None, why: str) -> None:
        self.path, self.line, self.why = Path(path), line, why
        place = f"{path}, line {line}" if line else f"{path}"
        super().__init__(f"{place}: {why}")


class Refused(BadInput):
    """A rule forbids it; the sentence names the rule."""


class Busy(RejoinderError):
    """Somebody else is at it."""

    status = 3


class Unavailable(RejoinderError):
    """A store, a model or a server cannot do it now."""

    status = 4


class Misconfigured(RejoinderError):
    """A setting is missing or wrong."""

    status = 2
