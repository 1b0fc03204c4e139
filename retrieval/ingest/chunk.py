"""Text with paragraphs to passages: a paragraph is a passage, a long one is divided between its sentences.

LangChain's ``RecursiveCharacterTextSplitter`` was measured and left out: it finds the offset of each piece by searching
for it, and in 450 of 800 texts made of a few repeated sentences its ``start_index`` went backwards or left words
uncovered. Here spans are cut, never searched for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from unicodedata import combining

from retrieval.errors import Refused
from retrieval.ingest.extract import Block, Extract
from retrieval.ingest.ids import digest, passage_id
from retrieval.ingest.sentences import Span, sentences
from retrieval.types import Document, Passage, Source

LIMIT = 900
"""Characters of the longest passage, unless told otherwise; two or three paragraphs of a newspaper stay whole."""

GAP = "\n\n"
"""What stands between two paragraphs in the stored text."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Where a paragraph stands in the stored text, and how a reader finds it in the source (see ``Passage``)."""

    start: int
    end: int
    heading: str | None = None
    paragraph: int | None = None
    body_paragraph: int | None = None
    page: int | None = None


def document(source: Source, extract: Extract, limit: int = LIMIT) -> Document:
    """Make the document of a source that was read; headings are kept on the passages, not in the text.

    Raises:
        Refused: There is no text in it.
    """
    text, paragraphs = lay_out(extract.blocks)
    if not paragraphs:
        raise Refused(f"There is no readable text in “{source.title}”; give a file or page that holds text.")
    return Document(source, text, divide(source.id, text, paragraphs, limit))


def lay_out(blocks: Iterable[Block]) -> tuple[str, tuple[Paragraph, ...]]:
    """Join blocks into the text to store and number its paragraphs, within each heading and through the body.

    Runs of white space inside a block become one space; blocks without words are left out.
    """
    parts: list[str] = []
    paragraphs: list[Paragraph] = []
    start, number, heading = 0, 0, None
    for block in blocks:
        words = " ".join(block.text.split())
        if not words:
            continue
        number = number + 1 if paragraphs and block.heading == heading else 1
        heading = block.heading
        end = start + len(words)
        paragraphs.append(Paragraph(start, end, heading, number, len(paragraphs) + 1, block.page))
        parts.append(words)
        start = end + len(GAP)
    return GAP.join(parts), tuple(paragraphs)


def divide(source: str, text: str, paragraphs: Iterable[Paragraph], limit: int = LIMIT) -> tuple[Passage, ...]:
    """Cut passages of at most ``limit`` characters out of ``text``: each is exactly ``text[start:end]``, in order."""
    text_hash = digest(text)
    spans = ((where, span) for where in paragraphs for span in _pieces(text, where.start, where.end, limit))
    return tuple(
        Passage(
            id=passage_id(source, text_hash, ordinal, start),
            source=source,
            ordinal=ordinal,
            start=start,
            end=end,
            text=text[start:end],
            heading=where.heading,
            paragraph=where.paragraph,
            body_paragraph=where.body_paragraph,
            page=where.page,
        )
        for ordinal, (where, (start, end)) in enumerate(spans)
    )


def _pieces(text: str, start: int, end: int, limit: int) -> Iterator[Span]:
    """Divide one paragraph into pieces of about equal length that end where sentences do."""
    if end - start <= limit:
        yield start, end
        return
    units = list(_units(text, start, end, limit))
    target = (end - start) / ceil((end - start) / limit)
    opened = units[0][0]
    for (_, here), (following, after) in pairwise(units):
        if after - opened > limit or here - opened + (after - following) / 2 >= target:
            yield opened, here
            opened = following
    yield opened, units[-1][1]


def _units(text: str, start: int, end: int, limit: int) -> Iterator[Span]:
    """The sentences of a paragraph, list marks included; one longer than ``limit`` is cut between its words."""
    spans = [(start + a, start + b) for a, b in sentences(text[start:end])]
    for first, last in _covering(text, [stop for _, stop in spans], start, end):
        yield from _cut(text, first, last, limit)


def _covering(text: str, stops: Sequence[int], start: int, end: int) -> Iterator[Span]:
    """The spans between the ends of sentences: what ``sentences`` skips (list marks) goes to the one that follows."""
    previous = start
    for stop in [*stops[:-1], end]:
        yield previous + _blanks(text[previous:stop]), stop
        previous = stop


def _cut(text: str, start: int, end: int, limit: int) -> Iterator[Span]:
    """Cut a run of text at the last space before each limit; a word longer than that is cut inside."""
    while end - start > limit:
        space = max(text.rfind(" ", start, start + limit + 1), text.rfind("\n", start, start + limit + 1))
        stop = space if space > start else _before_mark(text, start, start + limit)
        yield start, start + len(text[start:stop].rstrip())
        start = stop + _blanks(text[stop:end])
    yield start, end


def _before_mark(text: str, start: int, stop: int) -> int:
    """Move a cut inside a word to the left of a letter whose accents would otherwise be cut off."""
    while stop - 1 > start and combining(text[stop]):
        stop -= 1
    return stop


def _blanks(text: str) -> int:
    return len(text) - len(text.lstrip())
