"""What is told of a document before it is confirmed: its language, its near-copies, and what may be wrong with it."""

from __future__ import annotations

import re
from dataclasses import replace

from retrieval.curate.claim_lines import carried
from retrieval.curate.identity import in_space, renamed
from retrieval.curate.language import ENGLISH, guess
from retrieval.curate.near import near_copies
from retrieval.curate.record import Content
from retrieval.errors import NotFound
from retrieval.ingest.claims import find_claims
from retrieval.ingest.intake import Taken
from retrieval.seeding import kept_bound
from retrieval.store.records import Records
from retrieval.types import Document, Role

FEW_WORDS = 50
"""Below this a page was probably not read whole; a short statement may be, so it is only a hint."""
SHORT = 250
"""Words up to which talk of cookies is likely to be a wall; in a longer text it may be the topic."""

LISTED = 10
"""Lost claims named in a sentence."""
_WORD = re.compile(r"[^\W_]+")
_CONSENT = re.compile(
    r"\b(?:cookies?|consent|gdpr|accept all|reject all|privacy policy|subscribe|log in|sign in)\b", re.IGNORECASE
)
_MANY = 3
_WALL = "It reads like a cookie wall or a login page; compare the text with the page, or add the page as PDF."


def understood(records: Records, content: Content, taken: Taken, space: str) -> Content:
    """The content with everything that a preview shows. What has a place in the library already keeps its claims.

    Args:
        records: what is there.
        content: of the draft that was read.
        taken: what reading it gave.
        space: of the draft.
    """
    document = taken.document
    if content.replaces:
        document = renamed(document, content.replaces, space)
    elif taken.named:
        document = in_space(records, document, space)
    earlier = earlier_version(records, document.source.id, space)
    document = kept_bound(document, earlier)
    if content.replaces and earlier:  # another text, under the record that moderators made
        document = replace(document, source=replace(earlier.source, wording=document.source.wording))
    lost: tuple[str, ...] = ()
    if earlier and earlier.claims and document.source.role is Role.ARTICLE and not taken.named:
        document, lost = with_claims_of(document, earlier)
    language = guess(document.text)
    words = sum(1 for _ in _WORD.finditer(document.text))
    return replace(
        content,
        document=document,
        source=document.source.id,
        left_out=taken.left_out,
        language=language,
        words=words,
        hints=(*_hints(document.text, words, language), *lost),
        near=near_copies(records, document, space),
        replaces=document.source.id if earlier else None,
    )


def earlier_version(records: Records, source_id: str, space: str) -> Document | None:
    """The document that answers under an id in this very space, if there is one."""
    try:
        found = records.passages.document(source_id, (space,))
    except NotFound:
        return None
    return found


def with_claims_of(document: Document, earlier: Document) -> tuple[Document, tuple[str, ...]]:
    """The document with the claims of an earlier version that it still makes; with its own where it makes none.

    Returns:
        The document, and a sentence that names the claims it does not make any more, if there are such.
    """
    claims = carried(earlier, document.passages)
    kept = {claim.number for claim in claims}
    lost = [claim.number for claim in earlier.claims if claim.number not in kept]
    told = f"Not found in the new text, so left out: claim {', '.join(lost[:LISTED])}{' …' * (len(lost) > LISTED)}."
    return replace(document, claims=claims or document.claims), (told,) if lost else ()


def with_role(document: Document, role: Role) -> Document:
    """The document as an article, with claims found in it, or as a reference, without any."""
    if role is document.source.role:
        return document
    claims = find_claims(document.source.id, document.passages) if role is Role.ARTICLE else ()
    return replace(document, source=replace(document.source, role=role), claims=claims)


def _hints(text: str, words: int, language: str | None) -> tuple[str, ...]:
    hints = []
    if words < FEW_WORDS:
        hints.append(f"Only {words} words were found; check that this is the whole text.")
    if words <= SHORT and len(_CONSENT.findall(text)) >= _MANY:
        hints.append(_WALL)
    if language not in {ENGLISH, None}:
        hints.append(f"The text seems to be in {language}; the embedded models read English and may not find it well.")
    return tuple(hints)
