"""What fetching a source again found: the paragraphs that are not the same, as many as a message holds."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.views import text
from bot.views.paging import ROOM, block
from bot.views.sources import titled
from retrieval.curate.types import Difference
from retrieval.types import Source

_SHOWN = 12
_WORDS = 320


def changes_view(source: Source, changes: Sequence[Difference]) -> ui.LayoutView:
    """The changes of a source; what follows them is the preview of the new version."""
    view = ui.LayoutView(timeout=None)
    shown = _fitting(changes)
    count = f"{len(changes):,} paragraph{'' if len(changes) == 1 else 's'}"
    left = f", of which the first {len(shown)} are shown" if len(shown) < len(changes) else ""
    view.add_item(
        ui.TextDisplay(
            f"## What changed\n{titled(source)}\n-# {count}{left}. Nothing is changed here yet: the preview below has "
            "the button that takes the new version."
        )
    )
    view.add_item(block(shown))
    return view


def _fitting(changes: Sequence[Difference]) -> list[str]:
    shown: list[str] = []
    for change in changes[:_SHOWN]:
        words = _pair(change)
        if sum(map(len, shown)) + len(words) > ROOM:
            break
        shown.append(words)
    return shown


def _pair(change: Difference) -> str:
    if change.before is None:
        return f"**New**\n> {text.quoted(change.after or '', _WORDS)}"
    if change.after is None:
        return f"**Gone**\n> {text.quoted(change.before, _WORDS)}"
    return f"**Was**\n> {text.quoted(change.before, _WORDS)}\n**Is now**\n> {text.quoted(change.after, _WORDS)}"
