"""What adding a source says beside its previews: how far it is, what came of it, and what waits for a moderator."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.views import text
from bot.views.buttons import Action, button, row
from bot.views.draft import called
from retrieval.curate.types import Draft, Stage
from retrieval.store.versions import Change, ChangeKind
from retrieval.types import Role

_LINE = 350
_LINES = 10
"""Lines of one message, each about one thing handed in; no form takes more things."""
WAITING = 10
"""Drafts told of in one message: two rows of five buttons."""
_IN_A_ROW = 5
_RESTARTED = "I was restarted while sources were being added."
IMPORTED = "The sources of a file are imported."
"""What a channel is told of an import; what came in can be seen with /source list."""
_DONE = {
    ChangeKind.ADDED: "is added",
    ChangeKind.CHANGED: "has a new version now",
    ChangeKind.UNCHANGED: "was there already, word for word; nothing is changed",
}
_READY = {
    Role.REFERENCE: " Answers quote it from now on where it bears on a claim.",
    Role.ARTICLE: " Its claims can be asked about now, with /claim ask.",
}


def lines_view(heading: str, lines: Sequence[str]) -> ui.LayoutView:
    """A heading of our own and a line about each of at most ten things; the lines are escaped already."""
    view = ui.LayoutView(timeout=None)
    parts = [f"**{heading}**" if heading else "", *(line[:_LINE] for line in lines[:_LINES])]
    view.add_item(ui.TextDisplay("\n".join(part for part in parts if part) or text.MORE))
    return view


def step_line(name: str, what: str, done: int, total: int) -> str:
    """How far one thing is: "page.html: reading, 3 of 12"."""
    shown = text.escape(text.clip(what, 60)).lower() or "waiting"
    count = f", {done:,} of {total:,}" if total > 1 else ""
    return f"{named(name)}: {shown}{count}"


def named(name: str) -> str:
    """What was handed in, short enough for a line."""
    return text.escape(text.clip(name, 80)) or "what you handed in"


def sentence_view(sentence: str) -> ui.LayoutView:
    """One sentence of our own, at most 1,600 characters with its id."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(sentence))
    return view


def added_view(draft: Draft, change: Change) -> ui.LayoutView:
    """What came of adding; for everybody to see, since the source can be quoted now."""
    counts = [_counted(change.passages, "passage")]
    if draft.document and draft.document.claims:
        counts.append(_counted(len(draft.document.claims), "claim"))
    title = text.link(change.source.title, change.source.url, 160)
    ready = "" if change.kind is ChangeKind.UNCHANGED else _READY[change.source.role]
    return sentence_view(f"{title} {_DONE[change.kind]} ({', '.join(counts)}).{ready}")


def offer_view(drafts: Sequence[Draft], failed: int = 0) -> ui.LayoutView:
    """The channel's message for at most ``WAITING`` previews that their moderator can no longer be shown.

    ``failed`` is how many things were handed in with them and could not be read.

    Everybody sees it, so it names nothing; only a moderator is shown a preview.
    """
    view = ui.LayoutView(timeout=None)
    lost = f" {failed} more could not be read; please hand in again what is missing." if failed else ""
    told = "What was handed in could not be read; please hand it in again."
    if len(drafts) == 1:
        told = f"A source that was handed in is read; a moderator can look at it and add it.{lost}"
    elif drafts:
        told = f"{len(drafts)} sources that were handed in are read; a moderator can look at them and add them.{lost}"
    view.add_item(ui.TextDisplay(told))
    if len(drafts) == 1:
        view.add_item(row(button("Show the preview", Action("draftshow", drafts[0].id))))
    else:
        _add_buttons(view, list(enumerate(drafts, 1)))
    return view


def waiting_view(told: str, drafts: Sequence[Draft]) -> ui.LayoutView:
    """A refusal for want of room, at most 1,600 characters, and a way to at most ``WAITING`` previews that wait.

    For a moderator's own eyes, since it names them.
    """
    view = ui.LayoutView(timeout=None)
    lines = [f"{number}. {_titled(draft)}" for number, draft in enumerate(drafts, 1)]
    view.add_item(ui.TextDisplay("\n".join([told, "**These wait: yours first, the newest first**", *lines])))
    _add_buttons(view, list(enumerate(drafts, 1)))
    return view


def interrupted_view(drafts: Sequence[Draft]) -> ui.LayoutView:
    """What became of at most ``WAITING`` drafts that a restart interrupted, for the channel they came from.

    A preview is for moderators, so nothing of a draft is told here but whether it was read, and why not.
    """
    view = ui.LayoutView(timeout=None)
    lines = [_RESTARTED, *(f"{number}. {_outcome(draft)}" for number, draft in enumerate(drafts, 1))]
    view.add_item(ui.TextDisplay("\n".join(lines)))
    waiting = [(number, draft) for number, draft in enumerate(drafts, 1) if draft.stage is Stage.AWAITING]
    _add_buttons(view, waiting)
    return view


def expired_view(count: int) -> ui.LayoutView:
    """That nobody decided in time on so many drafts, for the channel they came from."""
    if count == 1:
        return sentence_view(
            "A preview waited for more than a day, so it was tidied away; please hand the source in again if it is "
            "still to be added."
        )
    return sentence_view(
        f"{count:,} previews waited for more than a day, so they were tidied away; please hand the sources in again if "
        "they are still to be added."
    )


def _add_buttons(view: ui.LayoutView, numbered: Sequence[tuple[int, Draft]]) -> None:
    buttons = [button(f"Show preview {number}", Action("draftshow", draft.id)) for number, draft in numbered]
    for first in range(0, len(buttons), _IN_A_ROW):
        view.add_item(row(*buttons[first : first + _IN_A_ROW]))


def _titled(draft: Draft) -> str:
    return named((draft.document.source.title if draft.document else None) or draft.where)


def _outcome(draft: Draft) -> str:
    if draft.stage is Stage.KEPT:
        return f"{called(draft)} is added."
    if draft.stage is Stage.IMPORTED:
        return IMPORTED
    if draft.stage is Stage.AWAITING:
        return "One is read and waits for a moderator to look at it."
    why = text.shorten(draft.why or "", 220)[0] or "Please hand it in again."
    return f"One could not be added. {why}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
