"""Token in, Identity out, or one refusal that never tells which check failed."""

import logging
import time
from asyncio import CancelledError, sleep
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from random import uniform
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError

from gateway.identity.claims import LEEWAY, identify
from gateway.identity.compact import ALGORITHM, LARGEST, StrictDecoder, TokenError, Unverified, bearer, read
from gateway.identity.issuers import Issuer
from gateway.identity.key_endpoint import KeyEndpoint, KeySource
from gateway.identity.key_ring import COLD_PAUSE, MINUTE, PAUSE, KeyHealth, KeyRing
from tenancy.errors import Unauthenticated
from tenancy.identity import Identity, is_guid
from tenancy.meanwhile import meanwhile

REMEMBERED: Final = 4096
"""Verified tokens kept in memory, the least recently used leaves first."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    identity: Identity
    until: float
    ring: KeyRing
    generation: int


class Verifier:
    """All issuers of this gateway. `clock` gives epoch seconds.

    `sources` replaces the HTTP key endpoint of an issuer (by `Issuer.issuer`) with a source in this process;
    every check stays the same.
    """

    def __init__(
        self,
        issuers: Sequence[Issuer],
        sources: Mapping[str, KeySource] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if not issuers or len({issuer.issuer for issuer in issuers}) != len(issuers):
            raise ValueError("a gateway needs issuers, each once")
        self._clock = clock
        self._rings = [
            (issuer, KeyRing((sources or {}).get(issuer.issuer) or KeyEndpoint(issuer), clock)) for issuer in issuers
        ]
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    async def verify(self, authorization: Sequence[bytes]) -> Identity:
        """Who sent these values of the Authorization header: all of them, as they came.

        Raises Unauthenticated for whatever is wrong with the token (K-01 to K-25), and Unavailable when the
        issuer's keys were never reached (K-09). An application's token yields an APPLICATION identity.
        """
        try:
            token = bearer(authorization)
        except TokenError as refused:
            raise _unauthenticated(refused) from None
        return await self.verify_token(token)

    async def verify_token(self, token: bytes) -> Identity:
        """The same for a bare token, such as one in a WebSocket's connection_init or in a browser session."""
        if len(token) > LARGEST:
            raise _unauthenticated(TokenError("too large"))
        digest = sha256(token).digest()
        known = self._known.get(digest)
        if known is not None and self._clock() < known.until and known.generation == known.ring.generation:
            self._known.move_to_end(digest)
            return known.identity
        self._known.pop(digest, None)
        try:
            return await self._check(token, digest)
        except (JoseError, ValueError, RecursionError) as refused:
            raise _unauthenticated(refused) from None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Fetches all keys now and about every hour, without making anybody wait for it."""
        async with meanwhile(*(_keep_fresh(ring) for _, ring in self._rings)):
            yield

    @property
    def health(self) -> KeyHealth:
        """All issuers together: ready when one has keys, degraded when one is; `age` is the oldest set's."""
        each = [ring.health for _, ring in self._rings]
        ages = [health.age for health in each if health.age is not None]
        return KeyHealth(
            ready=any(health.ready for health in each),
            degraded=any(health.degraded for health in each),
            age=max(ages, default=None),
        )

    async def _check(self, token: bytes, digest: bytes) -> Identity:
        unverified = read(token)
        issuer, ring, iss = self._claimed_issuer(unverified)
        key = await ring.key(unverified.kid)
        if key.issuer is None:
            # Only a plain provider's keys may leave their issuer open: it has one issuer, and this is it.
            if issuer.claims is None:
                raise TokenError("a key without an issuer")
        elif not key.may_sign(iss, str(unverified.claims.get("tid"))):
            raise TokenError("this key may not sign for this issuer")
        claims = jwt.decode(token, key.public, algorithms=[ALGORITHM], decoder_cls=StrictDecoder).claims
        identity = identify(claims, issuer, iss, self._clock(), digest.hex())
        self._remember(digest, _Known(identity, identity.expires_at + LEEWAY, ring, ring.generation))
        return identity

    def _claimed_issuer(self, unverified: Unverified) -> tuple[Issuer, KeyRing, str]:
        """The configured issuer that the token names, letter by letter, its `tid` put into the template."""
        tid = unverified.claims.get("tid")
        for issuer, ring in self._rings:
            if issuer.claims is None and not is_guid(tid):
                continue
            expected = issuer.for_tenant(str(tid))
            if unverified.iss == expected:
                return issuer, ring, expected
        raise TokenError("unknown issuer")

    def _remember(self, digest: bytes, known: _Known) -> None:
        self._known[digest] = known
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _unauthenticated(reason: Exception) -> Unauthenticated:
    # The exception's text is a constant of ours or of joserfc and never holds the token.
    log.debug("token refused: %s %s", type(reason).__name__, reason)
    return Unauthenticated()


async def _keep_fresh(ring: KeyRing) -> None:
    while True:
        fresh = await ring.refresh()
        pause = 60 * MINUTE if fresh else PAUSE if ring.health.ready else COLD_PAUSE
        try:
            await sleep(pause * uniform(0.9, 1.1))
        except CancelledError:
            return
