"""Links become bytes or one sentence, from real sockets on this machine."""

from __future__ import annotations

import asyncio
import gzip
import socket
import zlib
from collections.abc import Callable, Sequence

import pytest
from aiohttp import web

from retrieval.errors import BadInput, Refused, RejoinderError, Unavailable
from retrieval.ingest.fetch import USER_AGENT, Fetcher, FetchLimits, resolve_by_system
from retrieval.ingest.inflate import Body
from tests.loopback import SIZE, Site, anything, on_loopback


async def test_a_page_comes_with_its_address_and_hints(site: Site) -> None:
    link = site.page("/report.html", b"<p>text", Content_Type="text/html; charset=windows-1251")
    fetched = await site.fetcher().fetch(link)
    assert (fetched.url, fetched.data) == (link, b"<p>text")
    assert (fetched.hint.name, fetched.hint.content_type, fetched.hint.charset) == (
        "report.html",
        "text/html",
        "windows-1251",
    )


async def test_the_site_sees_its_own_name_and_an_honest_visitor(site: Site) -> None:
    await site.fetcher().fetch(site.page("/a", b"x"))
    headers = site.seen[0].headers
    assert headers["Host"] == f"news.example:{site.server.port}"
    assert headers["User-Agent"] == USER_AGENT
    assert USER_AGENT.startswith("Rejoinder/")
    assert headers["Accept-Encoding"] == "gzip, deflate"


async def test_a_proxy_in_the_environment_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await site.fetcher().fetch(site.page("/a", b"x"))).data == b"x"


def _raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("gzip", lambda body: gzip.compress(body[:5]) + gzip.compress(body[5:])),
        ("gzip", lambda body: gzip.compress(body) + b"\0" * 9),
        ("deflate", zlib.compress),
        ("deflate", _raw_deflate),
        ("identity", bytes),
    ],
)
async def test_each_accepted_encoding_is_undone(site: Site, encoding: str, compress: Callable[[bytes], bytes]) -> None:
    link = site.page("/a", compress(b"hello, reader" * 9), Content_Encoding=encoding)
    assert (await site.fetcher().fetch(link)).data == b"hello, reader" * 9


