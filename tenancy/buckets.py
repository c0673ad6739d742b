"""Where the points of a rate are kept: in PostgreSQL for all processes, or in this one alone.

A process leases points in portions and spends them without asking anybody; `tenancy.rates` does that. In here
everything is in seconds of refilling: a bucket holds `span` seconds and gains one a second.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tenancy.database import Database


@dataclass(frozen=True, slots=True)
class Wish:
    """So many seconds out of this bucket; a negative number gives back."""

    key: str
    seconds: float
    span: float


@dataclass(frozen=True, slots=True)
class Grant:
    """What was given, and what the bucket holds now."""

    seconds: float
    left: float


class Buckets(Protocol):
    """Buckets of points by key; one that nobody has asked for is full."""

    async def lease(self, wishes: Sequence[Wish]) -> dict[str, Grant]:
        """Each wish as far as its bucket can fulfil it, each key once. Raises Unavailable."""

    async def sweep(self) -> None:
        """Forget the buckets that are full."""


# What is lacking is never more than the span: a shorter one, newly set, forgives the rest.
_LACKING: Final = "least(excluded.span, greatest(0, extract(epoch from b.full_at - now())::float8))"
_GRANTED: Final = f"least(excluded.granted, excluded.span - {_LACKING})"
_LEASE: Final = f"""
insert into app.rate_bucket as b (key, full_at, span, granted)
select key, now() + greatest(least(seconds, span), 0) * interval '1 second', span, least(seconds, span)
from unnest($1::text[], $2::float8[], $3::float8[]) as asked (key, seconds, span) order by key
on conflict (key) do update set
  span = excluded.span,
  granted = {_GRANTED},
  full_at = now() + interval '1 second' * ({_LACKING} + {_GRANTED})
returning key, granted, span - greatest(0, extract(epoch from full_at - now())::float8)
"""

_SWEEP: Final = "delete from app.rate_bucket where full_at < now() - interval '1 minute'"


class SharedBuckets:
    """Buckets of all processes on one database: one statement for any number of keys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lease(self, wishes: Sequence[Wish]) -> dict[str, Grant]:
        columns = [[each.key for each in wishes], [each.seconds for each in wishes], [each.span for each in wishes]]
        async with self._database.meter() as connection:
            rows = await connection.fetch(_LEASE, *columns)
        return {key: Grant(granted, left) for key, granted, left in rows}

    async def sweep(self) -> None:
        async with self._database.meter() as connection:
            await connection.execute(_SWEEP)


class OwnBuckets:
    """Buckets of this process alone: for what must not cost a statement, such as callers without a name."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: dict[str, float] = {}

    async def lease(self, wishes: Sequence[Wish]) -> dict[str, Grant]:
        return {wish.key: self._granted(wish) for wish in wishes}

    async def sweep(self) -> None:
        now = self._clock()
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}

    def _granted(self, wish: Wish) -> Grant:
        now = self._clock()
        lacking = min(max(self._full_at.get(wish.key, now) - now, 0.0), wish.span)
        granted = min(wish.seconds, wish.span - lacking)
        self._full_at[wish.key] = now + lacking + granted
        return Grant(granted, wish.span - max(0.0, lacking + granted))
