"""Records of browsers in this process's memory, for tests that are about sign-in and not about where it is kept."""

from collections import OrderedDict
from collections.abc import Callable


class MemoryRecords:
    """As `gateway.records.Records` promises, for one process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.kept: OrderedDict[str, tuple[bytes, float, str]] = OrderedDict()

    async def add(self, key: str, value: bytes, until: float, owner: str = "") -> None:
        self.kept[key] = value, until, owner

    async def get(self, key: str) -> bytes | None:
        value, until, _ = self.kept.get(key, (None, 0.0, ""))
        return value if until > self._clock() else None

    async def replace(self, key: str, old: bytes, new: bytes, until: float) -> bool:
        if await self.get(key) != old:
            return False
        self.kept[key] = new, until, self.kept[key][2]
        return True

    async def take(self, key: str) -> bytes | None:
        value = await self.get(key)
        self.kept.pop(key, None)
        return value

    async def take_all(self, owner: str) -> None:
        for key in [key for key, (_, _, theirs) in self.kept.items() if theirs == owner]:
            del self.kept[key]
