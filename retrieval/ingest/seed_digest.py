"""The body of an article's digest: numbered claims, each with its kind and the places where the article makes it.

One claim is written so::

    ## Heading of the article

    ### C03 (fact)

    ISIS has captured a whole city in the southern Philippines.

    - paragraph 2, body paragraph 2
    - paragraph 1, body paragraph 31, under: Another heading of the article

What stands above the first heading or claim introduces the file to its reader and is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from retrieval.errors import Malformed
from retrieval.ingest.frontmatter import Head
from retrieval.ingest.ids import claim_id, digest, normal_number, passage_id
from retrieval.types import Claim, Document, Locator, Passage, Source

GAP = "\n\n"
INTRODUCTION = (
    "What the article claims, in our words and with the places that make each claim. "
    "A claim listed here is the article's, not a finding of ours."
)
_CLAIM = re.compile(r"(?P<number>[A-Z]{1,2}[0-9]{1,3})(?:\s+\((?P<kind>[^()]+)\))?")
_COUNT = re.compile(r"(?P<what>paragraph|body paragraph|page) (?P<number>[1-9][0-9]{0,5})")
_UNDER, _NO_HEADING, _WHOLE = "under: ", "under no heading", "all of it"
_EXAMPLE = "'- paragraph 2, body paragraph 31' or '- paragraph 2, under: A heading'"
_MARKED = re.compile(r"[-#\\]")
"""A claim that begins so would read as a place or a heading; it is written behind a backslash."""


@dataclass(slots=True)
class Draft:
    """A claim being read: its words and places are added line by line."""

    number: str
    kind: str | None
    line: int
    words: list[str] = field(default_factory=list)
    places: list[Locator] = field(default_factory=list)


def parse_digest(source: Source, head: Head, path: Path | str) -> Document:
    """Read the claims of a digest.

    Raises:
        Malformed: No claim, a number used twice, a claim without words or without a place, a line that is neither.
    """
    drafts = read_claims(head.body, head.body_line, path)
    if not drafts:
        raise Malformed(
            path, head.body_line - 1, "the digest holds no claim; write each below a line '### C01 (fact)'."
        )
    return build_digest(source, drafts)


def read_claims(lines: Iterable[str], first: int, path: Path | str) -> list[Draft]:
    """Read claims with their places; ``first`` is the number of the first line, and what stands above them is skipped.

    Raises:
        Malformed: A number used twice, a claim without words or without a place, a line that is neither.
    """
    drafts: list[Draft] = []
    heading: str | None = None
    for number, line in enumerate(lines, first):
        if line.startswith("### "):
            drafts.append(_open(line, number, drafts, path))
        elif line.startswith("## "):
            heading = " ".join(line[3:].split())
        elif line.strip() and (drafts or heading):
            _add(line.strip(), drafts, heading, path, number)
    for draft in drafts:
        _complete(draft, path)
    return drafts


def build_digest(source: Source, drafts: Iterable[Draft]) -> Document:
    """Make the document of a digest: each claim is one passage, located where the article first makes it."""
    wanted = [(draft, " ".join(draft.words)) for draft in drafts]
    text = GAP.join(words for _, words in wanted)
    text_hash = digest(text)
    passages, claims, start = [], [], 0
    for ordinal, (draft, words) in enumerate(wanted):
        place = draft.places[0]
        passage = Passage(
            id=passage_id(source.id, text_hash, ordinal, start),
            source=source.id,
            ordinal=ordinal,
            start=start,
            end=start + len(words),
            text=words,
            heading=place.heading,
            paragraph=place.paragraph,
            body_paragraph=place.body_paragraph,
            page=place.page,
        )
        passages.append(passage)
        claims.append(
            Claim(
                id=claim_id(source.id, draft.number),
                source=source.id,
                number=draft.number,
                text=words,
                kind=draft.kind,
                locators=tuple(draft.places),
                passages=(passage.id,),
            )
        )
        start = passage.end + len(GAP)
    return Document(source, text, tuple(passages), tuple(claims))


def dump_digest(document: Document) -> str:
    """Write the claims of a digest under the headings of their first places."""
    return GAP.join([INTRODUCTION, dump_claims(document.claims)])


def dump_claims(claims: Iterable[Claim]) -> str:
    """Write claims as ``read_claims`` reads them."""
    blocks: list[str] = []
    heading: str | None = None
    for claim in claims:
        first = claim.locators[0].heading
        if first is not None and first != heading:
            heading = first
            blocks.append(f"## {heading}")
        kind = f" ({claim.kind})" if claim.kind else ""
        escape = "\\" if _MARKED.match(claim.text) else ""
        places = "\n".join(f"- {_place(locator, heading)}" for locator in claim.locators)
        blocks.append(f"### {claim.number}{kind}\n\n{escape}{claim.text}\n\n{places}")
    return GAP.join(blocks)


def _open(line: str, number: int, drafts: list[Draft], path: Path | str) -> Draft:
    match = _CLAIM.fullmatch(" ".join(line[4:].split()))
    if not match:
        raise Malformed(path, number, "a claim opens with its number and kind, such as '### C01 (fact)'.")
    named = normal_number(match["number"])
    earlier = next((draft for draft in drafts if draft.number == named), None)
    if earlier:
        raise Malformed(path, number, f"claim {earlier.number} is given twice; the first is on line {earlier.line}.")
    return Draft(named, match["kind"], number)


def _add(line: str, drafts: list[Draft], heading: str | None, path: Path | str, number: int) -> None:
    """Add one line of the body to the claim being read."""
    if line.startswith("#"):
        raise Malformed(
            path, number, "a digest has '## ' lines for the article's headings and '### ' lines for claims."
        )
    if not drafts:
        raise Malformed(path, number, "this text belongs to no claim; open one with a line such as '### C01 (fact)'.")
    draft = drafts[-1]
    if line.startswith("- "):
        draft.places.append(_locator(line[2:].strip(), heading, path, number))
    elif draft.places:
        raise Malformed(path, number, f"claim {draft.number} goes on after its places; put its words above them.")
    elif draft.words:
        draft.words.extend(line.split())
    else:
        draft.words.extend(line.removeprefix("\\").split())


def _complete(draft: Draft, path: Path | str) -> None:
    if not draft.words:
        raise Malformed(path, draft.line, f"claim {draft.number} has no words; write it below this line.")
    if not draft.places:
        raise Malformed(path, draft.line, f"claim {draft.number} has no place; say where it is made: {_EXAMPLE}.")


def _locator(place: str, heading: str | None, path: Path | str, number: int) -> Locator:
    """Read one place; without a heading of its own it stands under the heading above the claim."""
    counts, under, other = place.partition(_UNDER)
    if under:
        heading = " ".join(other.split())
    elif counts.endswith(_NO_HEADING):
        heading, counts = None, counts.removesuffix(_NO_HEADING)
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in counts.split(","))):
        match = _COUNT.fullmatch(part)
        if part != _WHOLE and (not match or match["what"] in found):
            raise Malformed(path, number, f"'{part}' is not a place; write it like {_EXAMPLE}.")
        if match:
            found[match["what"]] = int(match["number"])
    return Locator(heading, found.get("paragraph"), found.get("body paragraph"), found.get("page"))


def _place(locator: Locator, heading: str | None) -> str:
    counts = {"paragraph": locator.paragraph, "body paragraph": locator.body_paragraph, "page": locator.page}
    parts = [f"{what} {number}" for what, number in counts.items() if number is not None] or [_WHOLE]
    if locator.heading != heading:
        parts.append(_NO_HEADING if locator.heading is None else f"{_UNDER}{locator.heading}")
    return ", ".join(parts)
