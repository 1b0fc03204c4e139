"""`rejoinder budget`: what a server used of the chat model today."""

from __future__ import annotations

from typing import Any

import typer

from bot.console import plain
from bot.terminal.context import DEFAULT_SPACE, JsonOption, OwnSpaceOption, print_json, terminal
from bot.views.budget import budget_lines
from retrieval.chat.budget import Spending


def budget(context: typer.Context, space: OwnSpaceOption = DEFAULT_SPACE, as_json: JsonOption = False) -> None:
    """Show what a server used of the chat model today, and its limits; each server and day (UTC) has its own.

    Examples:

      rejoinder budget

      rejoinder budget --space 123456789012345678 --json
    """
    here = terminal(context)
    spending = here.with_house(lambda house: house.library.spending(space), embed=False)
    if as_json:
        print_json(spending_object(spending) if spending else None)
    else:
        here.out.print(plain("\n".join(budget_lines(spending))), soft_wrap=True)


def spending_object(spending: Spending) -> dict[str, Any]:
    """What ``rejoinder budget --json`` prints; a limit is null where there is none."""
    used, limits = spending.used, spending.limits
    return {
        "model": spending.model,
        "day": spending.day.isoformat(),
        "tokens": {"read": used.read, "written": used.written, "limit": limits.tokens},
        "money": {"used": spending.money, "limit": limits.money},
        "spent": spending.spent,
    }
