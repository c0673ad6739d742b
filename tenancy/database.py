"""Where connections come from, and what they speak. Which failures mean "come back later" is in `tenancy.failures`.

SQLAlchemy's pool keeps the connections; the scope runs its statements on the driver's own connection, which the
pool lends (H-5). Only `tenancy.doors` and named system jobs may borrow one.

A connection speaks text for uuid, numeric, date and json: they arrive as `str`, made in C.

What one viewer's transaction sets (`app.tenant` and the rest) is transaction-local, and PostgreSQL itself undoes it
at COMMIT and at ROLLBACK. So a connection in no transaction carries nobody's settings, and check-in proves that
without a round trip: the driver knows the state from the server's last answer. A connection whose last answer has
not come (its task was cancelled, or ran out of time) proves nothing: it is asked once more, or thrown away.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from tenancy.logins import Loan as Loan
from tenancy.logins import Login
from tenancy.record import Connection as Connection
from tenancy.record import Row as Row
from tenancy.record import row_of as row_of
from tenancy.replica import Replica

# A text is prepared once for each connection and has one plan: weighing plans anew costs more than a read by key.
_GENERIC: Final = {"plan_cache_mode": "force_generic_plan"}
_UNHURRIED: Final = {"statement_timeout": "120s", "idle_in_transaction_session_timeout": "120s"}


class Database:
    """The runtime's connections to one database; see `Login.borrow` for what each promise costs."""

    def __init__(
        self,
        url: str,
        system_url: str,
        *,
        size: int = 8,
        slow: int = 2,
        replica_url: str = "",
        replica_seconds: float = 0.5,
    ) -> None:
        """`url` logs in as gw_app, `system_url` as gw_system; any `postgresql://` form, the driver is always ours.
        `replica_url` is gw_app's at a copy, which queries may read while it is at most so many seconds behind."""
        self._app = Login(url, size=size, settings=_GENERIC, patient=True)
        self._system = Login(system_url, size=4)
        self._meter = Login(system_url, size=2)
        self._copy = Login(replica_url, size=size, settings=_GENERIC) if replica_url else None
        self.replica = Replica(self._copy, self._app, replica_seconds) if self._copy else None
        self._slow = Login(url, size=slow, settings=_GENERIC | _UNHURRIED, command_timeout=120.0)

    def driver(self) -> "Loan":
        """A connection of gw_app, for one operation. For `tenancy.doors` only."""
        return self._app.borrow()

    def reader(self) -> "Loan":
        """The same for one query: of the copy, while there is one and it is near enough. For `tenancy.doors` and
        `tenancy.glance` only."""
        replica = self.replica
        return replica.borrow() if replica is not None and replica.usable else self._app.borrow()

    async def told(self) -> None:
        """Come back when whoever hears of what is committed by now will find it, wherever queries are read."""
        if self.replica is not None:
            await self.replica.told()

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """Keep watching the copy, if there is one; nobody reads from one that is not watched."""
        if self.replica is None:
            yield
            return
        async with self.replica.followed():
            yield

    def system(self) -> "Loan":
        """A connection of gw_system, which sees every tenant. For the named jobs only (D-30)."""
        return self._system.borrow()

    def meter(self) -> "Loan":
        """A connection of gw_system for what a request asks beside its operation, which waits for no job: the buckets
        of rates, the sign-ins of browsers. For `tenancy.buckets` and `tenancy.shelf` only."""
        return self._meter.borrow()

    def slow(self) -> "Loan":
        """A connection of gw_app for work of minutes, which no request waits for. For `tenancy.doors` only."""
        return self._slow.borrow()

    async def listener(self) -> Connection:
        """A connection of gw_app outside the pool, for LISTEN and for probes; the caller closes it."""
        return await self._app.alone()

    @property
    def lent(self) -> int:
        """How many of gw_app's connections are in use now."""
        return self._app.lent

    async def close(self) -> None:
        """Close what is idle; what is lent closes when it comes back."""
        await self._app.close()
        await self._system.close()
        await self._meter.close()
        await self._slow.close()
        if self._copy is not None:
            await self._copy.close()
