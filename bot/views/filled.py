"""What somebody filled into a form, as Discord sends it.

Read from the interaction itself: discord.py hands values only to forms that were opened since its start, and a form may
be sent after a restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import discord


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody gave to Discord: its name, where Discord keeps it, and its size in bytes."""

    name: str
    url: str
    size: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A submitted form by the ``custom_id`` of its fields."""

    texts: Mapping[str, str]
    """What was typed, or picked where one is to be picked; "" where nothing was."""
    picked: Mapping[str, tuple[str, ...]]
    """The values that were picked in a menu."""
    uploads: tuple[Upload, ...]

    def text(self, field: str) -> str | None:
        """What was typed, without white space around it; None when nothing was."""
        return self.texts.get(field, "").strip() or None


def filled(interaction: discord.Interaction[Any]) -> Filled:
    """What a submitted form holds."""
    data = cast("dict[str, Any]", interaction.data or {})
    attachments = data.get("resolved", {}).get("attachments", {})
    texts: dict[str, str] = {}
    picked: dict[str, tuple[str, ...]] = {}
    uploads: list[Upload] = []
    for part in data.get("components", []):
        field = part.get("component", {})
        name = str(field.get("custom_id"))
        if field.get("type") == discord.ComponentType.file_upload.value:
            uploads += [_upload(attachments[one]) for one in field.get("values") or [] if one in attachments]
        elif "values" in field:
            picked[name] = tuple(field["values"] or ())
        elif "value" in field:
            texts[name] = str(field["value"] or "")
    return Filled(texts, picked, tuple(uploads))


def _upload(attachment: dict[str, Any]) -> Upload:
    return Upload(str(attachment["filename"]), str(attachment["url"]), int(attachment["size"]))
