r"""The body of a seed that holds a source's full text: its paragraphs under their headings, and an article's claims.

Blank lines divide paragraphs; a line that ends in a backslash keeps its line break. Remarks (``<!-- … -->``, which
readers of Markdown do not see) say what cannot be counted, and the claims follow the last of them::

    ## Heading of the document

    <!-- page 2 -->

    A paragraph.

    <!-- claims -->

    ### C01

    What the article claims.

    - paragraph 1, body paragraph 1, page 2, under: Heading of the document
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.errors import Malformed
from retrieval.ingest.article import OPENING
from retrieval.ingest.chunk import GAP, LIMIT, Paragraph, divide
from retrieval.ingest.frontmatter import Head
from retrieval.ingest.ids import claim_id
from retrieval.ingest.seed_digest import dump_claims, read_claims
from retrieval.types import Claim, Document, Locator, Passage, Source

CLAIMS = "claims"
_REMARK = re.compile(r"<!--\s*(.*?)\s*-->")
_HEADING = re.compile(r"#{1,6}\s+(?=\S)")
_COUNT = re.compile(r"(?P<what>paragraph|body paragraph|page) (?P<number>[1-9][0-9]{0,8})")
_FIELDS = {"paragraph": "paragraph", "body paragraph": "body_paragraph", "page": "page"}
_ESCAPED = ("#", "<!--", "\\")
_KNOWN = "'page 2', 'no page', 'paragraph 3', 'body paragraph 7', 'no heading' or 'claims'"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a paragraph stands, as ``Paragraph`` has it."""

    heading: str | None = None
    paragraph: int | None = None
    body_paragraph: int | None = None
    page: int | None = None


@dataclass(slots=True)
class _Counter:
    """Counts paragraphs as a reader would; the writer and the reader of a seed count alike."""

    heading: str | None = None
    page: int | None = None
    number: int = 0
    body: int = 0
    said: dict[str, int | None] | None = None
    """Numbers that a remark gave for the next paragraph."""

    def under(self, heading: str | None) -> None:
        """Go on under a heading; its paragraphs are counted from 1."""
        if heading != self.heading:
            self.heading, self.number = heading, 0

    def next(self) -> _Place:
        """The place of the next paragraph."""
        told = self.said or {}
        self.said = None
        number, body = told.get("paragraph", self.number + 1), told.get("body_paragraph", self.body + 1)
        self.number, self.body = number or self.number, body or self.body
        return _Place(self.heading, number, body, self.page)


def parse_text(source: Source, head: Head, path: Path | str) -> Document:
    """Read the paragraphs of a full text, and the claims of an article.

    Raises:
        Malformed: no paragraph, a remark that means nothing, or claims that do not follow their format.
    """
    end = next((at for at, line in enumerate(head.body) if _remark(line) == CLAIMS), len(head.body))
    found = list(_paragraphs(head.body[:end], head.body_line, path))
    if not found:
        raise Malformed(path, head.body_line - 1, "the text is empty; write its paragraphs below the head.")
    paragraphs, start = [], 0
    for text, place in found:
        stop = start + len(text)
        paragraphs.append(Paragraph(start, stop, place.heading, place.paragraph, place.body_paragraph, place.page))
        start = stop + len(GAP)
    whole = GAP.join(text for text, _ in found)
    passages = divide(source.id, whole, paragraphs, LIMIT)
    drafts = read_claims(head.body[end + 1 :], head.body_line + end + 1, path)
    claims = [
        Claim(
            claim_id(source.id, draft.number),
            source.id,
            draft.number,
            " ".join(draft.words),
            draft.kind,
            tuple(draft.places),
        )
        for draft in drafts
    ]
    return Document(source, whole, passages, tuple(tied(claim, passages) for claim in claims))


def dump_text(document: Document) -> str:
    """Write a full text; ``parse_text`` gives it back, white space inside paragraphs apart."""
    blocks: list[str] = []
    counter = _Counter()
    for text, place in _placed(document):
        blocks += _before(place, counter)
        lines = [_escaped(line) for line in text.split("\n")]
        blocks.append("\\\n".join(lines))
    if document.claims:
        blocks += [f"<!-- {CLAIMS} -->", dump_claims(document.claims)]
    return GAP.join(blocks)


