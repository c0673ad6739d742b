"""Reminders go out while time passes: of invitations that nobody has used (2.1), of delegations that end (3.5).

    work = Reminding(database, doors, clock, carrier, settings.invitation_reminders)
    async with work.running(): ...

Once a minute it looks what is due. It keeps nothing in memory: the rows say what is planned, who sends it now, and what
went out (`resolvers.invitations_reminding`, `resolvers.partners_reminding`). Any number of processes may run one.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Collection
from typing import Final

from gateway.mail import Carrier
from resolvers.invitations_reminding import Held, failed, hold, sent
from resolvers.partners_reminding import tell_ends
from resolvers.rules.reminders import DELEGATION_DAYS
from tenancy.clock import Clock
from tenancy.database import Database
from tenancy.doors import Doors
from tenancy.due_reminders import ends_due, invitations_due
from tenancy.meanwhile import finished

EACH_SECONDS: Final = 60.0

ATTEMPT_SECONDS: Final = 60.0
"""The longest attempt at one mail; the lease of a reminder is longer."""

BLOCKED: Final = 3
"""After so many failures one after the other the way is blocked: the others wait for the next turn."""

CLOSING_SECONDS: Final = 5.0

_log = logging.getLogger("gateway.reminding")


class Reminding:
    """One task. `sent`, `failed` and `told` count mails, attempts and ends of delegations, for whoever watches the
    process; `days` are those of invitations."""

    def __init__(self, database: Database, doors: Doors, clock: Clock, carrier: Carrier, days: Collection[int]) -> None:
        self._database, self._doors, self._clock = database, doors, clock
        self._carrier, self._days = carrier, days
        self._stopping = asyncio.Event()
        self.sent = self.failed = self.told = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work meanwhile; on the way out the mail that is under way is finished, as far as there is time."""
        self._stopping.clear()
        async with finished(self._work(), self._stopping.set, CLOSING_SECONDS):
            yield

    async def turn(self) -> None:
        """Do what is due now."""
        await self._tell()
        await self._mail()

    async def _tell(self) -> None:
        for tenant in await ends_due(self._database, self._clock.now(), DELEGATION_DAYS):
            self.told += await tell_ends(self._doors, tenant)

    async def _mail(self) -> None:
        """One mail for each tenant, and then again, so that none waits for all of another."""
        waiting = deque(await invitations_due(self._database, self._clock.now()) if self._days else ())
        blocked = 0
        while waiting and blocked < BLOCKED and not self._stopping.is_set():
            tenant = waiting.popleft()
            held = await hold(self._doors, tenant, self._days)
            if held is None:
                continue
            waiting.append(tenant)
            blocked = 0 if await self._delivered(held) else blocked + 1

    async def _delivered(self, held: Held) -> bool:
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                await self._carrier.deliver(held.reminder)
        except Exception as error:
            # Whatever one mail meets, the next one must still go out.
            _log.warning("A reminder was not mailed, try %d: %s", held.tries, type(error).__name__)
            self.failed += 1
            await failed(self._doors, held, self._days)
            return False
        self.sent += 1
        await sent(self._doors, held, self._days)
        return True

    async def _work(self) -> None:
        while not self._stopping.is_set():
            for part in (self._tell, self._mail):
                try:
                    await part()
                except Exception as error:
                    # What is due stays due, the next turn takes it; and neither part waits for the other's trouble.
                    _log.warning("Not everybody is reminded now: %s", type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), EACH_SECONDS)
