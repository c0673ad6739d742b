"""What happened is passed on: one ear for each process, and the outbox as the truth (H-10, D-04).

    relay = Relay(database, clock)
    async with relay.running():
        with relay.following(follower): ...      the follower is woken; what it then reads, it reads as its own viewer

NOTIFY only says in which tenant something was committed. What that was is read from the outbox, by a named job that
crosses tenants, and serves to wake the followers concerned and nobody else: the relay hands out no row. A lost
connection loses nothing: after it everybody's tenant is read again from where it was left.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Final

import orjson

from tenancy.clock import Clock
from tenancy.database import Connection, Database, Row
from tenancy.follower import Event, Follower
from tenancy.meanwhile import meanwhile
from tenancy.roll import Roll

CHANNEL: Final = "outbox"

_TICK: Final = 0.25
_NET: Final = 10.0
"""Seconds after which every followed tenant is read, called or not: the net below a call that was lost."""

_RECHECK: Final = 60.0
_AT_ONCE: Final = 1_000

_NEWS = f"""
select e.tenant_id, e.id, e.topic, e.subject_id, e.workspace_id, e.payload
from unnest($1::uuid[], $2::bigint[]) as left_at(tenant_id, id)
cross join lateral (
  select * from app.outbox_event e where e.tenant_id = left_at.tenant_id and e.id > left_at.id
  order by e.id limit {_AT_ONCE}
) e
order by e.tenant_id, e.id
"""
_NEWEST = """
select asked.tenant_id, coalesce((select max(id) from app.outbox_event e where e.tenant_id = asked.tenant_id), 0) as id
from unnest($1::uuid[]) as asked(tenant_id)
"""

_log = logging.getLogger("gateway.relay")


class Relay:
    """One for each process. `gate` bounds how many followers look at the database at the same time."""

    def __init__(self, database: Database, clock: Clock, *, at_once: int = 4) -> None:
        self.gate = asyncio.Semaphore(at_once)
        self._database, self._clock = database, clock
        self._followers: dict[str, set[Follower]] = defaultdict(set)
        self._left_at: dict[str, int] = {}
        self._called: set[str] = set()
        self._calling = asyncio.Event()
        self._ear: Connection | None = None
        self._all = 0
        self._roll = Roll(database)

    def __len__(self) -> int:
        """How many follow now."""
        return self._all

    @contextlib.contextmanager
    def following(self, follower: Follower) -> Iterator[None]:
        """Wake this one from now on. To be begun before it first reads, so that nothing falls in between."""
        follower.looked_at = asyncio.get_running_loop().time()
        tenants = {follower.tenant, *follower.also}
        for tenant in tenants:
            self._followers[tenant].add(follower)
        self._all += 1
        try:
            yield
        finally:
            self._all -= 1
            for tenant in tenants:
                self._forget(tenant, follower)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen, and look at the clock, meanwhile."""
        try:
            async with meanwhile(self._relay(), self._watch_the_clock(), self._roll.keep(self._everybody)):
                yield
        finally:
            if self._ear is not None and not self._ear.is_closed():
                await self._ear.close()

    def _everybody(self) -> set[Follower]:
        return {each for found in self._followers.values() for each in found}

    def _forget(self, tenant: str, follower: Follower) -> None:
        self._followers[tenant].discard(follower)
        if not self._followers[tenant]:
            del self._followers[tenant]
            self._left_at.pop(tenant, None)

    async def _relay(self) -> None:
        failures = 0
        while True:
            try:
                await self._listen()
                await self._pass_on()
                failures = 0
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._calling.wait(), _NET)
                    continue
                self._call_everybody()
            except Exception as error:
                if failures in (0, 10):
                    _log.warning("events are not passed on now: %s", type(error).__name__)
                failures += 1
                self._call_everybody()
                await asyncio.sleep(min(2.0, 0.1 * 2 ** min(failures, 6)))

    async def _listen(self) -> None:
        """Open the ear; with a new one, everything since the last reading may have been missed."""
        if self._ear is not None and not self._ear.is_closed():
            return
        self._ear = await self._database.listener()
        self._ear.add_termination_listener(lambda _: self._calling.set())
        await self._ear.add_listener(CHANNEL, self._hear)
        self._call_everybody()

    def _hear(self, *call: Any) -> None:
        tenant = str(call[-1])
        if tenant in self._followers:
            self._called.add(tenant)
            self._calling.set()

    def _call_everybody(self) -> None:
        self._called.update(self._followers)
        self._calling.set()

    async def _pass_on(self) -> None:
        self._calling.clear()
        called = {tenant for tenant in self._called if tenant in self._followers}
        self._called.clear()
        if not called:
            return
        try:
            known = {tenant: self._left_at[tenant] for tenant in called if tenant in self._left_at}
            await self._begin(called - set(known))
            while known:
                known = await self._read(known)
        except BaseException:
            self._called |= called
            raise

    async def _begin(self, tenants: set[str]) -> None:
        """Tenants that nobody followed before: whoever does now must look by itself, once."""
        if not tenants:
            return
        async with self._database.system() as connection:
            rows: list[Row] = await connection.fetch(_NEWEST, sorted(tenants), record_class=Row)
        for row in rows:
            self._left_at[row["tenant_id"]] = row["id"]
            for follower in self._followers.get(row["tenant_id"], ()):
                follower.wanted = max(follower.wanted, row["id"])
                follower.wake()

    async def _read(self, left_at: Mapping[str, int]) -> dict[str, int]:
        """Pass on what is new in these tenants; those in which there may be more, and from where on."""
        async with self._database.system() as connection:
            rows: list[Row] = await connection.fetch(_NEWS, list(left_at), list(left_at.values()), record_class=Row)
        counted: dict[str, int] = defaultdict(int)
        for tenant, id, topic, subject, workspace, payload in rows:
            counted[tenant] += 1
            event = Event(tenant, id, topic, subject, workspace, orjson.loads(payload))
            for follower in tuple(self._followers.get(tenant, ())):
                follower.hear(event)
            if tenant in self._followers:
                self._left_at[tenant] = id
        return {tenant: self._left_at[tenant] for tenant, seen in counted.items() if seen == _AT_ONCE}

    async def _watch_the_clock(self) -> None:
        day = self._clock.today()
        while True:
            await asyncio.sleep(_TICK)
            now, seconds, before = self._clock.now(), asyncio.get_running_loop().time(), day
            day = now.date()
            for follower in self._everybody():
                ended = follower.until is not None and follower.until <= now
                if ended or day != before or seconds - follower.looked_at >= _RECHECK:
                    follower.wake()
