"""Which addresses of the outside a webhook may name, and which machines behind a name may be called (API7, SSRF).

A URL is looked at when it is given and again before each call; what its name leads to is looked at only then, because
a name may lead elsewhere tomorrow.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

LONGEST_URL: Final = 2_000
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}

INSIDE: Final[tuple[IPv4Network, ...]] = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by a carrier's customers, and a cloud's metadata
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # a cloud's own services, under a public address
            "169.254.0.0/16",  # link-local, and the metadata of most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments, and a cloud's metadata
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
        ),
    )
)
"""IPv4 that is not the public internet: IANA's registry of special purposes, and what clouds keep to themselves."""

_GLOBAL: Final = IPv6Network("2000::/3")
"""The only IPv6 that the internet routes: loopback, link-local, unique local and multicast lie beside it."""

_NOT_GLOBAL: Final = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Inside it: Teredo and other protocol assignments, documentation, and 6to4, which wraps any IPv4."""

_WRAPS_IPV4: Final = tuple(map(IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))
"""IPv4 in IPv6's clothes: mapped, and NAT64. What counts is what is inside."""


@dataclass(frozen=True)
class Target:
    """A URL that may be called, as far as its text tells."""

    url: str
    scheme: str
    host: str
    port: int


@dataclass(frozen=True)
class Reach:
    """What webhooks may call: https on `ports` of public addresses, and anything in `networks`."""

    ports: frozenset[int] = frozenset({443})
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, ports: Iterable[int], networks: Iterable[str]) -> "Reach":
        """From settings. Raises ValueError for what is no network."""
        return cls(frozenset(ports), tuple(ip_network(each) for each in networks))

    def target(self, url: str) -> Target | None:
        """Where the URL leads; None when it may not be called, wherever its name leads today."""
        parts = _split(url)
        if parts is None or parts.hostname is None or parts.username is not None or parts.password is not None:
            return None
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
        if port is None or parts.fragment or parts.scheme not in _DEFAULT_PORTS:
            return None
        target = Target(url, parts.scheme, parts.hostname, port)
        literal = _literal(parts.hostname)
        if literal is None:
            named = "." in parts.hostname.strip(".") and not _looks_numeric(parts.hostname)
            return target if bool(self.networks) or (named and self._public(target)) else None
        return target if self.admits(literal, target) else None

    def admits(self, address: Address, target: Target) -> bool:
        """Whether this machine may be called for the target."""
        plain = unwrapped(address)
        if any(plain in network for network in self.networks if network.version == plain.version):
            return True
        return self._public(target) and is_public(plain)

    def _public(self, target: Target) -> bool:
        return target.scheme == "https" and target.port in self.ports


def is_public(address: Address) -> bool:
    """Whether the address is one of the public internet."""
    plain = unwrapped(address)
    if isinstance(plain, IPv4Address):
        return not any(plain in network for network in INSIDE)
    return plain in _GLOBAL and not any(plain in network for network in _NOT_GLOBAL)


def unwrapped(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that wraps it; any other as it is."""
    if isinstance(address, IPv6Address) and any(address in network for network in _WRAPS_IPV4):
        return IPv4Address(address.packed[-4:])
    return address


def _split(url: str) -> SplitResult | None:
    if len(url) > LONGEST_URL or not url.isascii() or any(each <= " " or each in '\\"<>\x7f' for each in url):
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:
        return None


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _looks_numeric(host: str) -> bool:
    """Whether a resolver may read it as an address in an old spelling: 0177.1, 2130706433, 0x7f.1."""
    last = host.rstrip(".").rpartition(".")[2]
    return last.isdigit() or last.lower().startswith("0x")
