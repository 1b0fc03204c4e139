"""What is secret stays out of the log, at every level, whatever a library writes there.

Libraries log more than they mean to: httpx a request's address with the password in it, discord.py at DEBUG every event
with the token that answers it, a server's error message the key that it refuses. So the log's formatter, which all
lines and tracebacks pass, replaces what the settings call secret, and what looks like a secret.
"""

from __future__ import annotations

import base64
import logging
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

HIDDEN = "[secret]"
SHORTEST = 6
"""Characters; replacing a shorter value everywhere would shred the log, and it is hardly one to protect."""

_SHAPES = (
    re.compile(r"(?<![\w.-])()[\w-]{20,32}\.[\w-]{5,8}\.[\w-]{25,}"),  # a Discord bot token
    re.compile(r"(?<![\w-])()sk-[\w-]{12,}"),  # an API key
    re.compile(r"(\b(?:Bearer|Basic|Bot)\s+)(?=\S*\d)[\w.~+/=-]{12,}"),  # an Authorization header
    re.compile(r"(://)[^/?#\s'\"@]+(?=@)"),  # the user and password of an address
    re.compile(r"(/(?:webhooks|interactions)/\d+/)[\w-]{12,}"),  # the address that answers an interaction
    re.compile(r"(['\"]token['\"]:\s*b?['\"])[^'\"]+"),  # the same in an event; a login
)
"""Each keeps its first group."""


class Discreet(logging.Formatter):
    """Formats log lines, tracebacks included, without secrets."""

    def __init__(self, form: str, secrets: Iterable[str] = ()) -> None:
        super().__init__(form)
        self._known: tuple[str, ...] = ()
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """From now on leave these out, too."""
        longest_first = sorted({*self._known, *(one for one in secrets if len(one) >= SHORTEST)}, key=len, reverse=True)
        self._known = tuple(longest_first)

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets."""
        return without_secrets(super().format(record), self._known)


def without_secrets(text: str, known: Iterable[str] = ()) -> str:
    """A text with ``known`` values, and whatever looks like a secret, replaced."""
    for secret in known:
        text = text.replace(secret, HIDDEN)
    for shape in _SHAPES:
        text = shape.sub(rf"\g<1>{HIDDEN}", text)
    return text


def hide(secrets: Iterable[str]) -> None:
    """Keep these out of everything that is logged from now on."""
    told = list(secrets)
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, Discreet):
            handler.formatter.hide(told)


def within_address(address: str) -> Iterator[str]:
    """The secrets that an address may hold: its user and password, as written, as meant, and as a header says them."""
    try:
        user, password = urlsplit(address).username or "", urlsplit(address).password or ""
    except ValueError:  # no address at all: there is nothing to take out of it
        return
    if password:
        yield password
        yield unquote(password)
        yield base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    elif user:
        yield user
