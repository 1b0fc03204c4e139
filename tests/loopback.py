"""A site on this machine to fetch from, as the site of any name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from retrieval.ingest.fetch import Fetcher, FetchLimits

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
SIZE = 1_000_000


class Site:
    """A server on loopback that a fetcher finds under any name, and is allowed to reach."""

    def __init__(self) -> None:
        self.seen: list[web.Request] = []
        self.answers: dict[str, Handler] = {}
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        return await self.answers[request.path](request)

    def page(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        """Serve a body under a path; keywords are header names."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        content = {"Content-Type": "text/html; charset=utf-8"} | named

        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(body=body, status=status, headers=content)

        self.answers[path] = answer
        return self.link(path)

    def link(self, path: str, host: str = "news.example") -> str:
        return f"http://{host}:{self.server.port}{path}"

    def fetcher(self, seconds: float = 5.0) -> Fetcher:
        ports = frozenset({80, 443, self.server.port or 0})
        limits = FetchLimits(seconds=seconds, size=SIZE, ports=ports)
        return Fetcher(limits=limits, resolve=on_loopback, judge=anything)


async def on_loopback(_: str) -> list[str]:
    return ["127.0.0.1"]


def anything(_: str) -> None:
    """Everything passes: the rules have their own tests."""


@pytest.fixture
def everywhere_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetchers that the code makes itself find the site as well; their limits, ports among them, are as they are."""
    monkeypatch.setattr(Fetcher.__init__, "__kwdefaults__", {"limits": None, "resolve": on_loopback, "judge": anything})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    await made.server.start_server()
    yield made
    await made.server.close()
