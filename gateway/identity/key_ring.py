"""The keys of one issuer in memory: fresh when possible, else last known good, never fetched per token."""

import logging
from asyncio import Task, create_task, shield
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx2

from gateway.identity.compact import TokenError
from gateway.identity.key_endpoint import KeySource
from gateway.identity.keys import SigningKey, parse
from tenancy.errors import Unavailable

MINUTE: Final = 60.0
LIFETIME: Final = 24 * 60 * MINUTE
"""A set older than this is fetched again before it is trusted further; when that fails, it stays in use."""

PAUSE: Final = 5 * MINUTE
"""Between two fetches that strangers can cause: by an unknown kid, or by an overdue set."""

COLD_PAUSE: Final = 5.0
"""Between two fetches while there are no keys at all; callers in between are told to come back."""

UNKNOWN_KIDS: Final = 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeyHealth:
    """For /readyz: `ready` is having keys, `degraded` a failed fetch or an overdue set; `age` in seconds."""

    ready: bool
    degraded: bool
    age: float | None


class KeyRing:
    """Key lookup by kid for one issuer. All of it runs on one event loop; the clock gives epoch seconds."""

    def __init__(self, source: KeySource, clock: Callable[[], float]) -> None:
        self._source, self._clock = source, clock
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._asked_at: float | None = None
        self._failed = False
        self._flight: Task[None] | None = None
        self._unknown: OrderedDict[str, float] = OrderedDict()
        self.generation = 0
        """Grows whenever a key goes away, so that what it vouched for can be forgotten."""

    async def key(self, kid: str) -> SigningKey:
        """The key named `kid`. Raises TokenError if unknown, Unavailable before the first set (K-09)."""
        if self._fetched_at is None:
            await self._warm_up()
        elif self._older_than(self._fetched_at, LIFETIME):
            await self._ask()
        if kid not in self._keys and self._older_than(self._unknown.get(kid), PAUSE) and await self._ask():
            self._remember_unknown(kid)
        if kid not in self._keys:
            raise TokenError("unknown kid")
        return self._keys[kid]

    async def refresh(self) -> bool:
        """Fetch now, or join a fetch under way. A failed fetch gives False, and the old set stays."""
        if self._flight is None:
            self._flight = create_task(self._fetch())
        # Shielded: a caller that gives up must not take the fetch away from the others.
        await shield(self._flight)
        return not self._failed

    @property
    def health(self) -> KeyHealth:
        if self._fetched_at is None:
            return KeyHealth(ready=False, degraded=True, age=None)
        overdue = self._older_than(self._fetched_at, LIFETIME)
        return KeyHealth(ready=True, degraded=self._failed or overdue, age=self._clock() - self._fetched_at)

    async def _warm_up(self) -> None:
        if self._flight is not None or self._older_than(self._tried_at, COLD_PAUSE):
            self._tried_at = self._clock()
            await self.refresh()
        if self._fetched_at is None:
            raise Unavailable()

    async def _ask(self) -> bool:
        """Fetch on a stranger's account: at most once a pause, whoever asks. True when fresh keys came."""
        if self._flight is None:
            if not self._older_than(self._asked_at, PAUSE):
                return False
            self._asked_at = self._clock()
        return await self.refresh()

    def _older_than(self, moment: float | None, seconds: float) -> bool:
        # A clock that was set back must not freeze the ring until it has caught up.
        return moment is None or not 0 <= self._clock() - moment < seconds

    def _remember_unknown(self, kid: str) -> None:
        if kid in self._keys:
            self._unknown.pop(kid, None)
            return
        self._unknown[kid] = self._clock()
        self._unknown.move_to_end(kid)
        if len(self._unknown) > UNKNOWN_KIDS:
            self._unknown.popitem(last=False)

    async def _fetch(self) -> None:
        try:
            self._take(parse(await self._source()))
            self._failed = False
        except (OSError, ValueError, httpx2.HTTPError, httpx2.InvalidURL) as failure:
            self._failed = True
            log.warning("key document not read, the last good keys stay in use: %s", type(failure).__name__)
        finally:
            self._flight = None

    def _take(self, keys: Mapping[str, SigningKey]) -> None:
        if any(keys.get(kid) != key for kid, key in self._keys.items()):
            self.generation += 1
        self._keys, self._fetched_at = keys, self._clock()
