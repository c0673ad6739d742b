"""Short-lived server-side records, such as browser sessions: what they promise. `tenancy.shelf` keeps the promise."""

from typing import Protocol


class Records(Protocol):
    """Bytes by key, each with an end in epoch seconds, shared by all processes. Raises Unavailable."""

    async def add(self, key: str, value: bytes, until: float, owner: str = "") -> None:
        """Keep a new record; `owner` is whoever `take_all` may name later."""

    async def get(self, key: str) -> bytes | None:
        """The record, unless it has ended."""

    async def replace(self, key: str, old: bytes, new: bytes, until: float) -> bool:
        """Put `new` where `old` still is; False, and nothing done, when it is gone or was changed meanwhile."""

    async def take(self, key: str) -> bytes | None:
        """Remove the record and give it to exactly one caller."""

    async def take_all(self, owner: str) -> None:
        """Remove every record of this owner."""