def tied(claim: Claim, passages: Sequence[Passage]) -> Claim:
    """The claim with the passages at its places; of a divided paragraph only the piece that holds its very words."""
    there = [passage for place in claim.locators for passage in passages if _stands(passage, place)]
    worded = [passage for passage in there if claim.text in passage.text][:1]
    return replace(claim, passages=tuple(dict.fromkeys(passage.id for passage in worded or there)))


def _stands(passage: Passage, place: Locator) -> bool:
    if place.heading not in {passage.heading, passage.heading or OPENING}:
        return False
    given = ((place.paragraph, passage.paragraph), (place.body_paragraph, passage.body_paragraph))
    return all(said is None or said == counted for said, counted in (*given, (place.page, passage.page)))


def _paragraphs(lines: Sequence[str], first: int, path: Path | str) -> Iterator[tuple[str, _Place]]:
    counter, opened = _Counter(), list[str]()
    for number, raw in enumerate([*lines, ""], first):
        line = raw.strip()
        remark, heading = _remark(line), _HEADING.match(line)
        if opened and (not line or remark is not None or heading):
            yield _joined(opened), counter.next()
            opened = []
        if remark is not None:
            _heed(remark, counter, path, number)
        elif heading:
            counter.under(" ".join(line[heading.end() :].split()))
        elif line:
            opened.append(line)


def _remark(line: str) -> str | None:
    match = _REMARK.fullmatch(line.strip())
    return match[1] if match else None


def _heed(remark: str, counter: _Counter, path: Path | str, number: int) -> None:
    """Take in what a remark says of the paragraphs below it."""
    for part in (part.strip() for part in remark.split(",")):
        match, missing = _COUNT.fullmatch(part), part.removeprefix("no ")
        if part == "no heading":
            counter.under(None)
        elif match or (part != missing and missing in _FIELDS):
            field = _FIELDS[match["what"] if match else missing]
            value = int(match["number"]) if match else None
            if field == "page":
                counter.page = value
            else:
                counter.said = {**(counter.said or {}), field: value}
        else:
            raise Malformed(path, number, f"the remark '{part[:40]}' means nothing here; write {_KNOWN}.")


def _joined(lines: Iterable[str]) -> str:
    """Wrapped lines joined by a space, and those that a backslash ends by a line break."""
    *before, last = [line.removeprefix("\\") for line in lines]
    ended = [f"{line[:-1].rstrip()}\n" if line.endswith("\\") else f"{line} " for line in before]
    return "".join([*ended, last])


def _escaped(line: str) -> str:
    return f"\\{line}" if line.startswith(_ESCAPED) else line


def _placed(document: Document) -> Iterator[tuple[str, _Place]]:
    """The paragraphs of a stored text, tidied, each with the place of its first passage."""
    start, at = 0, 0
    passages = sorted(document.passages, key=lambda passage: passage.start)
    place = _Place()
    for part in document.text.split(GAP):
        end = start + len(part)
        while at < len(passages) and passages[at].start < start:
            at += 1
        if at < len(passages) and passages[at].start < max(end, start + 1):
            first = passages[at]
            heading = " ".join((first.heading or "").split()) or None
            place = _Place(heading, first.paragraph, first.body_paragraph, first.page)
        text = "\n".join(filter(None, (" ".join(line.split()) for line in part.split("\n"))))
        if text:
            yield text, place
        start = end + len(GAP)


def _before(place: _Place, counter: _Counter) -> Iterator[str]:
    """Headings and remarks by which a reader counts to this place."""
    if place.heading != counter.heading:
        counter.under(place.heading)
        yield "<!-- no heading -->" if place.heading is None else f"## {place.heading}"
    told = {"page": place.page} if place.page != counter.page else {}
    counter.page = place.page
    counted = counter.next()
    if counted.paragraph != place.paragraph:
        told["paragraph"] = place.paragraph
    if counted.body_paragraph != place.body_paragraph:
        told["body paragraph"] = place.body_paragraph
    counter.number = place.paragraph or (counter.number - 1)
    counter.body = place.body_paragraph or (counter.body - 1)
    if told:
        said = (f"no {what}" if value is None else f"{what} {value}" for what, value in told.items())
        yield f"<!-- {', '.join(said)} -->"
