"""Where a connection waits between two loans: still out of SQLAlchemy's pool, so that lending it again is free.

The pool makes connections, counts them, lets callers wait, and replaces what is old or dead. But every checkout takes a
greenlet, two events and some objects: more than a statement costs. So a connection that comes back clean stays here,
the warmest first, and goes back to the pool when somebody waits there, when a minute is over (the pool looks at its
age then), or when it is closed or in a transaction (the pool throws it away).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final

from sqlalchemy.pool import PoolProxiedConnection

from tenancy.record import Connection

MINUTE: Final = 60.0


@dataclass(slots=True)
class Parked:
    """A connection out of the pool, its driver, and until when it may stay out (seconds of the monotonic clock)."""

    lent: PoolProxiedConnection
    driver: Connection
    until: float


class Parking:
    """The connections of one login that nobody uses at the moment. `checkout` takes one from the pool."""

    def __init__(self, checkout: Callable[[], Awaitable[PoolProxiedConnection]]) -> None:
        self._checkout = checkout
        self._idle: list[Parked] = []
        self._waiting = 0
        self._closed = False

    def __len__(self) -> int:
        return len(self._idle)

    async def take(self) -> Parked:
        """A living connection; raises what the pool raises when it has none."""
        while self._idle:
            found = self._idle.pop()
            if not found.driver.is_closed():
                return found
            found.lent.close()
        self._waiting += 1
        try:
            lent = await self._checkout()
        finally:
            self._waiting -= 1
        return Parked(lent, lent.driver_connection, monotonic() + MINUTE)  # type: ignore[arg-type]  # SQLAlchemy leaves it untyped

    def put(self, back: Parked) -> None:
        """Take a connection back."""
        driver = back.driver
        clean = not driver.is_closed() and not driver.is_in_transaction()
        if clean and not self._waiting and not self._closed and monotonic() < back.until:
            self._idle.append(back)
        else:
            back.lent.close()

    def close(self) -> None:
        """Give back what is here, and keep nothing that comes."""
        self._closed = True
        while self._idle:
            self._idle.pop().lent.close()
