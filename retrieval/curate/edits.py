"""Changes that a moderator makes to a draft's record before it is added."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from retrieval.curate import claim_lines
from retrieval.curate.record import Content
from retrieval.curate.types import Edits
from retrieval.curate.understand import with_role
from retrieval.errors import BadInput
from retrieval.ingest.readers.invisible import one_line
from retrieval.ingest.seed import is_web_address, known_date
from retrieval.types import Role

LONGEST = 300
"""Characters of a title, a name or a publisher."""
LONGEST_URL = 2_000
_TEXTS = ("title", "author", "publisher", "date", "url")


def changed(content: Content, edits: Edits) -> Content:
    """The content with the edits made: in its document, and in what was said of it by hand.

    Raises:
        BadInput: a value cannot be used; nothing is changed then.
    """
    document = content.document
    if document is None:
        raise BadInput("It has not been read yet; wait for the preview.")
    wanted: dict[str, str | None] = {name: getattr(edits, name) for name in _TEXTS}
    values: dict[str, Any] = {name: _checked(name, value) for name, value in wanted.items() if value is not None}
    given = replace(content.given, **values)
    document = replace(document, source=replace(document.source, **values))
    if edits.role is not None:
        given, document = replace(given, role=edits.role), with_role(document, edits.role)
    return replace(content, given=given, document=document)


def _checked(name: str, value: str) -> str | None:
    text = one_line(value)
    if name == "title" and text is None:
        raise BadInput("A source needs a title.")
    if text is None:
        return None
    if len(text) > (LONGEST_URL if name == "url" else LONGEST):
        raise BadInput(
            f"That {name} is longer than {LONGEST_URL if name == 'url' else LONGEST} characters; shorten it."
        )
    if name == "date" and known_date(text) != text:
        raise BadInput(f"{text[:40]} is not a date that can be used: write 2017-08-11, 2017-08 or 2017.")
    if name == "url" and not is_web_address(text):
        raise BadInput("That is not a whole web address, such as https://example.org/page.")
    return text


def with_claims(content: Content, text: str) -> Content:
    """The content with the claims of a text, one a line, in place of its own; see ``claim_lines.edited``.

    Raises:
        BadInput: it is no article, or a line cannot be read; the sentence says which.
    """
    document = content.document
    if document is None or document.source.role is not Role.ARTICLE:
        raise BadInput("Only an article has claims; change its role to article first.")
    claims = claim_lines.edited(document.source.id, text, document.claims, document.passages)
    return replace(content, document=replace(document, claims=claims))
