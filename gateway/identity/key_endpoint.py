"""Fetching a key document: one fixed address, bounded in time and size, never anywhere else (K-05, K-08)."""

import json
from asyncio import timeout
from typing import Final, Protocol

import httpx2

from gateway.identity.issuers import Issuer, is_loopback, require_safe
from gateway.identity.keys import LARGEST_DOCUMENT

LONGEST_FETCH: Final = 2.0
"""Seconds for all of it, discovery included."""


class KeySource(Protocol):
    """Where a key document comes from. Raises OSError, ValueError or an httpx2 error when it does not."""

    async def __call__(self) -> bytes: ...


class KeyEndpoint:
    """The key source of an issuer that is reached over HTTP.

    Redirects, compressed bodies and bodies above 256 KB are failures. With a discovery address the document's
    own `issuer` must be the configured one, letter by letter, before its `jwks_uri` is followed.
    """

    def __init__(self, issuer: Issuer, transport: httpx2.AsyncBaseTransport | None = None) -> None:
        if issuer.jwks_url is None and issuer.discovery_url is None:
            raise ValueError("the issuer names no key document")
        self._issuer = issuer
        self._transport = transport

    async def __call__(self) -> bytes:
        async with timeout(LONGEST_FETCH), self._client() as client:
            url = self._issuer.jwks_url or await self._discover(client)
            return await _body(client, url)

    def _client(self) -> httpx2.AsyncClient:
        address = self._issuer.jwks_url or self._issuer.discovery_url or ""
        return httpx2.AsyncClient(
            follow_redirects=False,
            timeout=LONGEST_FETCH,
            transport=self._transport,
            # A proxy is for the outside; through one, this machine's provider would be somebody else's.
            trust_env=not is_loopback(address),
            headers={"accept": "application/json", "accept-encoding": "identity"},
        )

    async def _discover(self, client: httpx2.AsyncClient) -> str:
        assert self._issuer.discovery_url is not None
        try:
            found = json.loads(await _body(client, self._issuer.discovery_url))
            issuer, url = found["issuer"], found["jwks_uri"]
        except (KeyError, TypeError, RecursionError):
            raise ValueError("not a discovery document") from None
        if issuer != self._issuer.issuer or not isinstance(url, str):
            raise ValueError("the discovery document is another issuer's")
        require_safe(url)
        if is_loopback(url) and not is_loopback(self._issuer.discovery_url):
            raise ValueError("a foreign provider may not point at this machine")
        return url


async def _body(client: httpx2.AsyncClient, url: str) -> bytes:
    body = bytearray()
    async with client.stream("GET", url) as answer:
        if answer.status_code != 200 or "content-encoding" in answer.headers:
            raise ValueError("the key endpoint gave no plain 200")
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > LARGEST_DOCUMENT:
                raise ValueError("key document too large")
    return bytes(body)
