"""Old events and old keys are cleared away meanwhile (see `tenancy.clearing`); several processes may run it."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from tenancy.clearing import clear
from tenancy.clock import Clock
from tenancy.database import Database
from tenancy.meanwhile import meanwhile

EACH_SECONDS: Final = 600.0

_log = logging.getLogger("gateway.clearing")


class Clearing:
    """One task; `cleared` counts the rows that it removed, for whoever watches the process."""

    def __init__(self, database: Database, clock: Clock, events_kept: timedelta) -> None:
        self._database, self._clock, self._kept = database, clock, events_kept
        self.cleared = 0

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Clear now and every ten minutes, meanwhile."""
        async with meanwhile(self._work()):
            yield

    async def _work(self) -> None:
        while True:
            try:
                self.cleared += await clear(self._database, self._clock.now(), self._kept)
            except Exception as error:
                # What is old can wait; the next turn takes it.
                _log.warning("old events and keys are not cleared away now: %s", type(error).__name__)
            await asyncio.sleep(EACH_SECONDS)
