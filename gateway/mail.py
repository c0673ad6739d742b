"""Sending letters of invitation: taken at once, sent behind the command, tried again when the way is blocked.
Reminders go the same way, but wait in their rows instead (`gateway.reminding`).

    office = PostOffice(carrier_of(settings))
    async with office.running(): ...           the house hands it letters by `take`

A letter that cannot be delivered is lost with the process: its invitation stands, and `resendInvitation` writes a new
one. No secret of a link is ever written to a log.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from resolvers.mailing import Letter, Mail

TRIES = 4
WAIT_SECONDS = 2.0
CLOSING_SECONDS = 5.0
WAITING_LETTERS = 10_000

_log = logging.getLogger("gateway.mail")


class Carrier(Protocol):
    """One way to deliver a mail; raises OSError when it cannot now."""

    async def deliver(self, letter: Mail) -> None: ...


class PostOffice:
    """Delivers letters one after the other in a task of its own."""

    def __init__(self, carrier: Carrier, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._carrier, self._wait = carrier, wait_seconds
        self._waiting: asyncio.Queue[Letter] = asyncio.Queue(WAITING_LETTERS)

    def take(self, letters: Sequence[Letter]) -> None:
        """Accept letters; returns at once."""
        for letter in letters:
            try:
                self._waiting.put_nowait(letter)
            except asyncio.QueueFull:
                _log.error("An invitation was not mailed: too many letters are waiting.")

    async def sent(self) -> None:
        """Wait until every letter taken so far was delivered or given up."""
        await self._waiting.join()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver meanwhile; on the way out the rest, as far as there is time."""
        work = asyncio.create_task(self._work())
        try:
            yield
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.sent(), CLOSING_SECONDS)
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work

    async def _work(self) -> None:
        while True:
            letter = await self._waiting.get()
            try:
                await self._deliver(letter)
            finally:
                self._waiting.task_done()

    async def _deliver(self, letter: Letter) -> None:
        for turn in range(1, TRIES + 1):
            try:
                return await self._carrier.deliver(letter)
            except Exception as error:
                # Whatever one letter meets, the next one must still go out.
                _log.warning("An invitation was not mailed, try %d of %d: %s", turn, TRIES, type(error).__name__)
            if turn < TRIES:
                await asyncio.sleep(self._wait * 2 ** (turn - 1))
        return None
