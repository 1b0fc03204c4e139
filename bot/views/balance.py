"""A balance in words, around its picture: what it shows, what to look out for, and a description for the blind."""

from __future__ import annotations

from collections import Counter

import discord
from discord import ui

from bot.views import text
from bot.views.answer import article_line
from bot.views.paging import block
from retrieval.curate.types import Balance
from retrieval.types import Stance

NAME = "balance.png"
_ALT = 1_024
"""Characters of a picture's description (Discord's limit)."""
_WARNINGS = 8
_WARNING = 300
_SIDES = {Stance.REFUTES: "against", Stance.SUPPORTS: "for", Stance.NEUTRAL: "related"}


def balance_view(found: Balance) -> ui.LayoutView:
    """The picture, which is attached as ``NAME``, between its heading and the warnings."""
    view = ui.LayoutView(timeout=None)
    counts = f"{len(found.claims):,} claims, {len(found.sources):,} references that speak of at least one"
    head = (
        f"## How the references cover the claims\n{article_line(found.article)}\n-# {counts}. The embedded judge read "
        "them; it can be wrong, and what it reads in a reference is no verdict on the claim."
    )
    view.add_item(ui.TextDisplay(head))
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{NAME}", description=described(found))))
    warned = [f"- {text.shorten(warning, _WARNING)[0] or text.MORE}" for warning in found.warnings[:_WARNINGS]]
    view.add_item(block(["### To look out for\n" + "\n".join(warned) if warned else "Nothing to look out for."]))
    return view


def described(found: Balance) -> str:
    """What the picture shows, claim by claim, as far as a description has room."""
    told = f"A grid of {len(found.claims)} claims and {len(found.sources)} references. References on each claim: "
    lines = [_counted(found, claim.number) for claim in found.claims]
    shown: list[str] = []
    for line in lines:
        if len(told) + sum(len(one) + 2 for one in [*shown, line]) > _ALT - 20:
            shown.append("and more")
            break
        shown.append(line)
    return f"{told}{'; '.join(shown)}."[:_ALT]


def _counted(found: Balance, number: str) -> str:
    """The references on one claim: "C01 2 against, 1 for"."""
    counts = Counter(stance for (claim, _), (stance, _) in found.cells.items() if claim == number)
    said = ", ".join(f"{counts[side]} {word}" for side, word in _SIDES.items() if counts[side])
    return f"{text.clip(number, 20)} {said or 'none'}"
