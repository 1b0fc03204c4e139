"""A quote among its neighbours: the passage with the quote in bold, and what stands before and after it."""

from __future__ import annotations

from discord import ui

from bot.views import text
from bot.views.answer import ACCENT
from bot.views.citations import record, where
from retrieval.types import Context, Locator, Passage

_NEIGHBOUR = 700
_AROUND = 500
_QUOTE = 1_100


def context_view(context: Context, label: str) -> ui.LayoutView:
    """The passage of one citation as its readers meet it; 3,900 characters at most."""
    view = ui.LayoutView(timeout=None)
    title = text.link(context.source.title, context.source.url)
    notes = " · ".join(note for note in (where(_locator(context.passage)), record(context.source)) if note)
    head = f"## {text.escape(text.clip(label, 12)) or 'A quote'} in context\n{title}"
    view.add_item(ui.TextDisplay(f"{head}\n-# {notes}" if notes and len(notes) < _NEIGHBOUR else head))
    before = _ending(" ".join(passage.text for passage in context.before))
    after = _beginning(" ".join(passage.text for passage in context.after), _NEIGHBOUR)
    parts = [before, _marked(context), after]
    view.add_item(ui.Container(*(ui.TextDisplay(part) for part in parts if part), accent_colour=ACCENT))
    return view


def _marked(context: Context) -> str:
    """The passage with the quote in bold; far ends are left out by whole sentences."""
    whole = context.passage.text
    before, after = whole[: context.quote_start], whole[context.quote_end :]
    quote, cut = text.shorten(whole[context.quote_start : context.quote_end], _QUOTE)
    bold = f"**{quote}**" if quote else ""
    middle = [_ending(before, _AROUND), bold, text.MORE if cut else "", _beginning(after, _AROUND)]
    return " ".join(part for part in middle if part) or text.MORE


def _beginning(words: str, room: int) -> str:
    shown, cut = text.shorten(words, room)
    return f"{shown} {text.MORE}".strip() if cut else shown


def _ending(words: str, room: int = _NEIGHBOUR) -> str:
    """The last sentences that fit, with […] before them when something is left out."""
    shown, cut = text.last(words, room)
    return f"{text.MORE} {shown}".strip() if cut else shown


def _locator(passage: Passage) -> Locator:
    return Locator(passage.heading, passage.paragraph, passage.body_paragraph, passage.page)
