"""The sources of a server: a list to page through and narrow down, and one source with what is stored of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import discord
from discord import ui

from bot.views import text
from bot.views.buttons import Action, button, menu, row, source_key
from bot.views.citations import record, where
from bot.views.paging import block, nearest, pages, place, turning
from retrieval.reading import SourceDetails
from retrieval.types import SHARED, Locator, Passage, Role, Source, Wording

_PER_PAGE = 8
_PASSAGES = 5
"""Of a page, the longest of which fit beside head and record."""
_LONGEST_ENTRY = 800
_PASSAGE = 480
LONGEST_WORDS = 60
"""Characters of the words that a list is narrowed by: they travel in its buttons."""
_LETTERS = {None: "-", Role.ARTICLE: "a", Role.REFERENCE: "r"}
_WORDINGS = {
    Wording.FULL_TEXT: "its own words",
    Wording.DIGEST: "our digest, not its own words",
    Wording.NOTE: "our notes of it, not its own words",
}
NOTHING = "There is no such source here; /source list shows those that are."


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to, and how a button says so."""

    role: Role | None = None
    words: str = ""

    @classmethod
    def of(cls, subject: str) -> Self:
        """What the subject of a button says."""
        role = next((role for role, letter in _LETTERS.items() if letter == subject[:1]), None)
        return cls(role, subject[1:])

    @property
    def subject(self) -> str:
        """For a button."""
        return f"{_LETTERS[self.role]}{text.clean(self.words)[:LONGEST_WORDS]}"


def sources_view(sources: Sequence[Source], wanted: Wanted, page: int) -> ui.LayoutView:
    """Page ``page`` (from 0) of the sources that fit, with a menu that shows one of them."""
    every = pages(map(_entry, sources), _PER_PAGE)
    number = nearest(page, len(every))
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(_list_head(sources, wanted) + place(number, len(every))))
    if not every[number]:
        view.add_item(ui.TextDisplay("No source here fits this; /source list without words shows them all."))
        return view
    view.add_item(block(every[number]))
    first = sum(map(len, every[:number]))
    view.add_item(row(_menu(sources[first : first + len(every[number])], number)))
    if len(every) > 1:
        view.add_item(turning("sources", wanted.subject, number, len(every)))
    return view


def source_view(details: SourceDetails, page: int, *, moderator: bool = False) -> ui.LayoutView:
    """Page ``page`` (from 0) of one source: its record, then its passages; ``moderator``: with buttons to change it."""
    source = details.source
    count = 1 + len(details.passages) // _PASSAGES  # the record takes the place of a passage
    number = nearest(page, count)
    view = ui.LayoutView(timeout=None)
    head = f"## {text.link(source.title, source.url, 200)}\n-# {named(source)}{place(number, count)}"
    view.add_item(ui.TextDisplay(head))
    view.add_item(block(_parts(details, number)))
    if moderator:
        view.add_item(row(*_changes(source)))
    if count > 1:
        view.add_item(turning("sourcepage", source_key(source.id), number, count))
    return view


def named(source: Source) -> str:
    """A source's id, role, and whose it is."""
    whose = "shared with every server" if source.space == SHARED else "this server's own"
    return f"{text.escape(text.clip(source.id, 40))} · {source.role.value} · {whose}"


def titled(source: Source) -> str:
    """A source in a sentence: its title in quotation marks, linked if its address is safe."""
    return f"“{text.link(source.title, source.url, 160)}”"


def _entry(source: Source) -> str:
    """A source in the list: its linked title, then its record; without link and record when they are too long."""
    facts = " · ".join(part for part in (named(source), record(source)) if part)
    whole = f"{text.link(source.title, source.url, 120)}\n-# {facts}"
    return whole if len(whole) <= _LONGEST_ENTRY else f"{text.link(source.title, None, 120)}\n-# {named(source)}"


def _list_head(sources: Sequence[Source], wanted: Wanted) -> str:
    articles = sum(source.role is Role.ARTICLE for source in sources)
    parts = [f"{articles:,} article{'' if articles == 1 else 's'}"] if wanted.role is not Role.REFERENCE else []
    rest = len(sources) - articles
    parts += [f"{rest:,} reference{'' if rest == 1 else 's'}"] if wanted.role is not Role.ARTICLE else []
    words = text.shorten(wanted.words, 2 * LONGEST_WORDS)[0]
    return f"## Sources\n-# {', '.join(parts)}" + (f" with “{words}”" if words else "")


def _menu(sources: Iterable[Source], page: int) -> Any:
    options = {
        source_key(source.id): discord.SelectOption(
            label=text.clip(source.title, 100) or "untitled",
            value=source_key(source.id),
            description=text.clip(source.id, 100) or None,
        )
        for source in sources
    }
    return menu("Show a source", list(options.values()), Action("source", "", page))


def _changes(source: Source) -> Iterator[ui.Item[Any]]:
    key = source_key(source.id)
    if source.url and source.wording is Wording.FULL_TEXT:
        yield button("Fetch again", Action("refresh", key))
    yield button("Export", Action("export", key))
    yield button("Remove", Action("remove", key), style=discord.ButtonStyle.danger)


def _parts(details: SourceDetails, page: int) -> list[str]:
    """What stands on one page: record, then passages. Only these are made, as there may be thousands."""
    first = page * _PASSAGES - 1
    shown = details.passages[max(0, first) : first + _PASSAGES]
    passages = [_passage(number, passage) for number, passage in enumerate(shown, max(0, first) + 1)]
    return passages if page else [_record(details), *passages]


def _record(details: SourceDetails) -> str:
    source = details.source
    cited = "not quoted in any answer that is kept here"
    if details.cited:
        cited = f"quoted in {details.cited:,} answer{'' if details.cited == 1 else 's'} kept here"
    counts = [f"{len(details.passages):,} passage{'' if len(details.passages) == 1 else 's'}"]
    if source.role is Role.ARTICLE:
        counts.append(f"{len(details.claims):,} claim{'' if len(details.claims) == 1 else 's'} (/claim list)")
    lines = [
        record(source) or "Nothing is known of publisher and date.",
        f"**Holds** {', '.join(counts)}; {_WORDINGS[source.wording]}",
        f"**Cited** {cited}",
    ]
    return "\n".join(lines)


def _passage(number: int, passage: Passage) -> str:
    spot = where(Locator(passage.heading, passage.paragraph, passage.body_paragraph, passage.page))
    head = f"-# {number:,}{' · ' + spot if spot else ''}"
    return f"{head}\n> {text.quoted(passage.text, _PASSAGE)}"
