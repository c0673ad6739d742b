"""Brings one message to one receiver, and never to a machine that it should not reach (API7, SSRF).

The name is resolved once, every address is checked, and the connection goes to one that was checked: a name that leads
elsewhere a moment later changes nothing. TLS and `Host` speak of the name all the same. No redirect is followed, no
proxy of the environment is used, no connection is kept, and nothing of the answer is read but its head.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from socket import SOCK_STREAM
from typing import Final

import httpx2

from resolvers.rules.endpoints import Address, Reach, Target
from tenancy.words import DeliveryFault

CONNECT_SECONDS: Final = 5.0
WHOLE_SECONDS: Final = 15.0

_LIMITS: Final = httpx2.Limits(max_keepalive_connections=0)
_OURS: Final = {"user-agent": "support-gateway-webhooks/1", "connection": "close", "accept": "*/*"}

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
"""Every address that a name leads to; raises OSError when it leads nowhere."""


@dataclass(frozen=True)
class Reply:
    """What came of one attempt: a status, or why there was none; and when the receiver wants to hear again."""

    status: int | None = None
    fault: DeliveryFault | None = None
    again_in: timedelta | None = None

    @property
    def taken(self) -> bool:
        return self.fault is None


async def resolved(host: str, port: int) -> Sequence[Address]:
    """As this machine resolves names."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)
    return list(dict.fromkeys(ip_address(str(address[0]).partition("%")[0]) for *_, address in found))


class Courier:
    """One for each process; to be closed at its end."""

    def __init__(self, reach: Reach, *, resolve: Resolve = resolved, tls: ssl.SSLContext | None = None) -> None:
        self._reach, self._resolve = reach, resolve
        self._client = httpx2.AsyncClient(
            verify=tls or httpx2.create_ssl_context(),
            trust_env=False,
            follow_redirects=False,
            limits=_LIMITS,
            timeout=httpx2.Timeout(WHOLE_SECONDS, connect=CONNECT_SECONDS),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """One attempt; never raises for what the receiver or the way to it does."""
        try:
            async with asyncio.timeout(WHOLE_SECONDS):
                return await self._posted(url, headers, body)
        except TimeoutError:
            return Reply(fault=DeliveryFault.TIMEOUT)

    async def _posted(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        target = self._reach.target(url)
        if target is None:
            return Reply(fault=DeliveryFault.ADDRESS)
        try:
            addresses = await self._resolve(target.host, target.port)
        except (OSError, UnicodeError):
            return Reply(fault=DeliveryFault.NAME)
        # One that is not admitted spoils all: whoever answers so tries where the others are weak.
        if not addresses or not all(self._reach.admits(each, target) for each in addresses):
            return Reply(fault=DeliveryFault.ADDRESS)
        return await self._sent(target, addresses[0], headers, body)

    async def _sent(self, target: Target, address: Address, headers: Mapping[str, str], body: bytes) -> Reply:
        url = httpx2.URL(target.url)
        request = self._client.build_request(
            "POST",
            url.copy_with(host=str(address)),
            headers={**headers, **_OURS, "host": url.netloc.decode("ascii")},
            content=body,
            extensions={"sni_hostname": target.host},
        )
        try:
            response = await self._client.send(request, stream=True)
        except httpx2.TimeoutException:
            return Reply(fault=DeliveryFault.TIMEOUT)
        except httpx2.TransportError:
            return Reply(fault=DeliveryFault.CONNECTION)
        await response.aclose()
        if response.is_success:
            return Reply(response.status_code)
        return Reply(response.status_code, DeliveryFault.STATUS, asked_pause(response.headers.get("retry-after")))


def asked_pause(retry_after: str | None) -> timedelta | None:
    """What the header `Retry-After` asks for, in seconds or as a date; None when it asks for nothing that is either."""
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10:
        return timedelta(seconds=int(retry_after))
    try:
        at = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(timedelta(0), at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC))
