"""The numbered claims of the articles: a list to page through, one claim on a card, and choices while typing."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot.views import text
from bot.views.answer import ACCENT, article_line
from bot.views.buttons import Action, button, claim_subject, menu, row, source_key
from bot.views.citations import where
from retrieval.answer.compose import about_whole, attribution
from retrieval.types import Claim, Source

PER_PAGE = 8
_CLAIM = 300
"""Characters of one claim in the list: eight of them and the headings fit one message."""


def claims_view(claims: list[Claim], articles: list[Source], page: int, article: Source | None = None) -> ui.LayoutView:
    """Page ``page`` (from 0) of the claims, with a menu that asks about one of them.

    Args:
        claims: All claims that the list goes through, in order.
        articles: The articles that they belong to.
        page: Which page; the nearest one there is when out of range.
        article: The one article that the list is about, if it was asked for.
    """
    last = max(0, (len(claims) - 1) // PER_PAGE)
    page = max(0, min(page, last))
    shown = claims[page * PER_PAGE : (page + 1) * PER_PAGE]
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(_list_head(articles, article, page, last)))
    if not shown:
        view.add_item(ui.TextDisplay("There are no numbered claims here yet."))
        return view
    lines = [claim_line(claim) for claim in shown]
    view.add_item(ui.Container(*(ui.TextDisplay[Any](line) for line in lines), accent_colour=ACCENT))
    view.add_item(row(_claim_menu(shown, page)))
    if last:
        subject = source_key(article.id) if article else ""
        back = button("Back", Action("claims", subject, max(0, page - 1)), disabled=page == 0)
        forth = button("Next", Action("claims", subject, page + 1), disabled=page == last)
        view.add_item(row(back, forth))
    return view


def claim_view(claim: Claim, article: Source | None) -> ui.LayoutView:
    """One claim: what the article claims, where, and a button that looks for the evidence."""
    view = ui.LayoutView(timeout=None)
    shown, cut = text.shorten(claim.text, 1_500)
    lines = [f"## Claim {_number(claim)}", f"{attribution(claim)}: {shown}{' ' + text.MORE if cut else ''}"]
    places = [place for place in map(where, claim.locators) if place]
    if places:
        lines.append(f"-# Where: {'; '.join(places[:6])}")
    if article:
        lines.append(f"-# {article_line(article)}")
    view.add_item(ui.TextDisplay("\n".join(lines)))
    view.add_item(row(button("Show the evidence", Action("claim", claim_subject(claim)))))
    return view


def choice_name(claim: Claim) -> str:
    """What autocomplete shows for a claim; 1 to 100 characters."""
    return text.clip(f"{claim.number} · {claim.text}", 100)


def claim_line(claim: Claim) -> str:
    """A claim in a list: its number and its words, shortened to a few lines."""
    shown, cut = text.shorten(claim.text, _CLAIM)
    label = f"{attribution(claim)}: " if about_whole(claim) else ""
    return f"**{_number(claim)}** {label}{shown}{' ' + text.MORE if cut else ''}"


def _number(claim: Claim) -> str:
    return text.escape(text.clip(claim.number, 20)) or "without a number"


def _list_head(articles: list[Source], article: Source | None, page: int, last: int) -> str:
    only = article or (articles[0] if len(articles) == 1 else None)
    about = article_line(only) if only else f"From {len(articles)} articles"
    return f"## What the article claims\n-# {about}\n-# Page {page + 1} of {last + 1}"


def _claim_menu(claims: list[Claim], page: int) -> Any:
    options = {
        claim_subject(claim): discord.SelectOption(
            label=text.clip(claim.number, 100) or "claim",
            value=claim_subject(claim),
            description=text.clip(claim.text, 100) or None,
        )
        for claim in claims
    }
    return menu("Show the evidence on a claim", list(options.values()), Action("claim", "", page))
