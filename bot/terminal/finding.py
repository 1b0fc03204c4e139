"""What the doctor found out about one thing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing checked. ``ok`` is None where nothing is wrong but something is worth knowing."""

    what: str
    ok: bool | None
    says: str
