"""How late the event loop comes: who sleeps a moment and wakes late was held up by somebody's work (security 4.2, R7).

One document that keeps the loop busy keeps everybody waiting, whatever tenant they are of. So each process looks a
hundred times a second, tells the metrics, and writes a line with the documents that were being worked on when the loop
stood still for longer than it may.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic, process_time
from typing import Final

from gateway.operations import Operations
from tenancy.meanwhile import meanwhile

STEP: Final = 0.01
"""Seconds between two looks; what stands still for less is not always seen."""

STALL: Final = 0.1
"""Seconds that the loop may stand still (4.2)."""

_MINUTE: Final = 60.0
_MOST_NAMED: Final = 8


class Lateness:
    """Of the event loop of one process, in seconds."""

    def __init__(self, operations: Operations, clock: Callable[[], float] = monotonic) -> None:
        self._operations, self._clock = operations, clock
        self.longest = 0.0
        self._minute, self._now, self._before = 0.0, 0.0, 0.0

    @property
    def lately(self) -> float:
        """The longest of the last one or two minutes."""
        self._turn()
        return max(self._now, self._before)

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look meanwhile."""
        async with meanwhile(self._look()):
            yield

    def note(self, late: float, worked: float) -> None:
        """The loop came so much later than it was asked to, and the process itself worked for so long meanwhile: who
        was late and did not work had no processor."""
        self._turn()
        self._now = max(self._now, late)
        self.longest = max(self.longest, late)
        self._operations.telemetry.late(late)
        if late > STALL:
            marks = sorted({each.document for each in self._operations.running.values() if each.document})
            told = {"milliseconds": round(late * 1000), "worked": round(worked * 1000)}
            self._operations.logbook.remark("stall", **told, documents=marks[:_MOST_NAMED])

    async def _look(self) -> None:
        while True:
            asked, before = self._clock(), process_time()
            await asyncio.sleep(STEP)
            self.note(max(0.0, self._clock() - asked - STEP), process_time() - before)

    def _turn(self) -> None:
        """Begin a new minute when one is over."""
        passed = self._clock() - self._minute
        if passed >= _MINUTE:
            self._before = self._now if passed < 2 * _MINUTE else 0.0
            self._minute, self._now = self._clock(), 0.0