@pytest.mark.parametrize(
    ("path", "body", "headers", "sentence"),
    [
        ("/bomb", gzip.compress(b"\0" * SIZE * 20, mtime=0), {"Content_Encoding": "gzip"}, "larger than 1 MB"),
        ("/bomb", zlib.compress(b"\0" * SIZE * 20), {"Content_Encoding": "deflate"}, "larger than 1 MB"),
        ("/big", b"a" * (SIZE + 1), {}, "larger than 1 MB"),
        ("/zstd", b"\x28\xb5\x2f\xfd\x04", {"Content_Encoding": "zstd"}, "compressed in a way"),
        ("/brotli", b"\x0b\x02\x80", {"Content_Encoding": "br"}, "compressed in a way"),
        (
            "/twice",
            gzip.compress(gzip.compress(b"a", mtime=0), mtime=0),
            {"Content_Encoding": "gzip, gzip"},
            "compressed in a way",
        ),
        ("/damaged", b"\x1f\x8b\x08nonsense, and more", {"Content_Encoding": "gzip"}, "damaged"),
        ("/picture", b"\x89PNG", {"Content_Type": "image/png"}, "image/png"),
        ("/film", b"....", {"Content_Type": "video/mp4"}, "video/mp4"),
    ],
)
async def test_what_cannot_be_taken_is_refused(
    site: Site, path: str, body: bytes, headers: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        await site.fetcher().fetch(site.page(path, body, 200, **headers))


@pytest.mark.parametrize(
    ("status", "kind", "sentence"),
    [
        (404, BadInput, "no page at that link"),
        (410, BadInput, "no page at that link"),
        (403, BadInput, "does not give that page"),
        (451, BadInput, "does not give that page"),
        (418, BadInput, "418"),
        (304, BadInput, "304"),
        (429, Unavailable, "try again later"),
        (503, Unavailable, "try again later"),
    ],
)
async def test_a_status_has_its_sentence(site: Site, status: int, kind: type[RejoinderError], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        await site.fetcher().fetch(site.page("/a", b"", status=status))


async def test_a_body_without_end_stops_at_the_limit(site: Site) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(1000):
            await response.write(b"a" * 100_000)
        return response

    site.answers["/a"] = drip
    with pytest.raises(Refused, match="larger than 1 MB"):
        await site.fetcher().fetch(site.link("/a"))


async def test_a_site_that_never_answers_costs_the_deadline(site: Site) -> None:
    async def hang(_: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    site.answers["/a"] = hang
    with pytest.raises(Unavailable, match="too long"):
        await site.fetcher(seconds=0.1).fetch(site.link("/a"))


async def test_a_resolver_that_never_answers_costs_the_deadline() -> None:
    async def hang(_: str) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(Unavailable, match="too long"):
        await Fetcher(resolve=hang, limits=FetchLimits(seconds=0.05)).fetch("https://news.example/")


async def test_an_unknown_name_says_so() -> None:
    async def nothing(_: str) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(Unavailable, match="could not be found"):
        await Fetcher(resolve=nothing).fetch("https://news.example/")


async def test_a_closed_port_says_so(site: Site) -> None:
    fetcher, link = site.fetcher(), site.link("/a")
    await site.server.close()
    with pytest.raises(Unavailable, match="could not be reached"):
        await fetcher.fetch(link)


async def test_tls_that_fails_says_so_and_names_the_site_to_it() -> None:
    hello: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.append(await reader.read(2000))
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    fetcher = Fetcher(resolve=on_loopback, judge=anything, limits=FetchLimits(ports=frozenset({port})))
    with pytest.raises(Unavailable, match="certificate"):
        await fetcher.fetch(f"https://news.example:{port}/")
    server.close()
    assert b"news.example" in hello[0]


async def test_a_broken_off_body_says_so(site: Site) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"only this")
        assert request.transport
        request.transport.close()
        return response

    site.answers["/a"] = cut
    with pytest.raises(Unavailable, match="broke off"):
        await site.fetcher().fetch(site.link("/a"))


async def test_an_answer_that_is_not_http_says_so() -> None:
    async def listen(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.6\r\n")
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    fetcher = Fetcher(resolve=on_loopback, judge=anything, limits=FetchLimits(ports=frozenset({port})))
    with pytest.raises(Unavailable, match="could not be understood"):
        await fetcher.fetch(f"http://news.example:{port}/")
    server.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_by_hand(site: Site, status: int) -> None:
    site.page("/end", b"arrived")
    link = site.page("/start", b"", status=status, Location="/end?from=here")
    fetched = await site.fetcher().fetch(link)
    assert fetched.data == b"arrived"
    assert fetched.url == site.link("/end?from=here")


async def test_five_redirects_are_followed_and_not_six(site: Site) -> None:
    for n in range(6):
        site.page(f"/{n}", b"", status=302, Location=f"/{n + 1}")
    site.page("/6", b"arrived")
    assert (await site.fetcher().fetch(site.link("/1"))).data == b"arrived"
    with pytest.raises(Refused, match="more than 5 times"):
        await site.fetcher().fetch(site.link("/0"))


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ("file:///etc/passwd", "http"),
        ("ftp://news.example/", "http"),
        ("http://user:pw@news.example/", "password"),
        ("http://news.example:22/", "port"),
        ("http://localhost/", "does not name"),
        ("//2130706433/", "does not name"),
        ("http://[::1", "not a link"),
    ],
)
async def test_each_hop_is_judged_by_its_form(site: Site, target: str, rule: str) -> None:
    link = site.page("/start", b"", status=302, Location=target)
    with pytest.raises(Refused, match=rule):
        await site.fetcher().fetch(link)


async def test_a_redirect_without_a_target_is_an_odd_answer(site: Site) -> None:
    with pytest.raises(BadInput, match="302"):
        await site.fetcher().fetch(site.page("/start", b"", status=302))


async def test_the_name_is_resolved_once_a_hop(site: Site) -> None:
    asked: list[str] = []

    async def resolve(host: str) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    site.page("/end", b"arrived")
    link = site.page("/start", b"", status=302, Location=site.link("/end", host="other.example"))
    ports = frozenset({site.server.port or 0})
    await Fetcher(resolve=resolve, judge=anything, limits=FetchLimits(ports=ports)).fetch(link)
    assert asked == ["news.example", "other.example"]


async def test_the_system_resolver_gives_numeric_addresses() -> None:
    assert "127.0.0.1" in await resolve_by_system("127.0.0.1")


def test_a_body_may_come_byte_by_byte() -> None:
    for encoding, compress in (("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", _raw_deflate)):
        body = Body(encoding, SIZE)
        for byte in compress(b"hello, reader"):
            body.feed(bytes([byte]))
        assert body.content() == b"hello, reader"
