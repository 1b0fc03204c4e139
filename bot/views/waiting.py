"""What waits to be confirmed, for a moderator who asks for it."""

from __future__ import annotations

from discord import ui

from bot.views.adding import WAITING, sentence_view, waiting_view
from retrieval.curate.types import Waiting

_EMPTY = "Nothing waits to be confirmed here; /source add hands a source in."
_UNREADABLE = "What waits here cannot be shown any more; please hand it in again."


def awaiting_view(waiting: Waiting) -> ui.LayoutView:
    """The newest previews that wait in a server, and how many more do. For a moderator's own eyes."""
    drafts = waiting.drafts[:WAITING]
    count = len(waiting.drafts) + waiting.more
    if not drafts:
        return sentence_view(_UNREADABLE if count else _EMPTY)
    told = f"{count} source{' waits' if count == 1 else 's wait'} to be confirmed here."
    more = count - len(drafts)
    if more:
        told = (
            f"{count} sources wait to be confirmed here, {more} more than are listed; add or cancel some to see them."
        )
    return waiting_view(told, drafts)
