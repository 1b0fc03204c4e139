"""The log of a server's sources, and what the server decided about it, as its moderators see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from discord import ui

from bot.views import text
from bot.views.buttons import Action, button, role_menu, row
from bot.views.removal import day
from retrieval.curate.types import Entry

PER_PAGE = 10
"""Entries of a message; the longest have 350 characters, every mark escaped."""


def log_view(entries: Sequence[Entry], called: Mapping[str, str], posted: str | None, *, more: bool) -> ui.LayoutView:
    """A page of the log, newest first.

    Args:
        entries: The entries of this page, at most ``PER_PAGE``.
        called: What to call the people in it; escaped.
        posted: What to call the channel that changes are posted to; escaped; None when there is none.
        more: Whether there are older ones.
    """
    view = ui.LayoutView(timeout=None)
    where = f"posted to {posted}" if posted else "not posted to any channel; /source log channel: sets one"
    lines = [entry_line(entry, called) for entry in entries] or ["No source was changed here yet."]
    view.add_item(ui.TextDisplay("\n".join([f"## Changes of sources\n-# Changes are {where}.", *lines])))
    buttons = [button("Older", Action("log", str(entries[-1].key)))] if more and entries else []
    if posted:
        buttons.append(button("Stop posting", Action("logstop", "")))
    if buttons:
        view.add_item(row(*buttons))
    return view


def posted_view(entries: Sequence[Entry], called: Mapping[str, str], earlier: int = 0) -> ui.LayoutView:
    """Changes as they are posted to the server's channel, oldest first; ``earlier`` ones are only counted."""
    view = ui.LayoutView(timeout=None)
    before = [f"-# {earlier:,} more before these: /source log shows them."] if earlier else []
    view.add_item(ui.TextDisplay("\n".join([*before, *(entry_line(entry, called) for entry in entries)])))
    return view


def entry_line(entry: Entry, called: Mapping[str, str]) -> str:
    """One entry: when, who, what, which source."""
    title = f" “{text.escape(text.clip(entry.title, 50))}”" if entry.title else ""
    about = f" · {text.escape(text.clip(entry.source, 30))}{title}" if entry.source else ""
    what = text.escape(text.clip(entry.what, 30))
    return f"-# {day(entry.at)} · {called.get(entry.who, 'somebody')} · {what}{about}"


def curators_view(role: str | None) -> ui.LayoutView:
    """Who may change sources, with a menu that names another role; ``role`` is escaped, None when there is none."""
    view = ui.LayoutView(timeout=None)
    named = f" and the role **{role}**" if role else ""
    view.add_item(
        ui.TextDisplay(
            "## Who may change this server's sources\n"
            f"People with the permission Manage Server{named}. Only people with that permission can change this."
        )
    )
    view.add_item(row(role_menu("Name a role", Action("curators", ""))))
    if role:
        view.add_item(row(button("No role", Action("curatorsnone", ""))))
    return view
