"""What waits to be sent to one client: bounded, so that who does not read costs nobody else anything (W-10)."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

from gateway.socket_words import Closed, Code

MOST_BYTES: Final = 256 * 1024
"""Beyond this much unsent text the client is slow, and is let go."""


class Outlet:
    """Texts in the order in which they were put, each of them of an operation or of none."""

    def __init__(self, send: Callable[[str], Awaitable[None]], most: int = MOST_BYTES) -> None:
        self._send, self._most = send, most
        self._waiting: deque[tuple[str | None, str]] = deque()
        self._bytes = 0
        self._ready = asyncio.Event()

    def put(self, text: str, operation: str | None = None) -> None:
        """Send this after all else; never waits. Raises Closed when too much waits already."""
        self._bytes += len(text)
        if self._bytes > self._most:
            raise Closed(Code.TRY_LATER, "Slow reader")
        self._waiting.append((operation, text))
        self._ready.set()

    def withdraw(self, operation: str) -> None:
        """Leave out what still waits of an operation: its right has ended (W-11)."""
        kept = [(each, text) for each, text in self._waiting if each != operation]
        self._waiting = deque(kept)
        self._bytes = sum(len(text) for _, text in kept)

    async def run(self) -> None:
        """Send, for as long as the client reads."""
        while True:
            await self._ready.wait()
            self._ready.clear()
            while self._waiting:
                _, text = self._waiting.popleft()
                await self._send(text)
                self._bytes -= len(text)
