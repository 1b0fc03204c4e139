"""Every request that the bot makes, seen on its way to the simulated Discord and judged.

By Discord's OpenAPI file where ``../shared`` is there, and by the hand rules always.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

from simcord.http import router

from tests.bot.openapi import specification
from tests.bot.rules import Request, violations
from tests.conftest import SHARED

FILE: Path = SHARED / "platform" / "discord-openapi.json"


class Wire:
    """Collects requests and what is wrong with them."""

    def __init__(self, file: Path = FILE) -> None:
        self.requests: list[Request] = []
        self.wrong: list[str] = []
        self._specification = specification(file) if file.is_file() else None

    def see(self, request: Request) -> None:
        """Judge one request."""
        self.requests.append(request)
        found = violations(request)
        if self._specification is not None and request.method != "GET":
            found += self._specification.violations(request.method, request.path, request.body)
        self.wrong += [f"{request.method} {request.path}: {wrong}" for wrong in found]

    def hook(self, dispatch: Callable[..., Any] = router.dispatch) -> Callable[..., Any]:
        """SimCord's dispatch, with this wire before it."""

        def watched(backend: Any, method: str, path: str, **rest: Any) -> Any:
            self.see(_request(backend, method, path, rest.get("json")))
            return dispatch(backend, method, path, **rest)

        return watched

    def sent(self, method: str, ending: str) -> list[Request]:
        """The requests of a method whose path ends so."""
        return [request for request in self.requests if request.method == method and request.path.endswith(ending)]


def _request(backend: Any, method: str, path: str, body: Any) -> Request:
    parts = path.strip("/").split("/")
    record = backend.interactions.get(int(parts[1])) if parts[0] == "interactions" else None
    kind = int(record.type) if record else None
    return Request(method, path, deepcopy(body), kind, bool(record and record.source_message_id))
