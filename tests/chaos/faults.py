"""What goes wrong in a chaos run: one thing a minute, bounded in time, on this machine alone."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import asyncpg

from tests.chaos.traffic import QUESTIONS
from tests.crash.grounds import PATIENCE, Base, Server, children_of, looking
from tests.gateway.proxy import Proxy

LASTS: Final = 8.0
"""Seconds of a fault that lasts."""


_END_ONE: Final = """
select pg_terminate_backend(pid) from pg_stat_activity where usename = 'gw_app' order by random() limit 1"""


@dataclass
class Ground:
    """What faults happen to."""

    base: Base
    server: Server
    proxy: Proxy
    restarted: list[float] = field(default_factory=list)
    """Seconds from each start after a kill to the first good answer."""
    replaced: list[float] = field(default_factory=list)
    """Seconds from the kill of each worker until there were as many again that serve."""
    absent: list[tuple[float, float]] = field(default_factory=list)
    """From when to when no database answered, by the monotonic clock."""

    @contextlib.contextmanager
    def absence(self) -> Iterator[None]:
        """There is no database meanwhile."""
        gone = time.monotonic()
        try:
            yield
        finally:
            self.absent.append((gone, time.monotonic()))


async def a_backend_is_ended(ground: Ground) -> None:
    """F-01: the database ends a connection at work, five times."""
    for _ in range(5):
        async with looking(ground.base) as past:
            await past.execute(_END_ONE)
        await asyncio.sleep(1)


async def the_wire_is_cut(ground: Ground) -> None:
    """F-01: every connection at once."""
    ground.proxy.cut()
    await asyncio.sleep(0)


async def the_wire_is_slow(ground: Ground) -> None:
    """F-04."""
    ground.proxy.delay = 0.4
    await asyncio.sleep(LASTS)
    ground.proxy.delay = 0.0


async def the_database_is_away(ground: Ground) -> None:
    """F-03."""
    with ground.absence():
        ground.proxy.away = True
        ground.proxy.cut()
        await asyncio.sleep(LASTS)
        ground.proxy.away = False


async def the_database_is_restarted(ground: Ground) -> None:
    """F-03: PostgreSQL ends as it does for an update, and starts again; this process's own clients wait as well."""
    with ground.absence():
        await asyncio.to_thread(ground.base.cluster.stop)
        ground.base.start()  # from the main thread, see Cluster.start


async def a_backend_is_killed(ground: Ground) -> None:
    """F-02: kill -9 of one backend; PostgreSQL ends all others, and recovers."""
    async with looking(ground.base) as past:
        victim = await past.fetchval("select pid from pg_stat_activity where usename = 'gw_app' limit 1")
    assert victim in children_of(ground.base.cluster.pid or 0)
    with ground.absence():
        os.kill(victim, signal.SIGKILL)
        await asyncio.sleep(0.02)  # until the postmaster has heard of it
        while not await _answers(ground):  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)


async def _answers(ground: Ground) -> bool:
    try:
        async with looking(ground.base):
            return True
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False


async def a_table_is_locked(ground: Ground) -> None:
    """F-07, F-15: whoever wants cases waits, and the pool with them."""
    async with looking(ground.base) as past, past.transaction():
        await past.execute("lock table app.incident in access exclusive mode")
        await asyncio.sleep(LASTS)


async def a_row_is_held(ground: Ground) -> None:
    """F-15: the entitlement of all new cases."""
    async with looking(ground.base) as past, past.transaction():
        await past.execute("select from app.entitlement for update")
        await asyncio.sleep(LASTS)


async def clients_are_killed(ground: Ground) -> None:
    """F-09: two hundred who ask and do not wait for the answer."""
    token = ground.server.token("mo")
    body = b'{"query": "%s"}' % QUESTIONS[1][1].encode()
    head = f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    for _ in range(200):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", ground.server.port)
            writer.write(head.encode() + body)
            await asyncio.sleep(0.01)
            writer.transport.abort()


async def a_worker_is_killed(ground: Ground) -> None:
    """D-01: kill -9 of one process of several; the others answer, and the parent starts another one."""
    before = ground.server.workers
    begun = time.monotonic()
    os.kill(before[0], signal.SIGKILL)
    server = ground.server

    def replaced() -> bool:
        return bool(set(server.workers) - set(before)) and server.complete()

    while not await asyncio.to_thread(replaced):
        assert time.monotonic() - begun < PATIENCE, "nobody replaces the worker"
        await asyncio.sleep(0.05)
    ground.replaced.append(time.monotonic() - begun)


async def the_gateway_is_killed(ground: Ground) -> None:
    """D-01: kill -9 of all of its processes, and a new start."""
    await asyncio.to_thread(ground.server.kill)
    ground.restarted.append(await asyncio.to_thread(ground.server.start))


Strike = Callable[[Ground], Awaitable[None]]
FAULTS: Final[Mapping[str, Strike]] = {
    "a connection is ended, five times": a_backend_is_ended,
    "a backend is killed, and PostgreSQL recovers": a_backend_is_killed,
    "a worker is killed, and replaced": a_worker_is_killed,
    "the wire is slow": the_wire_is_slow,
    "clients are killed": clients_are_killed,
    "a table is locked": a_table_is_locked,
    "every connection is cut": the_wire_is_cut,
    "the database is away": the_database_is_away,
    "PostgreSQL is restarted": the_database_is_restarted,
    "a row is held": a_row_is_held,
    "the whole gateway is killed, and started": the_gateway_is_killed,
}
"""By name, in the order in which they strike: all of them in the eleven minutes of `make chaos`. A longer run begins
again."""
