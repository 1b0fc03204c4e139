"""What can go wrong with a chat model, sorted by what to do about it.

Providers raise their own exceptions, so these are read by what they carry (an HTTP status, an error code, a message),
not by class; the ways in which the openai client fails were measured against a faulty server (tests/retrieval/chat).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum


class Trouble(StrEnum):
    """Why there is no written answer."""

    LATE = "late"
    """The deadline passed."""
    UNREACHABLE = "unreachable"
    """No connection, a broken one, or a server error: may pass."""
    LIMITED = "limited"
    """Too many requests: may pass."""
    REJECTED_KEY = "rejected key"
    NO_MODEL = "no model"
    """The server does not know the model, or the address is wrong."""
    NO_CREDIT = "no credit"
    CONTEXT = "context"
    """The prompt does not fit; the server says so."""
    CUT_PROMPT = "cut prompt"
    """The server read only a part of the prompt and did not say so."""
    UNSUPPORTED = "unsupported"
    """The server refuses this way of asking."""
    UNREADABLE = "unreadable"
    """What came back is not what was asked for."""
    CUT_REPLY = "cut reply"
    """The reply stops before its end."""
    DECLINED = "declined"
    """The model or its provider will not answer this."""
    RESTING = "resting"
    """Not asked: it failed too often a moment ago."""
    SPENT = "spent"
    """Not asked: the budget of the day is used up."""
    UNFOUNDED = "unfounded"
    """Too little of the reply held up against the sources."""


HOPELESS = frozenset({Trouble.REJECTED_KEY, Trouble.NO_MODEL, Trouble.NO_CREDIT})
"""Asking again changes nothing until the operator does something."""
PASSING = frozenset({Trouble.UNREACHABLE, Trouble.LIMITED})
"""Worth another try."""
STEP_DOWN = frozenset({Trouble.UNSUPPORTED, Trouble.UNREADABLE})
"""A simpler way of asking may work."""
BLAMELESS = frozenset({Trouble.DECLINED, Trouble.CONTEXT, Trouble.RESTING, Trouble.SPENT, Trouble.UNFOUNDED})
"""Due to this one question or to us: they say nothing about whether the model can be reached."""


class Fault(Exception):
    """A call or a whole question failed. ``wait`` is how many seconds the server asked to wait, if it did."""

    def __init__(self, trouble: Trouble, detail: str = "", wait: float | None = None) -> None:
        super().__init__(f"{trouble}: {detail}" if detail else str(trouble))
        self.trouble, self.wait = trouble, wait


_QUOTA = re.compile(r"insufficient_quota|exceeded your current quota|billing|credit balance", re.IGNORECASE)
_CONTEXT = re.compile(
    r"context_length|context (?:length|window|size)|maximum context|prompt is too long|too many tokens", re.IGNORECASE
)
_FILTER = re.compile(r"content_filter|content management policy|safety|moderation", re.IGNORECASE)
_MODEL = re.compile(r"model[^.]{0,80}(?:not found|does not exist|not loaded|unknown)|model_not_found", re.IGNORECASE)

_DETAIL = 200
"""Characters of a message that are kept for the log."""
_BAD_REQUEST = frozenset({400, 405, 413, 415, 422, 501})
_REJECTED = frozenset({401, 403})
_PAID = 402
_TOO_LARGE = 413
_MISSING = frozenset({404, 410})
_BUSY = frozenset({409, 425, 429})
_TIMED_OUT = 408
_SERVER = 500


def fault(error: Exception) -> Fault:
    """What an exception from a chat client means."""
    detail = f"{type(error).__name__}: {error}"[:_DETAIL]
    status = _status(error)
    trouble = _by_name(error) if status is None else _by_status(status, f"{detail} {_code(error)} {error}")
    return Fault(Trouble.CONTEXT if status == _TOO_LARGE else trouble, detail, _wait(error))


def _by_status(status: int, said: str) -> Trouble:
    if status == _PAID or (_QUOTA.search(said) and status in _BUSY | _REJECTED):
        return Trouble.NO_CREDIT
    if status in _REJECTED:
        return Trouble.REJECTED_KEY
    if status in _MISSING:
        return Trouble.NO_MODEL
    if status in _BUSY:
        return Trouble.LIMITED
    if status in _BAD_REQUEST:
        return _bad_request(said)
    return Trouble.UNREACHABLE if status >= _SERVER or status == _TIMED_OUT else Trouble.UNREADABLE


def _bad_request(said: str) -> Trouble:
    for sign, trouble in ((_CONTEXT, Trouble.CONTEXT), (_FILTER, Trouble.DECLINED), (_MODEL, Trouble.NO_MODEL)):
        if sign.search(said):
            return trouble
    return Trouble.UNSUPPORTED


def _by_name(error: Exception) -> Trouble:
    """Errors without a status: raised by the client or by langchain, told apart by the names of their classes."""
    names = " ".join(kind.__name__ for kind in type(error).__mro__)
    signs = {
        "LengthFinishReason": Trouble.CUT_REPLY,
        "ContentFilterFinishReason": Trouble.DECLINED,
        "Refusal": Trouble.DECLINED,
        "ContextOverflow": Trouble.CONTEXT,
        "NotImplemented": Trouble.UNSUPPORTED,
        "Timeout": Trouble.LATE,
        "Connection": Trouble.UNREACHABLE,
        "Transport": Trouble.UNREACHABLE,
        "Protocol": Trouble.UNREACHABLE,
        "OSError": Trouble.UNREACHABLE,
    }
    return next((trouble for sign, trouble in signs.items() if sign in names), Trouble.UNREADABLE)


def _status(error: Exception) -> int | None:
    """The HTTP status that an exception, or the one it came from, carries."""
    for one in _chain(error):
        status = getattr(one, "status_code", None)
        if isinstance(status, int):
            return status
    return None


def _code(error: Exception) -> str:
    return " ".join(str(code) for one in _chain(error) if (code := getattr(one, "code", None)))


def _wait(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None)
    if not isinstance(headers, Mapping):
        return None
    told = headers.get("retry-after", "")
    try:
        return max(0.0, float(told))
    except ValueError:
        return _until(told)


def _until(moment: str) -> float | None:
    """Seconds until a moment in the form of HTTP, such as "Wed, 21 Oct 2026 07:28:00 GMT"; None if it is none."""
    try:
        return max(0.0, (parsedate_to_datetime(moment) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
