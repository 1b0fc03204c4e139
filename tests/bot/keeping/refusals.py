"""What a person is told by a command that is refused."""

from __future__ import annotations

from typing import Any

from tests.bot.town import Town, read


def refusal(town: Town, result: Any) -> str:
    """The one sentence of a refused command; the tree reports each to discord.py as well, which SimCord counts."""
    assert town.env.errors
    assert result.followups == []
    assert result.response.ephemeral
    return read(result.response)
