"""The head of a seed file: ``key: value`` lines between two ``---`` lines, read as text with their line numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import yaml

from retrieval.errors import Malformed

FENCE = "---"
LONGEST = 20_000
"""Characters of a head; reading YAML takes long, and the longest of our own seeds has about 700."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of the head and the 1-based line of its key."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Head:
    """The entries of a head by key, and where the body begins.

    ``body`` holds the lines after the closing fence; the first of them is line ``body_line`` of the file.
    """

    entries: Mapping[str, Entry]
    body: tuple[str, ...]
    body_line: int

    def get(self, key: str) -> str | None:
        """The value of a key, or None when it is missing or empty."""
        entry = self.entries.get(key)
        return entry.value or None if entry else None

    def line(self, key: str) -> int:
        """The line of a key; line 1, where the head opens, when it is missing."""
        entry = self.entries.get(key)
        return entry.line if entry else 1


def split(text: str, path: Path | str, keys: Collection[str]) -> Head:
    """Divide a seed file into its head and the lines of its body.

    Values are kept as the characters that stand there (YAML's guesses at numbers and dates would turn ``2014`` and
    ``2017-08-11`` into other things).

    Raises:
        Malformed: No head, an unclosed one, bad YAML, a key given twice, a value that is not plain text, or a key
            outside ``keys``.
    """
    lines = text.splitlines()
    if not lines or lines[0].rstrip() != FENCE:
        raise Malformed(path, 1, "the file must begin with a line '---' that opens its head (see seeds/README.md).")
    closing = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if closing is None:
        raise Malformed(path, 1, "the head is never closed; add a line '---' after its last key.")
    written = "\n".join(lines[1:closing])
    if len(written) > LONGEST:
        raise Malformed(path, 1, f"the head is longer than {LONGEST:,} characters; put the text below it.")
    entries = _entries(written, path)
    for key, entry in entries.items():
        if key not in keys:
            raise Malformed(path, entry.line, f"unknown key '{key}'{_nearest(key, keys)}.")
    return Head(entries, tuple(lines[closing + 1 :]), closing + 2)


def join(values: Mapping[str, str | None], plain: Collection[str] = ()) -> str:
    """Write a head, leaving out the keys without a value; keys in ``plain`` are written as they are, unquoted."""
    written = [
        f"{key}: {value}" if key in plain else _quoted(key, value) for key, value in values.items() if value is not None
    ]
    return "\n".join([FENCE, *written, FENCE])


def _quoted(key: str, value: str) -> str:
    """One ``key: value`` line, quoted only when YAML would otherwise misread it."""
    dumped: str = yaml.safe_dump({key: value}, allow_unicode=True, width=float("inf"))
    if dumped.startswith(f"{key}: '"):  # apostrophes are common in titles, and YAML would double each
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'{key}: "{escaped}"'
    return dumped.rstrip("\n")


def _entries(head: str, path: Path | str) -> dict[str, Entry]:
    try:
        root = yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        raise Malformed(path, line, f"the head is not valid YAML: {error.problem}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise Malformed(path, 1, "the head holds characters or nesting that YAML does not allow.") from error
    if not isinstance(root, yaml.MappingNode):
        raise Malformed(path, 2, "the head must hold lines of the form 'key: value'.")
    entries: dict[str, Entry] = {}
    for key, value in root.value:
        line = key.start_mark.line + 2
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
            raise Malformed(path, line, "every key of the head takes one line of text.")
        if key.value in entries:
            raise Malformed(path, line, f"the key '{key.value}' is given twice.")
        empty = value.tag == "tag:yaml.org,2002:null"
        entries[key.value] = Entry("" if empty else " ".join(value.value.split()), line)
    return entries


def _nearest(key: str, keys: Collection[str]) -> str:
    close = get_close_matches(key.lower(), keys, n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else f"; the keys are {', '.join(keys)}"
