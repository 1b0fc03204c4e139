"""A server's sources as a file: what an export holds, and what an import would bring."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import discord
from discord import ui

from bot.views import text
from bot.views.buttons import Action, button, row
from bot.views.paging import block, pages
from bot.views.sources import titled
from retrieval.store.versions import Change, ChangeKind
from retrieval.types import Document

_SHOWN = 15
_WHAT = {ChangeKind.ADDED: "added", ChangeKind.CHANGED: "changed", ChangeKind.UNCHANGED: "there already, unchanged"}


def export_view(name: str, count: int) -> ui.LayoutView:
    """What is said beside the exported file."""
    view = ui.LayoutView(timeout=None)
    view.add_item(
        ui.TextDisplay(
            f"{_counted(count, 'source')}, with the full text of each; only you see this. Another server takes the "
            "file in with /source import.\n-# Check that you may hand these texts on before you share them."
        )
    )
    view.add_item(ui.File[Any](f"attachment://{name}"))
    return view


def import_view(name: str, documents: Sequence[Document], there: Collection[str]) -> ui.LayoutView:
    """What an import would bring, with the buttons that decide; the file stays with the message.

    Args:
        name: Of the attached file.
        documents: What is in it.
        there: Ids of the sources that the server has already.
    """
    view = ui.LayoutView(timeout=None)
    shown = pages((_entry(document, there) for document in documents), _SHOWN)[0]
    left = f", of which the first {len(shown)} are shown" if len(shown) < len(documents) else ""
    view.add_item(
        ui.TextDisplay(
            f"## Import {_counted(len(documents), 'source')}?\n-# Nothing is added yet, and only you see this{left}."
        )
    )
    view.add_item(block(shown))
    view.add_item(ui.File[Any](f"attachment://{name}"))
    yes = button("Import", Action("importyes", ""), style=discord.ButtonStyle.success)
    view.add_item(row(yes, button("Cancel", Action("importno", ""), style=discord.ButtonStyle.danger)))
    return view


def imported_view(changes: Sequence[Change]) -> ui.LayoutView:
    """What came of an import."""
    view = ui.LayoutView(timeout=None)
    counts = [
        f"{number:,} {_WHAT[kind]}" for kind in ChangeKind if (number := sum(one.kind is kind for one in changes))
    ]
    lines = pages((f"- {titled(one.source)} is {_WHAT[one.kind]}" for one in changes), _SHOWN)[0]
    more = f"\n{text.MORE}" if len(lines) < len(changes) else ""
    view.add_item(ui.TextDisplay(f"## Imported: {', '.join(counts)}\n" + "\n".join(lines) + more))
    return view


def _entry(document: Document, there: Collection[str]) -> str:
    source = document.source
    what = "A new version of what is here" if source.id in there else "New"
    facts = f"{source.role.value}, {_counted(len(document.passages), 'passage')}"
    claims = f", {_counted(len(document.claims), 'claim')}" if document.claims else ""
    return f"**{what}** {text.link(source.title, source.url, 100)}\n-# {facts}{claims}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
