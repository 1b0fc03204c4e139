"""Seed files: a source as one Markdown file with a head. ``seeds/README.md`` describes the format for people."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from retrieval.errors import Malformed, NotFound
from retrieval.ingest.frontmatter import Head, join, split
from retrieval.ingest.seed_digest import dump_digest, parse_digest
from retrieval.ingest.seed_note import dump_note, parse_note
from retrieval.ingest.seed_text import dump_text, parse_text
from retrieval.types import Document, Role, Source, Wording

LARGEST = 256 * 1024
"""Bytes; the largest of our own seeds has about 8,000."""

KEYS = ("id", "role", "title", "author", "publisher", "date", "date_note", "url", "kind", "quality", "wording")
"""Every key of a head, in the order in which they are written."""

_NEEDED = ("id", "role", "title")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_WORDING = {Role.ARTICLE: Wording.DIGEST, Role.REFERENCE: Wording.NOTE}
_PARSE = {Wording.DIGEST: parse_digest, Wording.NOTE: parse_note, Wording.FULL_TEXT: parse_text}
_DUMP = {Wording.DIGEST: dump_digest, Wording.NOTE: dump_note, Wording.FULL_TEXT: dump_text}


def load_folder(folder: Path) -> list[Document]:
    """Read every seed of a folder, in the order of the file names; ``README.md`` is not one.

    Raises:
        NotFound: There is no such folder.
        Malformed: A file does not follow the format, or two files share an id.
    """
    if not folder.is_dir():
        raise NotFound(f"There is no folder {folder}; name one that holds seed files.")
    documents: list[Document] = []
    owners: dict[str, Path] = {}
    for path in sorted(folder.glob("*.md")):
        if path.name == "README.md":
            continue
        document = load(path)
        known = owners.setdefault(document.source.id, path)
        if known != path:
            raise Malformed(path, None, f"the id {document.source.id} is taken by {known.name}; give this one its own.")
        documents.append(document)
    return documents


def load(path: Path) -> Document:
    """Read one seed file.

    Raises:
        NotFound: There is no such file.
        Malformed: It does not follow the format.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise NotFound(f"{path} cannot be read: {error.strerror}.") from error
    if len(data) > LARGEST:
        raise Malformed(path, None, f"the file is larger than {LARGEST // 1024} kB; divide it into several sources.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Malformed(path, line, "the file is not UTF-8; save it with that encoding.") from error
    return parse(text, path)


def parse(text: str, path: Path | str = "seed.md") -> Document:
    """Read the text of a seed file; ``path`` names it in errors.

    Raises:
        Malformed: With the file, the line, and what to do.
    """
    head = split(text, path, KEYS)
    source = _source(head, path)
    return _PARSE[source.wording](source, head, path)


def dump(document: Document) -> str:
    """Write a source as the text of a seed file; ``parse`` gives the same document back.

    The space and who added it are the library's business and are not written.
    """
    source = document.source
    body = _DUMP[source.wording](document)
    values = {key: getattr(source, key) for key in KEYS}
    if source.wording is Wording.NOTE:
        del values["wording"]  # every note has the same, so a person who copies one need not know the word
    head = join(values, plain={"date", "role", "wording"})
    return f"{head}\n\n{body}\n"


def known_date(value: str | None) -> str | None:
    """The date that some text gives, if it is a real one in the record's form, else None; a time of day is cut off."""
    day = value.split("T", maxsplit=1)[0].strip() if value else None
    return day if day and _is_date(day) else None


def is_web_address(value: str) -> bool:
    """Whether some text is a whole http or https address, on one line."""
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and value.isprintable() and " " not in value
    except ValueError:
        return False


def _source(head: Head, path: Path | str) -> Source:
    for key in _NEEDED:
        if not head.get(key):
            raise Malformed(path, head.line(key), f"the head lacks '{key}'; add a line '{key}: …'.")
    role = _role(head, path)
    return Source(
        id=_identity(head, path),
        role=role,
        title=head.get("title") or "",
        wording=_wording(head, role, path),
        author=head.get("author"),
        publisher=head.get("publisher"),
        date=_date(head, path),
        url=_url(head, path),
        kind=head.get("kind"),
        quality=head.get("quality"),
        date_note=head.get("date_note"),
    )


def _identity(head: Head, path: Path | str) -> str:
    value = head.get("id") or ""
    if not _ID.fullmatch(value):
        raise Malformed(path, head.line("id"), f"the id '{value}' must be up to 32 letters, digits, '-' or '_'.")
    return value


def _role(head: Head, path: Path | str) -> Role:
    value = head.get("role") or ""
    if value not in set(Role):
        raise Malformed(path, head.line("role"), f"the role '{value}' must be 'article' or 'reference'.")
    return Role(value)


def _wording(head: Head, role: Role, path: Path | str) -> Wording:
    """The wording may be left out; if it stands there it must be one of the role's, so that no reader is misled."""
    value, expected = head.get("wording"), _WORDING[role]
    if value == Wording.FULL_TEXT:
        return Wording.FULL_TEXT
    if value not in {None, expected.value}:
        why = f"the wording '{value}' must be '{expected}' for this role, or '{Wording.FULL_TEXT}'."
        raise Malformed(path, head.line("wording"), why)
    return expected


def _date(head: Head, path: Path | str) -> str | None:
    value = head.get("date")
    if value is None:
        return None
    if not _is_date(value):
        why = f"the date '{value}' must be a real one, written 2017-08-11, 2017-08 or 2017."
        raise Malformed(path, head.line("date"), why)
    return value


def _is_date(value: str) -> bool:
    match = _DATE.fullmatch(value)
    try:
        return match is not None and bool(date(int(match[1]), int(match[2] or 1), int(match[3] or 1)))
    except ValueError:
        return False


def _url(head: Head, path: Path | str) -> str | None:
    value = head.get("url")
    if value is not None and not is_web_address(value):
        raise Malformed(path, head.line("url"), f"the url '{value}' must be a whole web address, such as https://…")
    return value
