"""Sources in the seeds' format that somebody handed in: one Markdown file, or a zip of several.

An archive from outside is hostile until read: names are only ever told, never used as paths; what it unpacks to is
counted while it is unpacked, not believed from its directory. All of it is read in a child process (see ``child.py``).
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from retrieval.errors import Malformed, Refused
from retrieval.ingest import seed
from retrieval.ingest.frontmatter import FENCE
from retrieval.ingest.readers.invisible import clean
from retrieval.ingest.readers.outcome import counted
from retrieval.types import Document

LARGEST = 20_000_000
"""Bytes of a file that is handed in."""
LARGEST_FILE = 8_000_000
"""Bytes of one source, unpacked; five million characters of the longest text that is read."""
LARGEST_WHOLE = 60_000_000
"""Bytes of all sources, unpacked."""
MOST_FILES = 2_000
MOST_PASSAGES = 20_000
"""Of one source; the longest text that is read has a third of it in passages of usual length."""
MOST_WHOLE = 100_000
"""Passages of all sources."""

_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_PASSED_OVER = ("__MACOSX/", ".DS_Store", "README.md")
_ODD = re.compile(r"[\x00-\x1f\x7f\\:]")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Sources:
    """Sources that were handed in, and what was left out of them, in whole phrases."""

    documents: tuple[Document, ...]
    left_out: tuple[str, ...]


def unpacked(name: str, data: bytes) -> Sources:
    """The sources in a file that somebody handed in.

    Raises:
        Malformed: a source does not follow the format, or two have one id.
        Refused: it is too large, unpacks to too much, or holds something that is no source.
    """
    if len(data) > LARGEST:
        raise Refused(f"That file is larger than {LARGEST // 1_000_000} MB; divide it into several.")
    files = list(_files(data)) if data.startswith(b"PK") else [(_shown(name), data)]
    documents: dict[str, Document] = {}
    passages = invisible = 0
    for path, content in files:
        text, removed = clean(_text(path, content))
        document = seed.parse(text, path)
        invisible += removed
        passages += len(document.passages)
        if len(document.passages) > MOST_PASSAGES or passages > MOST_WHOLE:
            raise Refused(
                f"{path} goes beyond {MOST_PASSAGES:,} passages a source or {MOST_WHOLE:,} in all; divide it."
            )
        if document.source.id in documents:
            raise Malformed(path, None, f"the id {document.source.id} is taken by another file of the archive.")
        documents[document.source.id] = document
    if not documents:
        raise Refused("There is no source in that archive; it should hold Markdown files as `export` writes them.")
    return Sources(tuple(documents.values()), counted(invisible, "invisible character"))


def _text(path: str, content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise Refused(f"{path} is larger than {LARGEST_FILE // 1_000_000} MB; divide it into several sources.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed(path, None, "it is not text in UTF-8; an import holds Markdown files with a head.") from None
    if not text.startswith(FENCE):
        raise Malformed(path, 1, f"it does not begin with '{FENCE}' and a head; export a source to see the format.")
    return text.replace("\0", "\ufffd").replace("\r\n", "\n")


def _files(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The Markdown files of an archive, each with its name as it may be shown."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_passed_over(entry)]
            if len(entries) > MOST_FILES:
                raise Refused(f"That archive holds more than {MOST_FILES:,} files; divide it.")
            left = LARGEST_WHOLE
            for entry in entries:
                _check(entry)
                with archive.open(entry) as file:
                    content = file.read(min(LARGEST_FILE, left) + 1)
                left -= len(content)
                if left < 0:
                    raise Refused(f"That archive unpacks to more than {LARGEST_WHOLE // 1_000_000} MB.")
                yield _shown(entry.filename), content
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise Refused("That archive is damaged; export it again, or hand in the Markdown files.") from error


def _check(entry: zipfile.ZipInfo) -> None:
    """Refuse what an export never holds."""
    path = PurePosixPath(entry.filename)
    if path.is_absolute() or ".." in path.parts or _ODD.search(entry.filename) or len(entry.filename) > _LONGEST_NAME:
        raise Refused(f"The archive holds a file with a name that is not allowed: {_shown(entry.filename)}.")
    if entry.flag_bits & _ENCRYPTED:
        raise Refused("That archive is encrypted; hand it in without a password.")
    if path.suffix.casefold() != ".md" or stat.S_ISLNK(entry.external_attr >> 16):
        raise Refused(f"{_shown(entry.filename)} is no source; an import holds Markdown files as export writes them.")
    if entry.compress_type not in _METHODS:
        raise Refused("That archive is packed in an unusual way; pack it as an ordinary zip.")


def _is_passed_over(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.startswith(_PASSED_OVER[0]) or PurePosixPath(entry.filename).name in _PASSED_OVER[1:]


def _shown(name: str) -> str:
    """A name from outside as a sentence may show it."""
    printable = "".join(character if character.isprintable() else "?" for character in name)
    return printable[:60] or "the file"
