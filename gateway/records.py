"""Short-lived server-side records, such as browser sessions: what they promise, and an implementation in memory."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol


class Records(Protocol):
    """Bytes by key, each with an end in epoch seconds. Several workers need one that they share."""

    async def add(self, key: str, value: bytes, until: float) -> None:
        """Keep a new record."""

    async def get(self, key: str) -> bytes | None:
        """The record, unless it has ended."""

    async def replace(self, key: str, old: bytes, new: bytes, until: float) -> bool:
        """Put `new` where `old` still is; False, and nothing done, when it is gone or was changed meanwhile."""

    async def take(self, key: str) -> bytes | None:
        """Remove the record and give it to exactly one caller."""


class MemoryRecords:
    """Records of one process, at most `most` of them: the oldest leave first. They end with the process."""

    def __init__(self, clock: Callable[[], float], most: int = 10_000) -> None:
        self._clock, self._most = clock, most
        self._kept: OrderedDict[str, tuple[bytes, float]] = OrderedDict()

    async def add(self, key: str, value: bytes, until: float) -> None:
        self._kept[key] = value, until
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    async def get(self, key: str) -> bytes | None:
        value, until = self._kept.get(key, (None, 0.0))
        if until <= self._clock():
            self._kept.pop(key, None)
            return None
        return value

    async def replace(self, key: str, old: bytes, new: bytes, until: float) -> bool:
        if await self.get(key) != old:
            return False
        self._kept[key] = new, until
        return True

    async def take(self, key: str) -> bytes | None:
        value = await self.get(key)
        self._kept.pop(key, None)
        return value
