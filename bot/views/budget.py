"""What a server used of the chat model today, in lines that read well in Discord and in a terminal."""

from __future__ import annotations

from retrieval.chat.budget import Limits, Spending

NONE_SET = "No chat model is set here: answers are put together from quotes, and cost nothing."


def budget_lines(spending: Spending | None) -> list[str]:
    """One fact a line: model and day, tokens, money when prices are set, and what happens when it is used up."""
    if spending is None:
        return [NONE_SET]
    limits, used = spending.limits, spending.used
    tokens = f"Tokens: {_of(f'{used.total:,}', limits.tokens, ',')} ({used.read:,} read, {used.written:,} written)"
    lines = [f"Chat model {spending.model}, used here today ({spending.day.isoformat()}, UTC)", tokens]
    if spending.money is not None or limits.money is not None:
        lines.append(f"Money: {_of(f'{limits.cost(used):.4f}', limits.money, 'g')}")
    return [*lines, _then(spending, limits)]


def _of(used: str, limit: float | None, form: str) -> str:
    return f"{used}, no limit" if limit is None else f"{used} of {limit:{form}}"


def _then(spending: Spending, limits: Limits) -> str:
    if spending.spent:
        return "It is used up: until midnight UTC answers are put together from quotes, without the model."
    if limits.tokens is None and limits.money is None:
        return "The operator has set no limit."
    return "When it is used up, answers are put together from quotes until midnight UTC."
