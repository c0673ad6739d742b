"""A database that is away for a moment: whoever needs a connection then gets it a moment later (F-02, F-03).

PostgreSQL that restarts, or recovers from the death of a backend, is often back in less than a second. So while an
outage is that young, a new connection is tried for again. One that has lasted longer is answered with a no at once,
whoever asks and for whichever step of a request: nothing piles up, and every no comes within a second. At most as many
try as the pool has connections; the others stand in the parking's line meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable
from random import uniform
from time import monotonic
from typing import Final, Generic, TypeVar

from tenancy.failures import away

BRIEF: Final = 0.8
"""Seconds after its begin for which an outage is waited out."""

_LULL: Final = 5.0
"""Seconds without a failure after which the next one is another outage."""

_STEP: Final = (0.03, 0.07)
"""Seconds between two tries: somewhere in between, so that not all try in the same moment."""

T = TypeVar("T")


class Bridge(Generic[T]):
    """The same `checkout`, over a short outage."""

    def __init__(self, checkout: Callable[[], Awaitable[T]], clock: Callable[[], float] = monotonic) -> None:
        self._checkout, self._clock = checkout, clock
        self._began = self._failed = -_LULL

    async def __call__(self) -> T:
        while True:
            try:
                return await self._checkout()
            except Exception as error:
                if not away(error) or not self._is_brief():
                    raise
            await asyncio.sleep(uniform(*_STEP))

    def _is_brief(self) -> bool:
        """Whether the outage that somebody has just met is young."""
        now = self._clock()
        if now - self._failed >= _LULL:
            self._began = now
        self._failed = now
        return now - self._began < BRIEF
