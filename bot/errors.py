"""One door for everything that goes wrong: an exception in, one sentence for the person out, and an id in the log.

Every way in leads here: commands, message menus and autocomplete through the tree, buttons, menus and forms through
``commands.presses``. What a person did wrong, or cannot have, is a line in the log; our faults have a traceback.
"""

from __future__ import annotations

import logging
import math
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.reply import say
from bot.views import text
from retrieval.errors import RejoinderError

_log = logging.getLogger(__name__)
_LONGEST = 1_500
Tell = Callable[[discord.Interaction[Any], str], Awaitable[None]]
"""A way to tell a person one sentence."""
GONE = {
    10_008: "the message is gone",
    10_015: "the reply's address has expired",
    10_062: "the interaction has expired or was answered elsewhere",
    40_060: "the interaction was answered already, perhaps by a second process with the same token",
    50_027: "the reply's address has expired",
}
"""Discord's codes that mean nobody can be told any more (discord-api-docs, opcodes-and-status-codes)."""
_PERMISSIONS = {
    50_001: "View Channel",
    50_013: "View Channel and Send Messages (in threads: Send Messages in Threads)",
    50_083: "a thread that is not archived",
}


class Cooldown(app_commands.CheckFailure):
    """A member asked more often than allowed; ``wait`` is in seconds."""

    def __init__(self, asks: int, per: float, wait: float) -> None:
        super().__init__(f"{asks} in {per} s, wait {wait:.1f} s")
        self.asks, self.per, self.wait = asks, per, wait


class Lacking(app_commands.CheckFailure):
    """A permission is missing in a channel; the sentence says whose and which."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One sentence for the person; ``ours`` when the fault is ours, so that the log gets the traceback."""

    sentence: str
    ours: bool = False


def explain(error: BaseException) -> Explanation:
    """The sentence for an exception, by the nearest of its classes that the table knows."""
    cause = _unwrap(error)
    for kind in type(cause).__mro__:
        if kind in _TABLE:
            return _TABLE[kind](cause)
    return Explanation("Something went wrong on our side; please try again in a moment.", ours=True)


async def answer_error(
    interaction: discord.Interaction[Any], error: BaseException, doing: str, tell: Tell = say
) -> None:
    """Tell the person in one sentence with an id, and the log with the same id; never raises.

    Args:
        interaction: What the person did; answered, deferred or expired, all are fine.
        error: What came of it.
        doing: What was being done, for the log ("command claim ask", "button more").
        tell: How the person is told.
    """
    error_id = secrets.token_hex(4)
    cause = _unwrap(error)
    if isinstance(cause, discord.HTTPException) and cause.code in GONE:
        _log.warning("%s: nobody to answer, %s (id %s)", doing, GONE[cause.code], error_id)
        return
    try:
        await tell(interaction, note(cause, doing, error_id))
    except discord.HTTPException as late:
        _log.warning("%s: could not tell the person, %s (id %s)", doing, GONE.get(late.code, str(late)), error_id)
    except (aiohttp.ClientError, OSError, RuntimeError) as late:
        _log.warning("%s: could not tell the person, %r (id %s)", doing, late, error_id)


def note(error: BaseException, doing: str, error_id: str | None = None) -> str:
    """Put an exception into the log; returns the sentence for the person, with the id that the log has."""
    error_id = error_id or secrets.token_hex(4)
    cause = _unwrap(error)
    told = explain(cause)
    if told.ours:
        _log.error("%s failed (id %s)", doing, error_id, exc_info=cause)
    else:
        _log.info("%s: %s (id %s)", doing, type(cause).__name__, error_id)
    return f"{told.sentence[:_LONGEST]}\n-# id {error_id}"


def explain_login_failure(error: BaseException) -> str:
    """One sentence for an operator whose bot does not start: what is wrong and what to do."""
    for kind in type(error).__mro__:
        if kind in _LOGIN:
            return _LOGIN[kind](error)
    return f"The bot stopped: {type(error).__name__}: {error}."


def _unwrap(error: BaseException) -> BaseException:
    """The exception inside what discord.py wraps around a command's own."""
    while isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    return error


def _own_sentence(error: BaseException) -> Explanation:
    return Explanation(text.escape(str(error)) or "That cannot be done.")


def _cooldown(error: BaseException) -> Explanation:
    assert isinstance(error, Cooldown)  # noqa: S101  # the table maps this class to this function
    seconds = max(1, math.ceil(error.wait))
    times = f"{error.asks} questions in {error.per:g} seconds"
    return Explanation(f"You have reached the limit of {times}; you can ask again in {seconds} s.")


def _http(error: BaseException) -> Explanation:
    assert isinstance(error, discord.HTTPException)  # noqa: S101  # as above
    if error.code in _PERMISSIONS:
        return Explanation(
            f"I may not write here: please ask a moderator to give me the permission {_PERMISSIONS[error.code]}."
        )
    return Explanation("Discord did not accept the reply; please try again in a moment.", ours=True)


def _permissions(error: BaseException) -> Explanation:
    names = [name.replace("_", " ").title() for name in getattr(error, "missing_permissions", [])]
    whose = "I need" if isinstance(error, app_commands.BotMissingPermissions) else "You need"
    return Explanation(f"{whose} the permission {', '.join(names)} for this.")


def _fixed(sentence: str, *, ours: bool = False) -> Callable[[BaseException], Explanation]:
    return lambda _error: Explanation(sentence, ours=ours)


_TABLE: dict[type[BaseException], Callable[[BaseException], Explanation]] = {
    RejoinderError: _own_sentence,
    Cooldown: _cooldown,
    Lacking: _own_sentence,
    app_commands.CommandNotFound: _fixed("This command is from an older version of me; restart Discord and try again."),
    app_commands.CommandSignatureMismatch: _fixed(
        "This command has just changed; restart Discord and try again in a minute."
    ),
    app_commands.TransformerError: _fixed("One of the options cannot be read; please type it again."),
    app_commands.MissingPermissions: _permissions,
    app_commands.BotMissingPermissions: _permissions,
    app_commands.CheckFailure: _fixed("You may not do this here."),
    TimeoutError: _fixed("That took too long; please try again in a moment.", ours=True),
    discord.HTTPException: _http,
    aiohttp.ClientError: _fixed("The connection to Discord broke; please try again.", ours=True),
}

_LOGIN: dict[type[BaseException], Callable[[BaseException], str]] = {
    RejoinderError: str,
    discord.LoginFailure: lambda _error: (
        "Discord does not accept the bot token: copy it again (or reset it) at "
        "https://discord.com/developers/applications, page Bot, and put it into .env as DISCORD_TOKEN."
    ),
    discord.PrivilegedIntentsRequired: lambda _error: (
        "Discord refuses the intents of this bot, although it asks for none that is privileged: "
        "check that the token belongs to the application you mean."
    ),
    discord.GatewayNotFound: lambda _error: "Discord's gateway cannot be found; see https://discordstatus.com.",
    discord.ConnectionClosed: lambda error: (
        f"Discord closed the connection (code {getattr(error, 'code', 'unknown')}); "
        "check the token, then see https://discordstatus.com."
    ),
    discord.HTTPException: lambda error: (
        f"Discord answered with an error ({getattr(error, 'status', 'unknown')}); see https://discordstatus.com and "
        "start again later."
    ),
    aiohttp.ClientError: lambda _error: "Discord cannot be reached; check this machine's network and start again.",
    OSError: lambda _error: "Discord cannot be reached; check this machine's network and start again.",
}
