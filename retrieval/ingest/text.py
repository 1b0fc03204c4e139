"""From what was read to the document of a new source: its title, its passages and, for an article, its claims."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath

from retrieval.errors import Refused
from retrieval.ingest import seed
from retrieval.ingest.article_blocks import Lines, is_cut, is_furniture, stands_alone
from retrieval.ingest.chunk import LIMIT, document
from retrieval.ingest.claims import find_claims
from retrieval.ingest.extract import Block, Extract
from retrieval.ingest.frontmatter import LONGEST
from retrieval.ingest.ids import source_id
from retrieval.types import SHARED, Document, Role, Source, Wording

_FENCE = re.compile(r"---[ \t]*")
_LONGEST_TITLE = 200
_LONGEST_HEADING = 14
_LONGEST_ITEM = 8
"""Words; a block of no more is taken for a heading or an item of a list, not for the first part of a paragraph."""


def is_seed(text: str) -> bool:
    """Whether a text is in the format of ``seeds/``, which gives the source its id."""
    lines = text[:LONGEST].replace("\r\n", "\n").split("\n")
    ends = (at for at, line in enumerate(lines) if at and (not line or _FENCE.fullmatch(line)))
    end = next(ends, len(lines))
    fenced = end < len(lines) - 1 and _FENCE.fullmatch(lines[0]) and _FENCE.fullmatch(lines[end])
    return bool(fenced) and any(line.startswith("role:") for line in lines[1:end])


def from_extract(
    extract: Extract, name: str, *, role: Role, space: str = SHARED, url: str | None = None, limit: int = LIMIT
) -> Document:
    """Make the document of a file or page that was read; the id comes from its address, or else from its text.

    Raises:
        Refused: There is no text in it.
    """
    extract = tidied(titled(extract, name))
    source = Source(
        id=source_id(space, url or "\n".join(block.text for block in extract.blocks)),
        role=role,
        title=extract.title or name,
        wording=Wording.FULL_TEXT,
        author=extract.author,
        publisher=extract.publisher,
        date=seed.known_date(extract.date),
        url=url,
        space=space,
    )
    made = document(source, extract, limit)
    return replace(made, claims=find_claims(source.id, made.passages)) if role is Role.ARTICLE else made


def titled(extract: Extract, name: str) -> Extract:
    """The extract with a title: its own, its first heading, a first line standing alone, or the name of the file.

    A heading that became the title is no heading any more, and neither is a block that repeats the title.
    """
    blocks = extract.blocks
    title = extract.title
    if not title and blocks:
        first = blocks[0]
        title = first.heading or (first.text if len(blocks) > 1 and stands_alone(Lines((first.text,))) else None)
    title = (title or PurePath(name).stem or name)[:_LONGEST_TITLE].strip()
    kept = [replace(block, heading=None) if block.heading == title else block for block in blocks]
    while len(kept) > 1 and kept[0].text == title:
        kept.pop(0)
    return replace(extract, title=title, blocks=tuple(kept))


def tidied(extract: Extract) -> Extract:
    """The extract without page numbers, captions and navigation, and with paragraphs whole that a page break cut.

    ``left_out`` says how many blocks went. An extract that holds nothing else is left as it is.
    """
    blocks = [block for block in extract.blocks if not is_furniture(Lines((block.text,)))]
    gone = len(extract.blocks) - len(blocks)
    if not blocks:
        return extract
    note = (f"{gone} {'line' if gone == 1 else 'lines'} of captions, navigation or page numbers",) if gone else ()
    return replace(extract, blocks=tuple(_under_headings(list(_whole(blocks)))), left_out=(*extract.left_out, *note))


def _under_headings(blocks: list[Block]) -> Iterator[Block]:
    """In a text without marked headings, a short line between two paragraphs is the heading of the second."""
    if any(block.heading for block in blocks):
        yield from blocks
        return
    heading = None
    around = zip([None, *blocks], blocks, [*blocks[1:], None], strict=False)
    for before, block, after in around:
        if before and after and _is_prose(before) and _is_heading(block) and _is_prose(after):
            heading = block.text
        else:
            yield replace(block, heading=heading)


def _is_heading(block: Block) -> bool:
    short = len(block.text.split()) <= _LONGEST_HEADING and not block.text.endswith((",", ";"))
    return short and not block.text[0].islower() and stands_alone(Lines((block.text,)))


def _is_prose(block: Block) -> bool:
    return len(block.text.split()) > _LONGEST_ITEM and not stands_alone(Lines((block.text,)))


def _whole(blocks: list[Block]) -> Iterator[Block]:
    """Join blocks that a page break cut."""
    current = blocks[0]
    for block in blocks[1:]:
        if current.heading == block.heading and _is_cut(current.text, block.text):
            current = replace(current, text=f"{current.text} {block.text}")
        else:
            yield current
            current = block
    yield current


def _is_cut(text: str, following: str) -> bool:
    """Stricter than for a text bound to a digest, where a wrong join is noticed: a list must stay a list."""
    sentence_begun = text[0].isupper() and len(text.split()) > _LONGEST_ITEM
    return sentence_begun and following[0].islower() and is_cut(Lines((text,)), Lines((following,)))


def as_given(made: Document, name: str, role: Role, space: str) -> Document:
    """A source that was handed in in the seeds' format, in its space; Refused when it says that it has another role."""
    if made.source.role is not role:
        raise Refused(f"{name} calls itself a source with the role '{made.source.role}'; add it with that role.")
    return replace(made, source=replace(made.source, space=space))
