"""Which links may be fetched: the link's form is judged here, and so is every address before it is connected to.

The tables follow the IANA special-purpose address registries for IPv4 and IPv6 (RFC 6890 and its updates), read
strictly: what is not plainly unicast on the public internet is refused. ``ipaddress`` alone is not enough: in
Python 3.11 it calls 100.64.0.1, 192.0.0.192 and 64:ff9b::127.0.0.1 global or does not look inside them.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from yarl import URL

from retrieval.errors import Refused

PORTS = frozenset({80, 443})
"""Ports that may be fetched from unless the settings name others."""

NOT_PUBLIC_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network; Linux connects 0.0.0.0 to itself
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # shared by carriers; a cloud's metadata service at 100.100.100.200
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a public number that a cloud answers itself, from inside its machines
        "169.254.0.0/16",  # link-local; metadata services at 169.254.169.254 and 169.254.170.2
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments; a metadata service at 192.0.0.192
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # retired relays to IPv6
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)

PUBLIC_V6 = IPv6Network("2000::/3")
"""The only IPv6 block from which public unicast addresses are given out."""

NOT_PUBLIC_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments; Teredo tunnels are in 2001::/32
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)

EMBEDDED_V4 = (
    # Prefix, and how many bits stand to the right of the IPv4 address inside. Outside 2000::/3 only these two reach
    # public hosts; compatible (::/96), translated (::ffff:0:0:0/96) and local NAT64 (64:ff9b:1::/48) addresses do not.
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64
    (IPv6Network("2002::/16"), 80),  # 6to4
)

_ISATAP = {0x00005EFE, 0x02005EFE}
"""Upper half of an interface identifier whose lower half is the IPv4 address of a tunnel's end (RFC 5214)."""

_LABEL = re.compile(r"[a-z0-9_-]{1,63}\Z")
_NEVER_IN_A_LINK = re.compile(r"[\x00-\x20\x7f\\]")
_LONGEST_URL = 4000
_LONGEST_HOST = 253

NOT_PUBLIC = "That link leads to an address that is not on the public internet, so it was not fetched."


def is_public(address: str) -> bool:
    """Whether an IP address, as the system writes it, may be connected to.

    Args:
        address: A numeric IPv4 or IPv6 address; one with a zone ("fe80::1%eth0") is never public.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return _is_public_v4(parsed)
    return parsed.scope_id is None and _is_public_v6(parsed)


def judge_address(address: str) -> None:
    """Refuse an IP address that is not public.

    Raises:
        Refused: Without naming the address.
    """
    if not is_public(address):
        raise Refused(NOT_PUBLIC)


def judge_url(link: str, ports: Collection[int] = PORTS) -> URL:
    """Refuse a link by its form, before anything is resolved; a numeric host is judged as an address later.

    Args:
        link: What a person or a redirect gave, absolute.
        ports: The ports that may be fetched from.

    Returns:
        The parsed URL, with an ASCII host.

    Raises:
        Refused: The sentence says which rule.
    """
    if len(link) > _LONGEST_URL or _NEVER_IN_A_LINK.search(link.strip()):
        raise Refused("That link is too long, or has spaces or control characters in it; copy it again from the page.")
    url = _parse(link.strip())
    if url.scheme not in {"http", "https"}:
        raise Refused("Only links that start with http:// or https:// can be fetched.")
    if url.raw_user is not None or url.raw_password is not None:
        raise Refused("That link has a user name or password in it; give it without.")
    if not _is_host(url.raw_host or ""):
        raise Refused("That link does not name a site on the public internet; check how it is written.")
    if url.port not in ports:
        wanted = " and ".join(str(port) for port in sorted(ports))
        raise Refused(f"That link asks for an unusual port; only {wanted} may be fetched from.")
    return url


def _parse(link: str) -> URL:
    try:
        url = URL(link)
        _ = (url.port, url.raw_authority)  # parsed only when asked for
    except ValueError as error:
        raise Refused("That is not a link that can be read; copy it again from the page.") from error
    return url


def _is_host(host: str) -> bool:
    """Whether a host is a numeric address in its usual form, or a name with a dot that no system reads as a number."""
    if is_literal(host):
        return "%" not in host
    labels = host.lower().removesuffix(".").split(".")
    if len(host) > _LONGEST_HOST or len(labels) < 2:  # noqa: PLR2004 - a name without a dot is a local one
        return False
    # inet_aton reads "127.1", "0x7f.1" and "017700000001" as addresses; no top-level domain looks like these.
    numeric = labels[-1].isdigit() or labels[-1].startswith("0x")
    return not numeric and all(_LABEL.match(label) for label in labels)


def is_literal(host: str) -> bool:
    """Whether a host is an IP address, so that no resolver is asked about it."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in block for block in NOT_PUBLIC_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    for block, right in EMBEDDED_V4:
        if address in block:
            return _is_public_v4(IPv4Address(int(address) >> right & 0xFFFFFFFF))
    if address not in PUBLIC_V6 or any(address in block for block in NOT_PUBLIC_V6):
        return False
    number = int(address)
    tunnel = number >> 32 & 0xFFFFFFFF in _ISATAP
    return not tunnel or _is_public_v4(IPv4Address(number & 0xFFFFFFFF))
