"""Rates: how much somebody may do in a time, counted over all processes without a statement for each request (F-17).

    GUESSES = Policy("invitation", rate=0.2)                    a point each five seconds, ten saved up
    await rates.take(GUESSES, identity.principal)               one point, or RATE_LIMITED

A process leases points out of the bucket in portions of a twentieth and spends them by itself. It asks for the next
portion while it still has half of one, so that steady work never waits; whoever finds the share empty waits for one
statement. A caller whom this process does not know gets a small advance at once, which the first lease pays back. So
all processes together give at most the bucket, plus one advance each. A share that rests is given back.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tenancy.buckets import Buckets, OwnBuckets, Wish
from tenancy.errors import RateLimited, Unavailable
from tenancy.failures import LostRace
from tenancy.meanwhile import meanwhile

_PORTIONS: Final = 20
_TICK: Final = 1.0
_RESTS_AFTER: Final = 5.0
_SWEEP_EACH: Final = 600.0
_ASK_AGAIN: Final = (0.1, 1.0)
"""Seconds before an empty bucket is asked again, at least and at most."""
_DUST: Final = 1e-3

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Policy:
    """`rate` points a second; `span` seconds of them can be saved up."""

    name: str
    rate: float
    span: float = 50.0

    @cached_property
    def capacity(self) -> float:
        return self.rate * self.span

    @cached_property
    def portion(self) -> float:
        return self.capacity / _PORTIONS


@dataclass(slots=True, eq=False)
class _Share:
    """What this process holds of one bucket. `points` may be negative: that much is still to be paid."""

    policy: Policy
    key: str
    points: float
    unpaid: float
    left: float
    seen: float
    used: float
    dry_until: float = 0.0
    line: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def low(self) -> bool:
        return self.unpaid > 0 or self.points < self.policy.portion / 2

    def level(self, now: float) -> float:
        """Points that there should be: what the bucket held when it was last seen, what it gained, and what is here."""
        gained = (now - self.seen) * self.policy.rate
        return min(self.left + gained - self.unpaid + self.points, self.policy.capacity)

    def wish(self, more: float) -> Wish:
        wanted = min(self.unpaid + more - self.points, self.policy.capacity)
        return Wish(self.key, wanted / self.policy.rate, self.policy.span)


class Rates:
    """The rates of one process. `most` shares are held; beyond that the longest unused rest first."""

    def __init__(
        self, buckets: Buckets | None = None, clock: Callable[[], float] = time.monotonic, *, most: int = 50_000
    ) -> None:
        self._buckets = buckets or OwnBuckets(clock)
        self._clock, self._most = clock, most
        self._shares: dict[tuple[str, str], _Share] = {}
        self._low: set[_Share] = set()
        self._wake = asyncio.Event()
        self.leases = 0
        """How often the buckets were asked."""

    def __len__(self) -> int:
        """How many shares are held."""
        return len(self._shares)

    def __bool__(self) -> bool:
        return True

    async def take(self, policy: Policy, key: str, points: float = 1.0) -> None:
        """So many points of the bucket `key` of this policy, at most as many as it ever holds.

        Raises RateLimited, and takes nothing, when they are not there.
        """
        share = self._shares.get((policy.name, key)) or self._new(policy, key)
        share.used = self._clock()
        points = min(points, policy.capacity)
        if share.points < points:
            await self._fetch(share, points)
        share.points -= points
        if share.low and share not in self._low:
            self._low.add(share)
            self._wake.set()

    def give_back(self, policy: Policy, key: str, points: float) -> None:
        """Points that were taken and not needed."""
        share = self._shares.get((policy.name, key))
        if share is not None:
            share.points += points

    def level(self, policy: Policy, key: str) -> float:
        """Points that can be taken now, as far as this process knows."""
        share = self._shares.get((policy.name, key))
        return share.level(self._clock()) if share else policy.capacity

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Meanwhile shares are filled before they are empty, and given back when they rest or when this ends."""
        try:
            async with meanwhile(self._keep()):
                yield
        finally:
            await self._settle(self._shares.values(), keep=False)

    def _new(self, policy: Policy, key: str) -> _Share:
        now = self._clock()
        # Too many callers at once: nobody gets anything before the bucket was asked.
        advance = policy.portion / 2 if len(self._shares) < self._most else 0.0
        share = _Share(policy, f"{policy.name}:{key}", advance, advance, policy.capacity, now, now)
        self._shares[policy.name, key] = share
        return share

    async def _fetch(self, share: _Share, points: float) -> None:
        """Wait until the share holds so many points; raises RateLimited when the bucket has not got them."""
        async with share.line:
            now = self._clock()
            if share.points < points and now >= share.dry_until:
                await self._lease([(share, share.wish(points + share.policy.portion / 2))])
                now = self._clock()
            if share.points >= points:
                return
            missing = points - share.points - max(0.0, share.left + (now - share.seen) * share.policy.rate)
            seconds = max(missing / share.policy.rate, 0.0)
            if now >= share.dry_until:
                least, most = _ASK_AGAIN
                share.dry_until = now + min(max(seconds, least), most)
            raise RateLimited(share.policy.name, seconds)

    async def _lease(self, wanted: list[tuple[_Share, Wish]]) -> None:
        self.leases += 1
        granted = await self._buckets.lease([wish for _, wish in wanted])
        now = self._clock()
        for share, _ in wanted:
            grant = granted[share.key]
            share.points += grant.seconds * share.policy.rate - share.unpaid
            share.unpaid = 0.0
            share.left, share.seen = grant.left * share.policy.rate, now

    async def _keep(self) -> None:
        swept = self._clock()
        while True:
            try:
                async with asyncio.timeout(_TICK):
                    await self._wake.wait()
                self._wake.clear()
                await self._refill()
            except TimeoutError:
                await self._settle(self._resting())
            if self._clock() - swept > _SWEEP_EACH:
                swept = self._clock()
                await _quietly(self._buckets.sweep())

    async def _refill(self) -> None:
        low, self._low = self._low, set()
        now = self._clock()
        asked = [(share, share.wish(share.policy.portion)) for share in low if share.low and now >= share.dry_until]
        if asked:
            await _quietly(self._lease(asked))

    def _resting(self) -> list[_Share]:
        now = self._clock()
        resting = [share for share in self._shares.values() if now - share.used > _RESTS_AFTER]
        if len(self._shares) - len(resting) > self._most:
            resting = sorted(self._shares.values(), key=lambda share: share.used)[: -self._most]
        return resting

    async def _settle(self, shares: Iterable[_Share], *, keep: bool = True) -> None:
        """Give back what these shares hold; the ones that owe nothing are forgotten."""
        settled = list(shares)
        asked = [(share, share.wish(0.0)) for share in settled if abs(share.points) > _DUST or share.unpaid]
        if asked:
            await _quietly(self._lease(asked))
        for share in settled:
            if not keep or (share.points >= -_DUST and not share.unpaid):
                self._shares.pop((share.policy.name, share.key.removeprefix(f"{share.policy.name}:")), None)


async def _quietly(work: Awaitable[None]) -> None:
    """A database that cannot be asked now can be asked later; whoever needs points meanwhile asks for himself."""
    try:
        await work
    except (Unavailable, LostRace):
        return
    except Exception:
        log.exception("the buckets of the rates could not be asked")
