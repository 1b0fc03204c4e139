"""What the doctor looks at outside the library: the settings' names, and the place where data is kept."""

from __future__ import annotations

import difflib
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.settings import Settings
from bot.terminal.finding import Finding

ENOUGH_DISK = 500 * 2**20
"""Bytes; the seeds' library takes about 20 MiB."""
_PREFIX = "REJOINDER_"
_NAME = re.compile(rf"^\s*(?:export\s+)?({_PREFIX}\w+)\s*=", re.MULTILINE | re.IGNORECASE)


def setting_findings(env_file: Path, environment: Iterable[str], faults: Sequence[str]) -> list[Finding]:
    """Where settings were read, what is wrong with them, and names that mean nothing here.

    Args:
        env_file: the file beside the environment, there or not.
        environment: names that are set.
        faults: a sentence for each setting that cannot be used.
    """
    read = f"{env_file.absolute()} and the environment" if env_file.is_file() else "the environment; no .env here"
    found = [Finding("settings", ok=False, says=fault) for fault in faults]
    found = found or [Finding("settings", ok=True, says=f"read from {read}")]
    return found + [Finding("settings", ok=None, says=note) for note in _unknown(env_file, environment)]


def data_directory(data: Path) -> Finding:
    """Whether the library's folder is there or can be made, can be written, and has room."""
    place = next((folder for folder in (data, *data.absolute().parents) if folder.exists()), data)
    try:
        with tempfile.TemporaryFile(dir=place):
            free = shutil.disk_usage(place).free
    except OSError as error:
        says = f"{data} cannot be written ({error.strerror}): set REJOINDER_DATA to a folder that can."
        return Finding("data directory", ok=False, says=says)
    says = f"{data}, {'there' if place == data else 'will be made'}, {free // 2**20:,} MiB free"
    if free < ENOUGH_DISK:
        return Finding("data directory", ok=False, says=f"{says}; make room, or set REJOINDER_DATA to another folder.")
    return Finding("data directory", ok=True, says=says)


def _unknown(env_file: Path, environment: Iterable[str]) -> list[str]:
    known = [str(field.alias) for field in Settings.model_fields.values()]
    text = env_file.read_text(encoding="utf-8", errors="replace") if env_file.is_file() else ""
    names = {name.upper() for name in [*environment, *_NAME.findall(text)] if name.upper().startswith(_PREFIX)}
    notes = []
    for name in sorted(names - set(known)):
        near = difflib.get_close_matches(name, known, 1)
        notes.append(f"{name} is no setting{f'; perhaps {near[0]} is meant' if near else ''}.")
    return notes
