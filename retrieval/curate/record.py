"""A draft's content as it is kept between its steps, and as people see it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from retrieval.curate.types import Draft, Item, NearCopy, Stage
from retrieval.errors import BadInput, Refused
from retrieval.ingest.intake import LARGEST, Given
from retrieval.ingest.readers.hint import Hint
from retrieval.store import codec
from retrieval.store.drafts import DraftRow
from retrieval.store.versions import Change
from retrieval.types import Document

PASTED = "pasted text"
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Content:
    """All that is known of a draft beside what its row tells; see ``Draft`` for what the fields mean."""

    where: str
    given: Given
    channel: str | None = None
    link: str | None = None
    address: str | None = None
    """Where a file lies whose bytes are not here yet."""
    hint: Hint = Hint()  # noqa: RUF009 - frozen
    document: Document | None = None
    left_out: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    language: str | None = None
    words: int = 0
    near: tuple[NearCopy, ...] = ()
    replaces: str | None = None
    source: str | None = None
    why: str | None = None
    tries: int = 0
    """How many times it was gone on with, the first time included."""
    actor: str | None = None
    """Who confirmed it."""
    kept: Change | None = None
    """What putting it into the library did."""


def begun(item: Item, given: Given, channel: str | None) -> Content:
    """The content of a new draft.

    Raises:
        BadInput: there is nothing in what was handed in, or more than one thing.
        Refused: it is too large.
    """
    if item.link:
        if item.data is not None:
            raise BadInput("Give either a link or a file, not both.")
        return Content(_called(item.link), given, channel, link=item.link.strip())
    if item.address:
        _check_size(item.size)
        name = _called(item.name or "")
        return Content(name, given, channel, address=item.address, hint=Hint(name=name or None))
    check_data(item.data)
    if item.name is None:
        return Content(PASTED, given, channel, hint=Hint(content_type="text/plain", charset="utf-8"))
    return Content(_called(item.name), given, channel, hint=Hint(name=_called(item.name)))


def ended(item: Item, given: Given, channel: str | None, why: str) -> Content:
    """The content of a draft of something that cannot be taken at all: what it was, and why."""
    return Content(_called(item.link or item.name or PASTED), given, channel, why=why)


def check_data(data: bytes | None) -> bytes:
    """Let the bytes of a file or of pasted text through.

    Raises:
        BadInput: there is nothing in them.
        Refused: they are too many.
    """
    if not data or not data.strip():
        raise BadInput("There is nothing in it; give a link, a file or some text.")
    _check_size(len(data))
    return data


def written(content: Content) -> str:
    """The content as JSON, without the texts of passages: they stand in the document's."""
    document = content.document
    if document:
        bare = tuple(replace(passage, text="") for passage in document.passages)
        content = replace(content, document=replace(document, passages=bare))
    return codec.write(content)


def content_of(row: DraftRow) -> Content:
    """The content of a kept draft."""
    content = codec.read(Content, row.body)
    document = content.document
    if document is None:
        return content
    whole = tuple(replace(one, text=document.text[one.start : one.end]) for one in document.passages)
    return replace(content, document=replace(document, passages=whole))


def draft_of(row: DraftRow, content: Content) -> Draft:
    """A kept draft as people see it."""
    return Draft(
        id=row.id,
        space=row.space,
        who=row.who,
        channel=content.channel,
        stage=Stage(row.stage),
        where=content.where,
        given=content.given,
        document=content.document,
        left_out=content.left_out,
        hints=content.hints,
        language=content.language,
        words=content.words,
        near=content.near,
        replaces=content.replaces,
        source=content.source,
        why=content.why,
        created_at=row.created_at,
    )


def emptied(content: Content, kept: Change) -> Content:
    """The content once the library has it: nothing of the text stays behind here."""
    return replace(content, document=None, near=(), hints=(), left_out=(), kept=kept)


def _check_size(size: int) -> None:
    if size > LARGEST:
        raise Refused(f"That file is larger than {LARGEST // 1_000_000} MB; please hand in the part that matters.")


def _called(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]
