"""Which links and addresses may be fetched."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import Refused
from retrieval.ingest.address import NOT_PUBLIC_V4, is_public, judge_address, judge_url

NOT_PUBLIC = (
    *("0.0.0.1", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255"),
    *("127.0.0.1", "127.255.255.255", "168.63.129.16", "169.254.169.254", "169.254.170.2", "172.16.0.1"),
    *("172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1"),
    *("198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
    *("::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1"),
    *("64:ff9b:1::808:808", "100::1", "100:0:0:1::1", "2001::1", "2001:0:4136:e378:8000:63bf:80ff:fffe", "2001:2::1"),
    *("2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1", "3fff::1"),
    *("4000::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1"),
    *("2606:4700:4700::1111%eth0", "2a00:1450::5efe:7f00:1", "2a00:1450::200:5efe:a00:1"),
    "0.0.0.0",  # noqa: S104 - judged, not bound to
    *("localhost", "127.1", "0x7f.1", "0177.0.0.1", "2130706433", ""),
)

PUBLIC = (
    *("1.1.1.1", "8.8.8.8", "9.9.9.9", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0"),
    *("126.255.255.255", "128.0.0.0", "140.82.121.4", "151.101.1.67", "168.63.129.15", "169.253.255.255"),
    *("169.255.0.0", "172.15.255.255", "172.32.0.0", "185.199.108.153", "191.255.255.255", "192.0.1.1", "192.0.3.0"),
    *("192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0"),
    *("198.51.99.255", "203.0.112.255", "203.0.114.0", "204.79.197.200", "208.80.154.224", "216.58.214.14"),
    *("223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2400:cb00:2048:1::c629:d7a2", "2600::"),
    *("2606:4700:4700::1111", "2607:f8b0:4004:800::200e", "2620:fe::fe", "2a00:1450:4001:81b::200e"),
    *("2a02:2e0:3fe:1001:302::", "2c0f:fb50:4003::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"),
)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused_without_being_named(address: str) -> None:
    with pytest.raises(Refused) as refusal:
        judge_address(address)
    assert "public internet" in str(refusal.value)
    assert not address or address not in str(refusal.value)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_not_refused(address: str) -> None:
    assert is_public(address)


@given(st.sampled_from(NOT_PUBLIC_V4), st.integers(min_value=0))
def test_no_embedding_makes_a_private_address_public(block: object, offset: int) -> None:
    network = next(known for known in NOT_PUBLIC_V4 if known == block)
    number = int(network.network_address) + offset % network.num_addresses
    embedded = [
        number,  # compatible
        0xFFFF << 32 | number,  # mapped
        0xFFFF << 48 | number,  # translated
        0x0064FF9B << 96 | number,  # NAT64
        0x0064FF9B0001 << 80 | number,  # local NAT64
        0x2002 << 112 | number << 80,  # 6to4
        0x20010000 << 96 | 0x08080808 << 64 | number ^ 0xFFFFFFFF,  # Teredo's client
        0x20010000 << 96 | number << 64,  # Teredo's server
        0x2A001450 << 96 | 0x5EFE << 32 | number,  # ISATAP
    ]
    assert not is_public(str(IPv4Address(number)))
    assert not [str(IPv6Address(address)) for address in embedded if is_public(str(IPv6Address(address)))]


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        ("ftp://example.com/", "http"),
        ("file:///etc/passwd", "http"),
        ("gopher://example.com/", "http"),
        ("example.com/page", "http"),
        ("//example.com/page", "http"),
        ("", "http"),
        ("http://user:secret@example.com/", "password"),
        ("http://user@example.com/", "password"),
        ("http://:secret@example.com/", "password"),
        ("http://example.com:22/", "80 and 443"),
        ("https://example.com:8443/", "80 and 443"),
        ("http://example.com:99999/", "not a link"),
        ("http://example.com\\@127.0.0.1/", "characters"),
        ("http://exam\tple.com/", "characters"),
        ("http://example.com/a b", "characters"),
        ("http://example.com/" + "a" * 5000, "too long"),
        ("http://localhost/", "does not name"),
        ("http://metadata/", "does not name"),
        ("http://127.1/", "does not name"),
        ("http://0x7f.0.0.0x1/", "does not name"),
        ("http://2130706433/", "does not name"),
        ("http://0177.0.0.1/", "does not name"),
        ("http://127.0.0.1!/", "link"),
        ("http://a..b/", "link"),
        ("http:///path", "link"),
        ("http://[::1", "not a link"),
        ("http://[fe80::1%25eth0]/", "does not name"),
    ],
)
def test_the_refusal_of_a_link_says_which_rule(link: str, rule: str) -> None:
    with pytest.raises(Refused, match=rule):
        judge_url(link)


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://example.com/a?b=c#d", "example.com"),
        ("  http://Example.COM.:80/  ", "example.com."),
        ("https://bücher.example/straße", "xn--bcher-kva.example"),
        ("https://foo_bar-.example.org/", "foo_bar-.example.org"),
        ("http://[2606:4700:4700::1111]/", "2606:4700:4700::1111"),
        ("http://1.1.1.1", "1.1.1.1"),
    ],
)
def test_an_ordinary_link_passes(link: str, host: str) -> None:
    assert judge_url(link).raw_host == host


def test_other_ports_may_be_allowed() -> None:
    assert judge_url("http://example.com:8080/", ports={8080}).port == 8080


@pytest.mark.parametrize("host", ["①②⑦.⓪.⓪.①", "127。0。0。1", "１２７．０．０．１"])
def test_digits_in_disguise_are_judged_as_the_address_they_become(host: str) -> None:
    assert not is_public(judge_url(f"http://{host}/").raw_host or "")
