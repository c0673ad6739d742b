"""A copy of the database that answers queries, never older than a bound that is proved (house H-4, H-8).

A proof: ask the primary how far its log is on disk, then the copy whether it has replayed that much. If so, then
whatever was committed before the first question is on the copy, and the copy may be read for the bound's seconds after
that question. Without a proof of that age queries go to the primary.

Who writes hears of it when the copy has it, or when the bound has passed since the commit: from then on every proof
that still counts, of whatever process, is younger than the commit. So whoever heard of a write reads it, everywhere,
and no client has to carry anything around.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Final

from tenancy.errors import Unavailable
from tenancy.failures import refusal
from tenancy.logins import Loan, Login
from tenancy.meanwhile import meanwhile
from tenancy.parking import Parking
from tenancy.record import Connection

_WRITTEN: Final = "select pg_current_wal_flush_lsn()::text"
_REPLAYED: Final = "select coalesce(pg_is_in_recovery() and pg_last_wal_replay_lsn() >= $1::text::pg_lsn, false)"
_PROOFS: Final = 5
"""Proofs within one bound, when nobody waits for one."""

_LOOK_AGAIN: Final = 0.002
_CONNECT_AGAIN: Final = 1.0


class Replica:
    """The copy behind `copy`, at most `seconds` behind `main`."""

    def __init__(self, copy: Login, main: Login, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._copy, self._main, self._seconds, self._clock = copy, main, seconds, clock
        self._proved = float("-inf")
        self._wanted = asyncio.Event()
        self._news = asyncio.Event()
        self.lost_times = 0
        """How often it failed somebody who read from it."""

    @property
    def usable(self) -> bool:
        """Whether it is proved to be near enough."""
        return self._clock() < self._proved + self._seconds

    def borrow(self) -> Loan:
        """A connection for one query: of the copy, or of the primary when the copy cannot give one after all."""
        return CopyLoan(self, self._copy.parking, self._main.parking)

    def lost(self) -> None:
        """It failed: nobody reads from it before it is proved again."""
        self._proved = float("-inf")
        self.lost_times += 1

    async def told(self) -> None:
        """Wait until what is committed by now is on the copy, or until no proof that lacks it counts any more."""
        since = self._clock()
        self._wanted.set()
        while self._proved < since and (left := since + self._seconds - self._clock()) > 0:
            news = self._news
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await news.wait()

    @asynccontextmanager
    async def followed(self) -> AsyncIterator[None]:
        """Prove meanwhile, again and again."""
        async with meanwhile(self._follow()):
            yield

    async def _follow(self) -> None:
        while True:
            try:
                await self._prove_for_ever()
            except Exception as error:
                if not isinstance(error, Unavailable) and refusal(error) is None:
                    raise
            await asyncio.sleep(_CONNECT_AGAIN)

    async def _prove_for_ever(self) -> None:
        main = await self._main.alone()
        try:
            copy = await self._copy.alone()
            try:
                while True:
                    self._wanted.clear()
                    await self._prove(main, copy)
                    with suppress(TimeoutError):
                        async with asyncio.timeout(self._seconds / _PROOFS):
                            await self._wanted.wait()
            finally:
                copy.terminate()
        finally:
            main.terminate()

    async def _prove(self, main: Connection, copy: Connection) -> None:
        asked = self._clock()
        position = await main.fetchval(_WRITTEN)
        while not await copy.fetchval(_REPLAYED, position):
            if self._clock() > asked + self._seconds:
                return
            await asyncio.sleep(_LOOK_AGAIN)
        self._proved = asked
        news, self._news = self._news, asyncio.Event()
        news.set()


class Forsaken(Unavailable):
    """The copy went away from a query that was read there. Nothing is known, nothing was written: it can be read again
    at the primary."""


class CopyLoan(Loan):
    """A connection of the copy, lent for one query. What the copy alone is to blame for leaves as Forsaken."""

    __slots__ = ("_main", "_replica")

    def __init__(self, replica: Replica, copy: Parking, main: Parking) -> None:
        super().__init__(copy)
        self._replica: Replica | None = replica
        self._main = main

    @property
    def copied(self) -> bool:
        return self._replica is not None

    async def __aenter__(self) -> Connection:
        try:
            return await super().__aenter__()
        except Unavailable:
            assert self._replica is not None
            self._replica.lost()
            self._parking, self._replica = self._main, None
            return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        failed = self._lent.driver.is_closed() or isinstance(error, Forsaken) or gone(error)
        if failed and self._replica is not None:
            self._replica.lost()
        try:
            await super().__aexit__(kind, error, trace)
        except Unavailable:
            if self.copied and gone(error):
                raise Forsaken from error
            raise


def gone(error: BaseException | None) -> bool:
    """Whether this is what a copy says that goes away, or that must replace what was being read; not that something
    took too long, which the primary would not do any faster."""
    no = None if error is None else refusal(error)
    return no is not None and no.code == Unavailable.default
