"""A line of those who wait for what only so many can have at once: first come, first served, and nobody for ever."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Line(Generic[T]):
    """Who gives something back hands it to whoever waits longest. `return_` takes back what was handed to somebody who
    gave up at that very moment."""

    def __init__(self, return_: Callable[[T], None]) -> None:
        self._return = return_
        self._waiting: deque[asyncio.Future[T]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    async def wait(self, seconds: float) -> T:
        """What is handed over when it is one's turn; raises TimeoutError when it does not come in time."""
        turn: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(seconds):
                return await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                self._return(turn.result())
            elif turn in self._waiting:
                self._waiting.remove(turn)
            raise

    def hand(self, what: T) -> bool:
        """Give it to whoever waits longest; False when nobody does."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(what)
                return True
        return False
