"""Which addresses may be called (API7)."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.rules.endpoints import INSIDE, Reach, is_public

REACH = Reach()
INNER = Reach.of((443,), ("127.0.0.0/8", "fd00::/8"))

NOT_PUBLIC = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "5f00::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "128.0.0.1",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.1",
    "192.169.0.0",
    "198.20.0.0",
    "223.255.255.255",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2606:4700::1111",
    "2a00:1450:4001::1",
]
BAD = [
    "http://hooks.example.com/",
    "http://hooks.example.com:443/",
    "ftp://hooks.example.com/",
    "https://",
    "https://user@hooks.example.com/",
    "https://user:pw@hooks.example.com/",
    "https://hooks.example.com:8443/",
    "https://hooks.example.com:0/",
    "https://hooks.example.com:99999/",
    "https://localhost/",
    "https://metadata/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://127.0x1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://169.254.169.254/latest/",
    "https://hooks.example.com/#part",
    "file:///etc/passwd",
    "gopher://hooks.example.com/",
    "//hooks.example.com/",
    "hooks.example.com",
    "javascript:alert(1)",
    "https://hooks.example.com\\@127.0.0.1/",
    "https://höoks.example.com/",
    *(f"https://hooks.example.com/{each}" for each in ' "<>\\\x00\x7f'),
]


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_an_address_of_the_inside_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_of_the_internet_is_public(text: str) -> None:
    assert is_public(ip_address(text))


@given(st.sampled_from(INSIDE), st.integers(0, 2**32 - 1))
def test_no_address_of_any_network_of_the_inside_is_public_in_whatever_spelling(network: IPv4Network, n: int) -> None:
    address = network[n % network.num_addresses]
    assert not is_public(address)
    assert not is_public(IPv6Address(f"::ffff:{address}"))
    assert not is_public(IPv6Address(f"64:ff9b::{address}"))


@given(st.integers(0, 2**32 - 1).map(IPv4Address))
def test_what_python_calls_private_or_multicast_is_never_public(address: IPv4Address) -> None:
    """An opinion that was formed elsewhere."""
    if address.is_private or address.is_multicast or address.is_reserved or address.is_link_local:
        assert not is_public(address)


@given(st.integers(0, 2**128 - 1).map(IPv6Address))
def test_the_same_holds_for_ipv6(address: IPv6Address) -> None:
    wrapped = address.ipv4_mapped is not None
    if not wrapped and (address.is_private or address.is_multicast or address.is_link_local or address.is_site_local):
        assert not is_public(address)


@pytest.mark.parametrize("url", [*BAD, "https://a.example/".ljust(2_001, "x"), "https://a.example/\r\nX: y"])
def test_such_a_url_is_refused_by_its_text(url: str) -> None:
    assert REACH.target(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/".ljust(2_000, "x"),
        "https://hooks.example.com",
        "https://hooks.example.com:443/in?a=b",
        "https://8.8.8.8/",
        "https://h.example./",
    ],
)
def test_such_a_url_may_be_called(url: str) -> None:
    assert REACH.target(url) is not None


def test_an_allowed_network_may_be_called_by_http_and_at_any_port_and_nothing_beside_it() -> None:
    target = INNER.target("http://receiver:8080/")
    assert target is not None
    assert INNER.admits(ip_address("127.0.0.1"), target)
    assert INNER.admits(ip_address("::ffff:127.0.0.1"), target)
    assert INNER.admits(ip_address("fd12::1"), target)
    assert not INNER.admits(ip_address("10.0.0.1"), target)
    assert not INNER.admits(ip_address("8.8.8.8"), target)
    assert INNER.target("http://10.0.0.1/") is None
    assert INNER.target("ftp://receiver/") is None
    assert INNER.target("ftp://receiver:21/") is None
    plain = INNER.target("http://receiver/")
    assert plain is not None
    assert plain.port == 80
    public = INNER.target("https://hooks.example.com/")
    assert public is not None
    assert INNER.admits(ip_address("8.8.8.8"), public)
