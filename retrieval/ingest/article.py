"""An article's own text bound to its digest: numbered paragraphs, and each claim tied to those that make it.

The digest says which headings there are and which paragraphs its claims stand in; the text is divided by them, and a
text in which the digest's places are not to be found is refused. Nothing is known beforehand of any one article.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from retrieval.errors import Refused
from retrieval.ingest.article_blocks import (
    Lines,
    blocks,
    is_cut,
    is_furniture,
    is_header,
    is_origin,
    opens_footer,
    same,
    stands_alone,
)
from retrieval.ingest.chunk import GAP, LIMIT, Paragraph, divide
from retrieval.types import Claim, Document, Locator, Passage, Role, Source, Wording

OPENING = "(opening, before the first heading)"
"""What a digest calls the part of an article above its first heading."""

_HEAD_WORDS = ("title", "byline", "header")
"""A place without a paragraph that is no heading of the text is the header if it is named so, else the footer."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the text to store: a paragraph of the body, or the header or footer (no numbers)."""

    heading: str | None
    text: str
    paragraph: int | None = None
    body_paragraph: int | None = None


def bind(text: str, digest: Document, limit: int = LIMIT) -> Document:
    """Make the full-text document of an article whose digest is known; id, record and claims are the digest's.

    The stored text is the article's own words: the header if a claim cites it, the body, the footer if one cites it.
    Links are reduced to their words, marks of emphasis removed, paragraphs cut by a page break joined by a space.

    Args:
        text: The article as plain text or light Markdown, paragraphs apart by blank lines.
        digest: The document of its digest, with the claims and the places that make them.
        limit: Characters of the longest passage; longer paragraphs become several passages with the same number.

    Raises:
        Refused: The text is not the article that the digest describes; the sentence says what did not fit.
    """
    if digest.source.role is not Role.ARTICLE or not digest.claims:
        raise Refused(f"{digest.source.id} is not the digest of an article, so no text can be tied to it.")
    parts = list(_parts(text, digest))
    stored, paragraphs = _lay_out(parts)
    passages = divide(digest.source.id, stored, paragraphs, limit)
    claims = tie(digest.claims, passages, digest.source.id)
    return Document(replace(digest.source, wording=Wording.FULL_TEXT), stored, passages, claims)


def tie(claims: Sequence[Claim], passages: Sequence[Passage], source: str) -> tuple[Claim, ...]:
    """The claims, each with the passages at its places.

    Raises:
        Refused: A place is not among the passages of this source.
    """
    return tuple(_tied(claim, passages, source) for claim in claims)


def _parts(text: str, digest: Document) -> Iterator[_Part]:
    """Divide the text into header, numbered paragraphs and footer."""
    headings = _headings(digest)
    found = list(blocks(text, {same(heading) for heading in headings}))
    sections = _sections(found, headings, digest.source)
    header = list(takewhile(lambda block: is_header(block, digest.source), sections[0]))
    sections[0] = sections[0][len(header) :]
    body, footer = _without_footer(sections, headings, digest)
    cited = _whole_places(digest, headings)
    if cited[0]:
        names = digest.source.author or digest.source.title
        yield _Part(cited[0], _sheet([block for block in header if not block.links or names in block.text]))
    yield from _numbered(body, headings, digest)
    origin = [block for block in footer if is_origin(block, digest.source.author)]
    if cited[1]:
        yield _Part(cited[1], _sheet(origin))


def _places(digest: Document) -> Iterator[Locator]:
    return (place for claim in digest.claims for place in claim.locators)


def _sheet(lines: Sequence[Lines]) -> str:
    """The lines of the header or footer, one below the other; one that ends in a comma goes on."""
    return "\n".join(line for block in lines for line in block.lines).replace(",\n", ", ")


def _headings(digest: Document) -> list[str]:
    """The headings of the body in reading order; the opening comes first, under the name that the digest gives it.

    Body numbers give the order; without them it is the order of the claims' first places.
    """
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    for place in [*(claim.locators[0] for claim in digest.claims if claim.locators), *_places(digest)]:
        if place.paragraph is not None and place.heading is not None and place.heading != OPENING:
            order.setdefault(place.heading, len(order))
            lowest[place.heading] = min(place.body_paragraph or 0, lowest.get(place.heading, place.body_paragraph or 0))
    return [OPENING, *sorted(order, key=lambda heading: (lowest[heading], order[heading]))]


def _whole_places(digest: Document, headings: Sequence[str]) -> tuple[str | None, str | None]:
    """The names under which claims cite the header and the footer as a whole."""
    names = [place.heading for place in _places(digest) if place.paragraph is None and place.heading not in headings]
    header = next((name for name in names if name and any(word in name.casefold() for word in _HEAD_WORDS)), None)
    return header, next((name for name in names if name and name != header), None)


