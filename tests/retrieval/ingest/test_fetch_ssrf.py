"""No link, resolver or redirect makes the fetcher connect to anything that is not public.

Every attempt to connect is recorded where the event loop makes it, and never leaves this machine; a listener on
loopback counts those that come through to it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from retrieval.errors import Refused, RejoinderError
from retrieval.ingest.address import PORTS, is_public, judge_address
from retrieval.ingest.fetch import Fetcher, FetchLimits, Resolve, resolve_by_system
from tests.retrieval.ingest.test_address import NOT_PUBLIC, PUBLIC

LITERALS = [f"[{address}]" if ":" in address else address for address in NOT_PUBLIC if address]


class Watch:
    """A listener on loopback, and the addresses that anything tried to connect to."""

    def __init__(self) -> None:
        self.came_through = 0
        self.tried: list[str] = []
        self.location = ""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self.server = TestServer(app)

    @property
    def port(self) -> int:
        assert self.server.port
        return self.server.port

    @property
    def not_public(self) -> list[str]:
        return [address for address in self.tried if not is_public(address)]

    async def _answer(self, _: web.Request) -> web.Response:
        self.came_through += 1
        return web.Response(status=302, headers={"Location": self.location}) if self.location else web.Response()

    async def connect(self, _: socket.socket, address: tuple[object, ...]) -> None:
        """Stands in for the loop's own: records, and goes nowhere."""
        self.tried.append(str(address[0]))
        raise ConnectionRefusedError


@pytest.fixture
async def watch(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watch]:
    made = Watch()
    await made.server.start_server()
    monkeypatch.setattr(asyncio.get_running_loop(), "sock_connect", made.connect)
    yield made
    monkeypatch.undo()
    await made.server.close()


def always(*addresses: str) -> Resolve:
    async def resolve(_: str) -> Sequence[str]:
        return addresses

    return resolve


async def outcome(fetcher: Fetcher, link: str) -> RejoinderError:
    with pytest.raises(RejoinderError) as refusal:
        await fetcher.fetch(link)
    return refusal.value


def with_port(link: str, port: int) -> str:
    """The same link to another port, where it says where its host ends."""
    scheme, mark, rest = link.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.removesuffix(':80').removesuffix(':443')}:{port}{slash}{path}"


@pytest.mark.shared
async def test_no_address_form_of_the_list_connects_to_what_is_not_public(watch: Watch, shared: Path) -> None:
    links = (shared / "hostile" / "ssrf_urls.txt").read_text(encoding="utf-8").splitlines()
    assert len(links) > 200
    ports = PORTS | {watch.port}
    for resolve in (always("127.0.0.1"), always("8.8.8.8", "::1"), always("::ffff:169.254.169.254")):
        fetcher = Fetcher(resolve=resolve, limits=FetchLimits(ports=ports))
        for link in links:
            for variant in (link, with_port(link, watch.port)):
                await outcome(fetcher, variant)
    assert not watch.not_public
    assert watch.came_through == 0


async def test_no_literal_connects_to_what_is_not_public(watch: Watch) -> None:
    fetcher = Fetcher(resolve=resolve_by_system, limits=FetchLimits(ports=PORTS | {watch.port}))
    for host in LITERALS:
        for link in (f"http://{host}/", f"https://{host}/", f"http://{host}:{watch.port}/"):
            refusal = await outcome(fetcher, link)
            assert isinstance(refusal, Refused)
            assert host.strip("[]") not in str(refusal)
    assert watch.tried == []
    assert watch.came_through == 0


@pytest.mark.parametrize("address", [address for address in NOT_PUBLIC if address[:1].isdigit() or ":" in address])
async def test_a_name_that_stands_for_an_address_that_is_not_public_is_refused(watch: Watch, address: str) -> None:
    for answer in ((address,), ("8.8.8.8", address), (address, "8.8.8.8")):
        await outcome(Fetcher(resolve=always(*answer)), "https://news.example/")
    assert watch.tried == []


async def test_every_public_address_is_connected_to(watch: Watch) -> None:
    for address in PUBLIC:
        host = f"[{address}]" if ":" in address else address
        await outcome(Fetcher(), f"http://{host}/")
        await outcome(Fetcher(resolve=always(address)), "http://news.example/")
    assert len(watch.tried) == 2 * len(PUBLIC)
    assert not watch.not_public


async def test_a_resolver_that_changes_its_mind_is_asked_once(watch: Watch) -> None:
    answers = [["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]]

    async def rebind(_: str) -> Sequence[str]:
        return answers.pop(0)

    fetcher = Fetcher(resolve=rebind, limits=FetchLimits(ports=frozenset({watch.port})))
    await outcome(fetcher, f"http://a.example:{watch.port}/")
    assert watch.tried == ["8.8.8.8"]
    assert len(answers) == 2
    assert watch.came_through == 0


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/",
        "http://inside.example:{port}/",
        "//inside.example:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:7f00:1]:{port}/",
        "http://localhost:{port}/",
        "http://2130706433:{port}/",
        "http://①②⑦.⓪.⓪.①:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://again.example:{port}/",
    ],
)
async def test_no_redirect_leads_inside(watch: Watch, monkeypatch: pytest.MonkeyPatch, target: str) -> None:
    monkeypatch.undo()  # the first hop must get through: a listener on loopback stands in for a public site

    def judge(address: str) -> None:
        if watch.came_through:
            judge_address(address)

    watch.location = target.format(port=watch.port)
    fetcher = Fetcher(resolve=always("127.0.0.1"), judge=judge, limits=FetchLimits(ports=frozenset({80, watch.port})))
    assert isinstance(await outcome(fetcher, f"http://again.example:{watch.port}/"), Refused)
    assert watch.came_through == 1


async def test_the_socket_itself_is_judged_last(watch: Watch) -> None:
    fetcher = Fetcher()
    with pytest.raises(Refused):
        fetcher._socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", watch.port)))
