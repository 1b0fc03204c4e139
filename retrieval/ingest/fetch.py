"""A link becomes bytes, without the bot's machine being used to reach what is not public.

Each hop goes the same way: the link's form is judged, its name is resolved once, every address must be public, and
the connection is made to those addresses and no others (so a resolver that changes its mind finds nobody asking).
The name stays in Host and in the TLS handshake. Every socket's address is judged once more as it is made.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from ipaddress import ip_address

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from retrieval.errors import BadInput, Refused, RejoinderError, Unavailable
from retrieval.ingest.address import PORTS, is_literal, judge_address, judge_url
from retrieval.ingest.inflate import ACCEPT_ENCODING, Body, too_large
from retrieval.ingest.readers.hint import Hint

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""From a host name to its numeric addresses; raises OSError where there are none."""

JudgeAddress = Callable[[str], None]
"""Raises Refused for an address that must not be connected to."""

USER_AGENT = f"Rejoinder/{version('rejoinder')} (Discord bot; reads a page when a moderator adds it as a source)"

_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html, application/xhtml+xml, application/pdf, text/*;q=0.9, */*;q=0.5",
    "Accept-Encoding": ACCEPT_ENCODING,
}
_PIECE = 64 * 1024
_LONGEST_HEADER = 32 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
_NOT_TEXT = {"image", "audio", "video", "font", "model"}


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one fetch may cost. ``seconds`` is for all hops together, ``size`` is in bytes after decompression."""

    seconds: float = 30.0
    size: int = 20_000_000
    redirects: int = 5
    ports: frozenset[int] = PORTS


@dataclass(frozen=True, slots=True)
class Fetched:
    """What stood at a link. ``url`` is where the redirects ended."""

    url: str
    data: bytes
    hint: Hint


async def resolve_by_system(host: str) -> list[str]:
    """Ask the system's resolver, off the event loop.

    Raises:
        OSError: There is no such name.
    """
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Fetcher:
    """Fetches links. Holds nothing between fetches: no cookies, no connections, no answers of the resolver."""

    def __init__(
        self,
        *,
        limits: FetchLimits | None = None,
        resolve: Resolve = resolve_by_system,
        judge: JudgeAddress = judge_address,
    ) -> None:
        self._limits = limits or FetchLimits()
        self._resolve = resolve
        self._judge = judge

    async def fetch(self, link: str) -> Fetched:
        """Fetch one link, following its redirects.

        Raises:
            Refused: A rule forbids the link or what stands there; the sentence says which.
            BadInput: The site has no such page, or does not give it.
            Unavailable: The site cannot be reached, or not in time.
        """
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._follow(judge_url(link, self._limits.ports))
        except TimeoutError as error:
            raise Unavailable(
                "The site took too long to answer; try again later, or add the page as a file."
            ) from error
        except (aiohttp.ClientError, ssl.SSLError, OSError, ValueError) as error:
            raise _sentence(error) from error

    async def _follow(self, url: URL) -> Fetched:
        jar = aiohttp.CookieJar()
        for _ in range(self._limits.redirects + 1):
            result = await self._hop(url, jar)
            if isinstance(result, Fetched):
                return result
            url = result
        raise Refused(f"That link was redirected more than {self._limits.redirects} times, so it was given up.")

    async def _hop(self, url: URL, jar: aiohttp.CookieJar) -> Fetched | URL:
        connector = aiohttp.TCPConnector(
            resolver=_Pinned(await self._addresses(url)),
            socket_factory=self._socket,
            use_dns_cache=False,
            force_close=True,
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=jar,
            headers=_HEADERS,
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None),
            max_field_size=_LONGEST_HEADER,
            max_line_size=_LONGEST_HEADER,
        )
        async with session, session.get(url, allow_redirects=False) as response:
            if response.status in _REDIRECTS and "Location" in response.headers:
                return self._next(url, response.headers["Location"])
            return await self._receive(response)

    def _next(self, url: URL, location: str) -> URL:
        try:
            target = url.join(URL(location.strip().replace(" ", "%20")))
        except ValueError as error:
            raise Refused("The site redirects to something that is not a link, so it was given up.") from error
        return judge_url(str(target), self._limits.ports)

    async def _addresses(self, url: URL) -> list[str]:
        """The numeric addresses of a URL's host, every one of them judged."""
        host = url.raw_host or ""
        addresses = [host] if is_literal(host) else list(await self._names(host))
        for address in addresses:
            self._judge(address)
        return addresses

    async def _names(self, host: str) -> Sequence[str]:
        try:
            addresses = await self._resolve(host)
        except (OSError, UnicodeError) as error:
            raise _unknown_site() from error
        if not addresses:
            raise _unknown_site()
        return addresses

    def _socket(self, info: tuple[int, int, int, str, tuple[object, ...]]) -> socket.socket:
        family, kind, protocol, _, address = info
        self._judge(str(address[0]))
        return socket.socket(family, kind, protocol)

    async def _receive(self, response: aiohttp.ClientResponse) -> Fetched:
        _check_status(response.status)
        if response.content_type.partition("/")[0] in _NOT_TEXT:
            raise Refused(f"That link leads to {response.content_type}, which has no text to read.")
        most = self._limits.size
        if (response.content_length or 0) > most:
            raise too_large(most)
        body = Body(response.headers.get("Content-Encoding", ""), most)
        async for piece in response.content.iter_chunked(_PIECE):
            body.feed(piece)
        hint = Hint(response.url.name or None, response.content_type, response.charset, str(response.url))
        return Fetched(str(response.url), body.content(), hint)


class _Pinned(AbstractResolver):
    """Answers with addresses that were judged already, whatever is asked."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        known = [(address, _family(address)) for address in self._addresses]
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=socket.AI_NUMERICHOST)
            for address, kind in known
            if family in {socket.AF_UNSPEC, kind}
        ]

    async def close(self) -> None:
        """Nothing is held."""


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET if ip_address(address).version == 4 else socket.AF_INET6  # noqa: PLR2004


def _check_status(status: int) -> None:
    if 200 <= status < 300:  # noqa: PLR2004 - success, by RFC 9110
        return
    if status in {404, 410}:
        raise BadInput(f"There is no page at that link (the site answered {status}); check the link.")
    if status in {401, 402, 403, 407, 451}:
        raise BadInput(
            f"The site does not give that page to this bot (it answered {status}); add it as a file, or paste its text."
        )
    if status == 429 or status >= 500:  # noqa: PLR2004
        raise Unavailable(f"The site cannot answer now (it answered {status}); try again later.")
    raise BadInput(f"The site answered {status} instead of giving the page; check the link.")


def _unknown_site() -> Unavailable:
    return Unavailable("The site named in that link could not be found; check the link, or try again later.")


def _sentence(error: Exception) -> RejoinderError:
    if isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)):
        return Unavailable("No safe connection to that site could be made: its certificate or its TLS is not in order.")
    if isinstance(error, aiohttp.ClientPayloadError | aiohttp.ServerDisconnectedError):
        return Unavailable("The site broke off before the whole page had come; try again later.")
    if isinstance(error, aiohttp.ClientConnectionError | OSError):
        return Unavailable("The site could not be reached; check the link, or try again later.")
    return Unavailable("The site's answer could not be understood; add the page as a file, or paste its text.")
