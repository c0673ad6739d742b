"""One who waits for events: a subscription, or a socket that must know whether its holder still has a place.

A follower is woken for three reasons: an event that it waits for; an event after which it may have lost its rights;
and time, because a delegated relationship ends, a day begins, or nobody looked for a minute (`tenancy.relay`).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from sys import maxsize
from typing import Any, Final

from tenancy.words import Watched

RIGHTS: Final = frozenset({"membership", "workspace", "group", "delegation", "agreement", "invitation", "application"})
"""Topics of events after which somebody may see less than before; so may a case that is shared no more."""


@dataclass(frozen=True, slots=True)
class Event:
    """A row of the outbox: ids and words."""

    tenant_id: str
    id: int
    topic: str
    subject_id: str
    workspace_id: str | None
    payload: Mapping[str, Any]


def nothing(_: Event) -> bool:
    """No event is waited for."""
    return False


@dataclass(eq=False)
class Follower:
    """One who waits for events of a tenant. `also` are tenants in which its rights may end as well.

    `position` is the last event of the tenant that it needs to know nothing more about.
    """

    tenant: str
    wants: Callable[[Event], bool] = nothing
    user: str | None = None
    also: frozenset[str] = frozenset()
    until: datetime | None = None
    """When something that its rights rest on ends by itself."""
    watched: Watched | None = None
    places: frozenset[str] = frozenset()
    """The workspaces that it is told about; both are for the roll (`tenancy.roll`)."""
    begun_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    position: int = 0
    wanted: int = maxsize
    """The last event that it was woken for; before it has read for the first time, it may want anything."""
    looked_at: float = 0.0
    _wanted_before: int = 0
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    async def woken(self) -> None:
        """Return when there may be something to do; the next call waits for the next reason."""
        await self._woken.wait()
        self._woken.clear()
        self.looked_at = asyncio.get_running_loop().time()

    def wake(self) -> None:
        self._woken.set()

    def looking(self) -> None:
        """It begins to read what comes after its position."""
        self._wanted_before = self.wanted

    def found_nothing(self) -> None:
        """There was nothing for it: what it was woken for until it began to read is behind it."""
        if self.wanted == self._wanted_before:
            if self.wanted != maxsize:
                self.position = max(self.position, self.wanted)
            self.wanted = 0

    def hear(self, event: Event) -> None:
        """Wake up if the event concerns this one; else, when nothing else waits, it is behind it."""
        here = event.tenant_id == self.tenant
        if here and self.wants(event):
            self.wanted = event.id
            self.wake()
        elif self._may_lose(event):
            self.wake()
        if here and self.position >= self.wanted:
            self.position = max(self.position, event.id)

    def _may_lose(self, event: Event) -> bool:
        if event.topic == "membership" and self.user is not None:
            return event.subject_id == self.user
        return event.topic in RIGHTS
