"""What was said about a file by those who gave it: believed only where its content leaves a choice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """All optional. ``name`` is a file name, ``content_type`` a media type without parameters, ``charset`` a label."""

    name: str | None = None
    content_type: str | None = None
    charset: str | None = None
    url: str | None = None
