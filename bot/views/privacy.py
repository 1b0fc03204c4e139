"""What ``/privacy show`` shows: what is kept about people, and how much of it is about the person who asks."""

from __future__ import annotations

from discord import ui

from retrieval.store.people import Kept


def kept_view(general: str, about: Kept | None, conversations: int) -> ui.LayoutView:
    """The general text, then the counts of one person, for their own eyes.

    Args:
        general: What is kept about people, and for how long.
        about: How much is kept about this person; None where nobody can tell.
        conversations: How many of theirs are remembered.
    """
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(general))
    if about is not None:
        lines = _counts(about, conversations) or ["Nothing."]
        view.add_item(ui.TextDisplay("\n".join(["**About you, at this moment, in all servers together**", *lines])))
    return view


def _counts(about: Kept, conversations: int) -> list[str]:
    """A line for each kind of which there is something."""
    counted = (
        (about.drafts, "thing that you handed in, for a day or two", "things that you handed in, for a day or two"),
        (about.log, "entry of a server's log", "entries of servers' logs"),
        (about.sources, "source that says you added it", "sources that say you added them"),
        (about.answers, "answer that quotes such a source", "answers that quote such sources"),
        (about.previews, "preview of somebody else that names you", "previews of others that name you"),
        (about.feedback, "answer that you found helpful or not", "answers that you found helpful or not"),
        (conversations, "conversation, in memory only", "conversations, in memory only"),
    )
    return [f"• {count:,} {one if count == 1 else several}" for count, one, several in counted if count]