def _sections(found: list[Lines], headings: Sequence[str], source: Source) -> list[list[Lines]]:
    """The blocks of the opening and of each heading; where a heading stands twice, the last counts."""
    if len(headings) == 1 and not any(same(block.text) == same(source.title) for block in found):
        raise Refused(f"This is not the text of {source.id}: the title “{source.title}” is not in it.")
    sections: list[list[Lines]] = []
    end = len(found)
    for heading in reversed(headings[1:]):
        places = [number for number, block in enumerate(found[:end]) if same(block.text) == same(heading)]
        if not places:
            raise Refused(f"This is not the text of {source.id}: the heading “{heading}” of its digest is not in it.")
        sections.insert(0, found[places[-1] + 1 : end])
        end = places[-1]
    known = {same(heading) for heading in headings}
    return [[block for block in section if same(block.text) not in known] for section in (found[:end], *sections)]


def _last_cited(digest: Document, heading: str) -> int:
    """The highest paragraph number that a claim cites under a heading."""
    wanted = {heading, None} if heading == OPENING else {heading}
    return max((place.paragraph or 0 for place in _places(digest) if place.heading in wanted), default=0)


def _without_footer(
    sections: list[list[Lines]], headings: Sequence[str], digest: Document
) -> tuple[list[list[Lines]], list[Lines]]:
    """Take the footer off the last section: it begins after the last paragraph that a claim cites there."""
    last, cited = sections[-1], _last_cited(digest, headings[-1])
    reached = bisect_left(range(len(last) + 1), cited, key=lambda number: len(list(_joined(last[:number]))))
    for number, block in enumerate(last[reached:], reached):
        if opens_footer(block, digest.source.author):
            return [*sections[:-1], last[:number]], last[number:]
    return sections, []


def _numbered(sections: Sequence[list[Lines]], headings: Sequence[str], digest: Document) -> Iterator[_Part]:
    """Number the paragraphs within each heading and through the body.

    A short line standing alone is a caption while cited paragraphs are still to come under the same heading, for they
    are numbered on; after the last of them it is a heading that no claim cites.
    """
    title, through = same(digest.source.title), 0
    for name, section in zip(headings, sections, strict=True):
        heading, number, cited = name, 0, _last_cited(digest, name)
        for block in _joined([block for block in section if same(block.text) != title]):
            if stands_alone(block):
                heading, number = (heading, number) if heading == name and number < cited else (block.text, 0)
                continue
            number, through = number + 1, through + 1
            yield _Part(heading, block.text, number, through)


def _joined(section: Sequence[Lines]) -> Iterator[Lines]:
    """The blocks of a section without the page's furniture, those that a page break cut put together again."""
    lines: tuple[str, ...] = ()
    for block in (block for block in section if not is_furniture(block)):
        if lines and not is_cut(Lines(lines), block):
            yield Lines(lines)
            lines = ()
        lines += block.lines
    if lines:
        yield Lines(lines)


def _lay_out(parts: Sequence[_Part]) -> tuple[str, list[Paragraph]]:
    start = 0
    paragraphs = []
    for part in (part for part in parts if part.text):
        end = start + len(part.text)
        paragraphs.append(Paragraph(start, end, part.heading, part.paragraph, part.body_paragraph))
        start = end + len(GAP)
    return GAP.join(part.text for part in parts if part.text), paragraphs


def _tied(claim: Claim, passages: Sequence[Passage], source: str) -> Claim:
    """The claim with the passages at its places."""
    found = [passage.id for place in claim.locators for passage in _at(place, passages, claim.number, source)]
    return replace(claim, passages=tuple(dict.fromkeys(found)))


def _at(place: Locator, passages: Sequence[Passage], number: str, source: str) -> list[Passage]:
    """The passages at one place of a claim, which must be there and carry the digest's numbers."""
    heading = place.heading or OPENING
    under = [passage for passage in passages if passage.heading == heading]
    if place.paragraph is None:
        return under
    found = [passage for passage in under if passage.paragraph == place.paragraph]
    if not found:
        count = max((passage.paragraph or 0 for passage in under), default=0)
        raise Refused(
            f"This is not the text of {source}: claim {number} cites paragraph {place.paragraph} under “{heading}”, "
            f"but the text has only {count} there."
        )
    if place.body_paragraph not in {None, found[0].body_paragraph}:
        raise Refused(
            f"This is not the text of {source}: paragraph {place.paragraph} under “{heading}” should be number "
            f"{place.body_paragraph} of the body, but it is number {found[0].body_paragraph}."
        )
    return found
