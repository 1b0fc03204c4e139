"""A source before it is added, as `rejoinder source add` shows it: the same facts as the preview in Discord."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.console import claim_grid, counted, plain
from bot.views import text
from bot.views.draft import EXCERPT, ROLES, UNKNOWN, WHOLE, percent
from retrieval.curate.preview import Understood
from retrieval.curate.types import Draft, NearCopy
from retrieval.types import Role

_TITLE = 80


def render_preview(taken: Understood) -> RenderableType:
    """All that is to be known of a source before it is added; an article's claims stand below, numbered."""
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _facts(taken):
        table.add_row(Text(name, style="bold"), Text(plain(value)))
    return Group(table, Text(), render_claims_found(taken)) if taken.document.source.role is Role.ARTICLE else table


def render_claims_found(taken: Understood) -> RenderableType:
    """An article's claims as they would be added."""
    claims = taken.document.claims
    if not claims:
        return Text("No claims were found in the article.")
    heading = f"The article claims ({counted(len(claims), 'claim')}; a listing is not an endorsement):"
    return Group(Text(heading), Text(), claim_grid(claims))


def remarks(taken: Understood | Draft) -> Iterator[str]:
    """What whoever adds a source unseen should look at, in whole sentences; nothing when all seems well."""
    if taken.left_out:
        yield f"Left out: {', '.join(taken.left_out)}."
    yield from taken.hints
    yield from (f"{alike(copy)}." for copy in taken.near)


def alike(copy: NearCopy) -> str:
    """How much of a text stands in a source that is there already."""
    return f"{percent(copy)} % of this text stands in {copy.source.id} “{text.clip(copy.source.title, _TITLE)}”"


def _facts(taken: Understood) -> Iterator[tuple[str, str]]:
    document = taken.document
    source = document.source
    yield "title", source.title
    yield "author", source.author or UNKNOWN
    yield "publisher", source.publisher or UNKNOWN
    yield "date", source.date or UNKNOWN
    if source.url:
        yield "url", source.url
    yield "language", taken.likely or UNKNOWN
    yield "words", f"{taken.words:,} in {counted(len(document.passages), 'passage')}"
    yield "becomes", ROLES[source.role]
    if taken.replaces:
        yield "", f"a new version of {taken.replaces}; answers that quote the earlier version keep it"
    yield from _excerpts(document.text)
    yield from (("left out", what) for what in taken.left_out)
    yield from (("please check", hint) for hint in taken.hints)
    yield from (("much alike", alike(copy)) for copy in taken.near)


def _excerpts(words: str) -> Iterator[tuple[str, str]]:
    """The first and the last lines, or all of a short text."""
    if len(words) <= WHOLE:
        yield "the text", f"“{text.clean(words)}”"
        return
    ending = text.clean(words[-EXCERPT:])
    yield "first lines", f"“{text.clip(words[: 2 * EXCERPT], EXCERPT)}”"
    yield "last lines", f"“…{ending.partition(' ')[2] or ending}”"
