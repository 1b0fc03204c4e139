"""Lists that are longer than a message: spread over pages, the same after a restart, with buttons to turn them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from discord import ui

from bot.views.answer import ACCENT
from bot.views.buttons import Action, button, row

ROOM = 3_200
"""Characters of a page beside its head; Discord takes 4,000 of a message."""


def pages(parts: Iterable[str], most: int, room: int = ROOM) -> tuple[tuple[str, ...], ...]:
    """Spread parts over pages, in order; at least one page, which may be empty.

    Args:
        parts: Each is short enough for a page by itself.
        most: Parts of a page.
        room: Characters of a page.
    """
    spread: list[list[str]] = [[]]
    left = room
    for part in parts:
        if spread[-1] and (len(part) > left or len(spread[-1]) == most):
            spread.append([])
            left = room
        spread[-1].append(part)
        left -= len(part)
    return tuple(map(tuple, spread))


def nearest(page: int, count: int) -> int:
    """The page of that number, or the nearest one there is."""
    return max(0, min(page, count - 1))


def block(parts: Iterable[str]) -> ui.Container[Any]:
    """Texts, at least one, in a frame."""
    return ui.Container(*(ui.TextDisplay[Any](part) for part in parts), accent_colour=ACCENT)


def turning(verb: str, subject: str, page: int, count: int) -> ui.ActionRow[Any]:
    """Two buttons that turn the pages of a list."""
    back = button("Back", Action(verb, subject, max(0, page - 1)), disabled=page == 0)
    forth = button("Next", Action(verb, subject, page + 1), disabled=page == count - 1)
    return row(back, forth)


def place(page: int, count: int) -> str:
    """Which page it is, if there are several."""
    return f" · page {page + 1} of {count}" if count > 1 else ""
