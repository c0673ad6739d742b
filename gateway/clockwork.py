"""What time does by itself is done on time: SLA clocks warn and fail (CS-45..47), at most a second late.

    work = Clockwork(database, doors, clock)
    async with work.running(): ...

It sleeps until the next moment that anything falls due, and is woken by every command that publishes something,
because a command may have started a clock. It keeps nothing in memory: after a restart the tables say what is due.
Any number of processes may run one (see `resolvers.sla_aging`).
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

from resolvers.sla_aging import age_clocks
from tenancy.clock import Clock
from tenancy.database import Connection, Database
from tenancy.doors import Doors
from tenancy.due import due
from tenancy.meanwhile import finished

LONGEST_SECONDS = 30.0
"""How long it sleeps when nothing is known to be due: the net below a wake-up call that was lost."""

REST_SECONDS = 0.25
"""The least time between two looks, however often it is woken."""

LATER_SECONDS = 1.0
"""The pause after a turn that failed, always the same: when the database is back, clocks are no later than this."""

CLOSING_SECONDS = 5.0

_log = logging.getLogger("gateway.clockwork")


class Clockwork:
    """One task; `changed` counts what it wrote down, for whoever watches the process."""

    def __init__(self, database: Database, doors: Doors, clock: Clock) -> None:
        self._database, self._doors, self._clock = database, doors, clock
        self._woken = asyncio.Event()
        self._ear: Connection | None = None
        self._stopping = False
        self.changed = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work meanwhile; on the way out what was begun is finished, as far as there is time."""
        self._stopping = False
        try:
            async with finished(self._work(), self._stop, CLOSING_SECONDS):
                yield
        finally:
            if self._ear is not None and not self._ear.is_closed():
                await self._ear.close()

    def _stop(self) -> None:
        self._stopping = True
        self._woken.set()

    async def turn(self) -> float:
        """Do what is due now; the seconds until something is due again."""
        found = await due(self._database, self._clock.now())
        before = self.changed
        for tenant in found.tenants:
            self.changed += await age_clocks(self._doors, tenant)
        if found.tenants:
            # Only another look tells what comes next; a clock that a command holds is not free at once.
            return 0.0 if self.changed > before else REST_SECONDS
        if found.next is None:
            return LONGEST_SECONDS
        return min(LONGEST_SECONDS, (found.next - self._clock.now()).total_seconds())

    async def _work(self) -> None:
        failures = 0
        while not self._stopping:
            self._woken.clear()
            try:
                await self._listen()
                wait, failures = await self.turn(), 0
            except Exception as error:
                # Whatever one turn meets, the clocks must go on.
                failures += 1
                if failures.bit_count() == 1:  # the first, the second, the fourth: a long outage fills no log
                    _log.warning("SLA clocks are not followed now, try %d: %s", failures, type(error).__name__)
                wait = LATER_SECONDS
            await self._sleep(wait)

    async def _sleep(self, seconds: float) -> None:
        if self._stopping:
            return
        # Never at once again: what woke us may go on doing so, and a locked clock is not free yet.
        await asyncio.sleep(min(REST_SECONDS, max(seconds, 0.02)))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), max(seconds - REST_SECONDS, 0.0))

    async def _listen(self) -> None:
        """Hear of what commands publish; a connection that was lost is opened again."""
        if self._ear is not None and not self._ear.is_closed():
            return
        self._ear = await self._database.listener()
        self._ear.add_termination_listener(self._wake)
        await self._ear.add_listener("outbox", self._wake)

    def _wake(self, *_: Any) -> None:
        self._woken.set()
