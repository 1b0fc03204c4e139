"""Taking a source out and bringing it back: the question before, what is said after, and the list of what is out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.views import text
from bot.views.buttons import Action, button, row, source_key
from bot.views.paging import nearest, place, turning
from bot.views.sources import titled
from retrieval.curate.types import Removed
from retrieval.reading import SourceDetails

_PER_PAGE = 6
_LONGEST = 450
"""Characters of a linked title in the list; a longer address is left out."""
_UNTIL = "From {} on it is erased for good, with the answers that quote it."


def removal_view(details: SourceDetails) -> ui.LayoutView:
    """The question whether to take a source out."""
    source = details.source
    cited = f"\nIt is quoted in {details.cited:,} of the answers kept here." if details.cited else ""
    view = ui.LayoutView(timeout=None)
    view.add_item(
        ui.TextDisplay(
            f"## Remove this source?\n{titled(source)}{cited}\n"
            "No answer draws on it from then on. You can bring it back for seven days; then it is erased for good."
        )
    )
    key = source_key(source.id)
    yes = button("Remove", Action("removeyes", key), style=discord.ButtonStyle.danger)
    view.add_item(row(yes, button("Keep it", Action("removeno", key))))
    return view


def removed_view(gone: Removed) -> ui.LayoutView:
    """What is said after a source was taken out, with the button that brings it back."""
    view = ui.LayoutView(timeout=None)
    until = _UNTIL.format(day(gone.until))
    view.add_item(ui.TextDisplay(f"{titled(gone.source)} is removed. {until}\n-# /source removed lists it as well."))
    view.add_item(row(button("Undo", Action("restore", source_key(gone.source.id)))))
    return view


def removed_list_view(gone: Sequence[Removed], page: int) -> ui.LayoutView:
    """Page ``page`` (from 0) of what can be brought back, each with its button."""
    view = ui.LayoutView(timeout=None)
    if not gone:
        view.add_item(ui.TextDisplay("Nothing was removed here in the last seven days."))
        return view
    count = -(-len(gone) // _PER_PAGE)
    number = nearest(page, count)
    view.add_item(ui.TextDisplay(f"## Removed sources\n-# {len(gone):,} can be brought back{place(number, count)}"))
    for one in gone[number * _PER_PAGE : (number + 1) * _PER_PAGE]:
        view.add_item(_entry(one))
    if count > 1:
        view.add_item(turning("removed", "", number, count))
    return view


def day(at: str) -> str:
    """The day and minute of a moment in ISO 8601: "2026-11-29 20:11 UTC"."""
    return f"{text.escape(at[:10])} {text.escape(at[11:16])} UTC"


def _entry(gone: Removed) -> ui.Section[Any]:
    source = gone.source
    linked = text.link(source.title, source.url, 100)
    title = linked if len(linked) <= _LONGEST else text.link(source.title, None, 100)
    words = f"{title}\n-# {source.role.value} · removed {day(gone.at)} · erased {day(gone.until)}"
    return ui.Section(ui.TextDisplay(words), accessory=button("Restore", Action("restore", source_key(source.id))))
