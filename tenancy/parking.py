"""Where a connection waits between two loans: still out of SQLAlchemy's pool, so that lending it again is free.

The pool makes connections and replaces what is old or dead. But every checkout takes a greenlet, two events and some
objects: more than a statement costs. So a connection that comes back clean stays here, the warmest first, and goes back
to the pool when a minute is over (the pool looks at its age then), or when it is closed or in a transaction (the pool
throws it away).

Whoever finds none waits here as well, first come first served. In the pool's own queue somebody who was woken finds the
connection taken by one who came later, and stands at the end again: one of a hundred waited for a second.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import PoolProxiedConnection

from tenancy.line import Line
from tenancy.record import Connection

MINUTE: Final = 60.0
PATIENCE: Final = 1.0
"""Seconds that somebody waits for a connection (security 3.5)."""


@dataclass(slots=True)
class Parked:
    """A connection out of the pool, its driver, and until when it may stay out (seconds of the monotonic clock)."""

    lent: PoolProxiedConnection
    driver: Connection
    until: float


class Parking:
    """The `size` connections of one login. `checkout` takes one from the pool, which has as many."""

    def __init__(self, checkout: Callable[[], Awaitable[PoolProxiedConnection]], size: int) -> None:
        self._checkout = checkout
        self._idle: list[Parked] = []
        self._places = size
        """How many more may be taken from the pool."""
        self._waiting: Line[Parked | None] = Line(self._returned)
        self._closed = False

    def __len__(self) -> int:
        return len(self._idle)

    async def take(self) -> Parked:
        """A living connection; raises what the pool raises, and PoolExhausted when none comes free in time."""
        while self._idle:
            found = self._idle.pop()
            if not found.driver.is_closed():
                return found
            self._leave(found)
        if self._places:
            self._places -= 1
            return await self._from_pool()
        return await self._handed_over() or await self._from_pool()

    def put(self, back: Parked) -> None:
        """Take a connection back."""
        driver = back.driver
        clean = not driver.is_closed() and not driver.is_in_transaction()
        if not clean or self._closed or monotonic() >= back.until:
            self._leave(back)
        elif not self._waiting.hand(back):
            self._idle.append(back)

    def throw_away(self, back: Parked) -> None:
        """Take a connection back that nobody shall use again."""
        back.lent.invalidate()
        self._leave(back)

    def close(self) -> None:
        """Give back what is here, and keep nothing that comes."""
        self._closed = True
        while self._idle:
            self._leave(self._idle.pop())

    def _leave(self, back: Parked) -> None:
        back.lent.close()
        self._free_place()

    async def _from_pool(self) -> Parked:
        """On a place that is taken already."""
        try:
            lent = await self._checkout()
        except BaseException:
            self._free_place()
            raise
        return Parked(lent, lent.driver_connection, monotonic() + MINUTE)  # type: ignore[arg-type]  # SQLAlchemy leaves it untyped

    async def _handed_over(self) -> Parked | None:
        """What the next one gives back: a connection, or None for its place."""
        try:
            return await self._waiting.wait(PATIENCE)
        except TimeoutError:
            raise PoolExhausted from None

    def _returned(self, handed: Parked | None) -> None:
        if handed is None:
            self._free_place()
        else:
            self.put(handed)

    def _free_place(self) -> None:
        if not self._waiting.hand(None):
            self._places += 1
