"""The body of a reference note: statements, each a paragraph or a list item, under optional headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import Malformed
from retrieval.ingest.frontmatter import Head
from retrieval.ingest.ids import digest, passage_id
from retrieval.types import Document, Passage, Source

_ITEM = re.compile(r"\s*[-*+]\s+(?=\S)")
_HEADING = re.compile(r"#{1,6}\s+(?=\S)")
GAP = "\n\n"
"""What stands between two statements in the stored text."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that a reference establishes, and the heading of the note it stands under."""

    text: str
    heading: str | None = None


def parse_note(source: Source, head: Head, path: Path | str) -> Document:
    """Read the statements of a note.

    Raises:
        Malformed: The body holds no statement.
    """
    statements = list(_statements(head.body))
    if not statements:
        raise Malformed(
            path, head.body_line - 1, "the note is empty; write its statements as '- ' items below the head."
        )
    return build_note(source, statements)


def build_note(source: Source, statements: Iterable[Statement]) -> Document:
    """Make the document of a note: the stored text is its statements, and each is one passage."""
    wanted = list(statements)
    text = GAP.join(statement.text for statement in wanted)
    text_hash = digest(text)
    passages, start, paragraph = [], 0, 0
    for ordinal, statement in enumerate(wanted):
        changed = ordinal > 0 and statement.heading != wanted[ordinal - 1].heading
        paragraph = 1 if changed else paragraph + 1
        passages.append(
            Passage(
                id=passage_id(source.id, text_hash, ordinal, start),
                source=source.id,
                ordinal=ordinal,
                start=start,
                end=start + len(statement.text),
                text=statement.text,
                heading=statement.heading,
                paragraph=paragraph,
                body_paragraph=ordinal + 1,
            )
        )
        start += len(statement.text) + len(GAP)
    return Document(source, text, tuple(passages))


def dump_note(document: Document) -> str:
    """Write the statements of a note as a list, under their headings."""
    blocks: list[str] = []
    heading = None
    for passage in document.passages:
        if passage.heading != heading:
            heading = passage.heading
            blocks.append(f"\n## {heading}\n")
        blocks.append(f"- {passage.text}")
    return "\n".join(blocks).lstrip("\n")


def _statements(lines: Iterable[str]) -> Iterator[Statement]:
    """Divide the body at blank lines, list marks and headings; wrapped lines are joined by a space."""
    heading: str | None = None
    words: list[str] = []
    for line in lines:
        item, title = _ITEM.match(line), _HEADING.match(line)
        if (item or title or not line.strip()) and words:
            yield Statement(" ".join(words), heading)
            words = []
        if title:
            heading = " ".join(line[title.end() :].split())
        else:
            words.extend(line[item.end() if item else 0 :].split())
    if words:
        yield Statement(" ".join(words), heading)
