"""How many operations may run at once: of a principal, of a tenant, in this process (security 3.5, F-07, F-17).

Who finds no place waits for one, but not for long, and not in a long queue: there are as many places to wait as to run.
Beyond that it is better to hear a clear no. Whoever waits for a place of its own holds none of its tenant, and whoever
waits for its tenant none of the process.

A tenant may have more in flight than run: were it to run as many as the pool has connections, everybody else would
stand behind it, however small its share of the points.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Final

from gateway.settings import Settings
from tenancy.errors import RateLimited, Refusal, Unavailable
from tenancy.line import Line

AGAIN: Final = 1.0
"""Seconds after which somebody who found no place is told to come back."""


class Places:
    """At most `most` at once for each key; `queue` (as many again) wait, each at most `seconds`, first come first
    served."""

    def __init__(self, most: int, seconds: float, full: Callable[[], Refusal], queue: int | None = None) -> None:
        self._most, self._seconds, self._full = most, seconds, full
        self._queue = most if queue is None else queue
        self._taken: dict[Hashable, int] = {}
        self._waiting: dict[Hashable, Line[Hashable]] = {}

    def __len__(self) -> int:
        """Places that are taken, by whomever."""
        return sum(self._taken.values())

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return sum(map(len, self._waiting.values()))

    def took(self, key: Hashable) -> bool:
        """Take a place that is free; otherwise False."""
        taken = self._taken.get(key, 0)
        if taken >= self._most:
            return False
        self._taken[key] = taken + 1
        return True

    async def wait(self, key: Hashable) -> None:
        """Take the next place that comes free. Raises what `full` gives when none does in time."""
        line = self._waiting.setdefault(key, Line(self.leave))
        if len(line) >= self._queue:
            raise self._full()
        try:
            await line.wait(self._seconds)
        except TimeoutError:
            raise self._full() from None
        finally:
            self._dissolve(key)

    def leave(self, key: Hashable) -> None:
        """Give a place back: to whoever waits longest, or to nobody."""
        line = self._waiting.get(key)
        if line is not None and line.hand(key):
            self._dissolve(key)
            return
        self._taken[key] -= 1
        if not self._taken[key]:
            del self._taken[key]

    def _dissolve(self, key: Hashable) -> None:
        """No line is kept in which nobody stands."""
        if key in self._waiting and not self._waiting[key]:
            del self._waiting[key]


class Crowd:
    """Everybody in one process."""

    def __init__(self, settings: Settings) -> None:
        seconds = settings.in_flight_seconds
        self.principals = Places(settings.in_flight_principal, seconds, lambda: RateLimited("principal at once", AGAIN))
        flying, running = settings.in_flight_tenant, min(settings.running_tenant, settings.in_flight_tenant)
        self.tenants = Places(
            running, seconds, lambda: RateLimited("tenant at once", AGAIN), queue=2 * flying - running
        )
        self.process = Places(settings.in_flight, seconds, Unavailable)

    async def enter(self, principal: str, tenant: str | None) -> None:
        """Before an operation runs. Raises RateLimited, or Unavailable where the whole process is full; then nothing
        is held. A principal whose tenant is not known yet counts as a tenant of its own."""
        had: list[tuple[Places, Hashable]] = []
        try:
            for places, key in self._ways(principal, tenant):
                if not places.took(key):
                    await places.wait(key)
                had.append((places, key))
        except BaseException:
            for places, key in had:
                places.leave(key)
            raise

    def leave(self, principal: str, tenant: str | None) -> None:
        """After it has run, with what it entered with."""
        for places, key in self._ways(principal, tenant):
            places.leave(key)

    def _ways(self, principal: str, tenant: str | None) -> Sequence[tuple[Places, Hashable]]:
        return (self.principals, principal), (self.tenants, tenant or principal), (self.process, None)
