"""What a request may cost, and whether there is room for it: asked before it runs and settled after.

Points are those of a principal, an application and a tenant; places those of a principal, a tenant and the process.

The key of a principal is `(tid, oid)`, never `tid` alone: every personal account on earth has the same (A-07). The
tenant is charged by what the tables said when this principal last came: a header can name any tenant and would
otherwise empty its bucket (T-05). Where that was wrong, settling puts it right.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from typing import Final

from gateway.places import Crowd
from gateway.settings import Settings
from schema.execution import Refused
from tenancy.doors import Doors
from tenancy.errors import RateLimited, Refusal
from tenancy.identity import Identity
from tenancy.rates import Policy, Rates

Bucket = tuple[Policy, str]

READING: Final = 1024
"""Characters of an unknown document that cost one point to read, whether it can run or not."""


@dataclass(slots=True)
class Bill:
    """What one operation was asked to pay, and what it used; None when nobody counted: then the price stands."""

    requested: int
    actual: int | None = None

    @property
    def used(self) -> int:
        return self.requested if self.actual is None else min(self.actual, self.requested)

    def told(self, limit: int) -> dict[str, int]:
        """`extensions.cost` of the answer."""
        return {"requested": self.requested, "actual": self.used, "limit": limit}


class Meter:
    """Asks the rates for requests to the API."""

    def __init__(self, settings: Settings, rates: Rates, doors: Doors) -> None:
        self.rates, self._doors = rates, doors
        span = settings.rate_seconds
        self.principal = Policy("principal", settings.rate_principal, span)
        self.application = Policy("application", settings.rate_application, span)
        self.tenant = Policy("tenant", settings.rate_tenant, span)
        self._address = Policy("address", settings.rate_address, span)
        self._strangers = Rates()
        self.crowd = Crowd(settings)
        quota = f'"principal";q={int(self.principal.capacity)};w={int(self.principal.span)};qu="points"'
        self._policy = (b"ratelimit-policy", quota.encode())

    async def admit(self, identity: Identity, points: float = 1) -> None:
        """A request of this principal, whatever it will turn out to be. Raises RateLimited."""
        await self.rates.take(self.principal, identity.key, points)

    def charged(self, identity: Identity, wanted: str | None, price: int) -> "Charge":
        """While an operation runs it has a place among those that run, and its price is taken from all buckets; what it
        did not use is given back afterwards, and all of it when it was refused before it began. Raises RateLimited or
        Unavailable, and then nothing was taken."""
        return Charge(self, identity, wanted, price)

    async def take(self, buckets: Sequence[Bucket], points: int) -> None:
        for number, (policy, key) in enumerate(buckets):
            try:
                await self.rates.take(policy, key, points)
            except RateLimited:
                self._give_back(buckets[:number], points)
                raise

    async def settle(self, held: Sequence[Bucket], owed: Sequence[Bucket], price: int, used: int) -> None:
        if held == owed:
            self._give_back(held, price - used)
            return
        self._give_back(held, price)
        for policy, key in owed:
            with suppress(RateLimited):  # it ran already; the next one is asked beforehand
                await self.rates.take(policy, key, used)

    def _give_back(self, buckets: Sequence[Bucket], points: int) -> None:
        for policy, key in buckets:
            self.rates.give_back(policy, key, points)

    def tenant_of(self, identity: Identity, wanted: str | None) -> str | None:
        """Where this principal was when it last asked like this."""
        return self._doors.tenant_of(identity, wanted)

    def buckets(self, identity: Identity, wanted: str | None) -> list[Bucket]:
        """Who pays for an operation of this principal in the tenant that it wants."""
        tenant = self.tenant_of(identity, wanted)
        own = [(self.principal, identity.key), (self.application, identity.client)]
        return own if tenant is None else [*own, (self.tenant, tenant)]

    async def stranger(self, address: str) -> None:
        """A request without a valid token came from this address. Raises RateLimited.

        Whoever has a valid token is not asked: behind one address there may be a whole company.
        """
        await self._strangers.take(self._address, address)

    def headers(self, identity: Identity) -> list[tuple[bytes, bytes]]:
        """RateLimit-Policy and RateLimit (IETF httpapi, draft 11) of the principal. Others' rates are not shown: how
        much of them is left would tell how busy others are."""
        policy = self.principal
        level = self.rates.level(policy, identity.key)
        full = ceil((policy.capacity - level) / policy.rate)
        return [self._policy, (b"ratelimit", b'"principal";r=%d;t=%d' % (max(level, 0), full))]


class Charge:
    """`async with` gives the bill of one operation; see `Meter.charged`."""

    __slots__ = ("_bill", "_held", "_identity", "_meter", "_tenant", "_wanted")

    def __init__(self, meter: Meter, identity: Identity, wanted: str | None, price: int) -> None:
        self._meter, self._identity, self._wanted = meter, identity, wanted
        self._tenant = meter.tenant_of(identity, wanted)
        self._held = meter.buckets(identity, wanted)
        self._bill = Bill(price)

    async def __aenter__(self) -> Bill:
        crowd, principal = self._meter.crowd, self._identity.key
        await crowd.enter(principal, self._tenant)
        try:
            await self._meter.take(self._held, self._bill.requested)
        except BaseException:
            crowd.leave(principal, self._tenant)
            raise
        return self._bill

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._meter.crowd.leave(self._identity.key, self._tenant)
        bill = self._bill
        if isinstance(error, Refusal | Refused):
            bill.actual = 0
        owed = self._meter.buckets(self._identity, self._wanted)
        await self._meter.settle(self._held, owed, bill.requested, bill.used)
