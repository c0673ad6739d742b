"""Kills in the middle of work, round after round, with the books read in between (D-01, D-02).

A round lets the crowd work until so many more answers have come, waits a little by the seed, kills, and reads the books
while nobody writes. After the last round everybody comes again with the key they have, until each has an answer.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random

from tests.crash.books import Books, audited, prepared
from tests.crash.crowd import Crowd
from tests.crash.grounds import PATIENCE, Base, Server, looking, served

_OPEN = "select count(*) from pg_stat_activity where usename = 'gw_app' and xact_start is not null"
_THERE = "select count(*) from pg_stat_activity where usename in ('gw_app', 'gw_system')"


@dataclass(frozen=True)
class Round:
    """One kill: transactions that were open at that moment, the books after it, seconds until it answered again."""

    open: int
    acked: int
    books: Books
    back: float


@dataclass(frozen=True)
class Plan:
    """How much is done, and by which seed."""

    cases: int
    terms: int
    kills: int
    seed: int

    @property
    def keys(self) -> list[str]:
        return [f"{self.seed}-{number}" for number in range(self.cases)]


@dataclass
class Storm:
    """A crowd in front of a server, and what became of them."""

    base: Base
    server: Server
    crowd: Crowd
    plan: Plan
    tell: Callable[[Round], None] = lambda _: None

    async def server_dies(self) -> list[Round]:
        """D-01: SIGKILL for the gateway, and a new one."""

        async def strike() -> None:
            self.server.kill()

        async def mend() -> float:
            await self._alone()
            return self.server.start()

        return await self._rounds(strike, mend)

    async def database_dies(self) -> list[Round]:
        """D-02: SIGKILL for every process of PostgreSQL; the gateway stays and must find it again."""

        async def strike() -> None:
            self.base.kill()

        async def mend() -> float:
            self.base.start()
            begun = time.monotonic()
            while not await asyncio.to_thread(self.server.ready):
                assert time.monotonic() - begun < PATIENCE, "the gateway does not find its database again"
                await asyncio.sleep(0.05)
            return time.monotonic() - begun

        return await self._rounds(strike, mend)

    async def settle(self) -> Books:
        """Everybody comes again until each has an answer, then once more: the answer stays the same."""
        await asyncio.wait_for(self.crowd.open(self.plan.keys, lambda: False), PATIENCE)
        first = dict(self.crowd.acked)
        again = Crowd(self.server, self.crowd.token)
        await asyncio.wait_for(again.open(self.plan.keys[::7], lambda: False), PATIENCE)
        assert all(first[key] == answer for key, answer in again.acked.items()), "a repeated call was answered anew"
        return await self._books()

    async def _rounds(self, strike: Callable[[], Awaitable[None]], mend: Callable[[], Awaitable[float]]) -> list[Round]:
        chance, found = Random(self.plan.seed), []
        step = self.plan.cases // (self.plan.kills + 1)
        for number in range(self.plan.kills):
            async with self._working() as stop:
                goal = step * number + chance.randint(step // 2, step)
                await self._until(goal)
                await asyncio.sleep(chance.uniform(0, 0.05))
                async with looking(self.base) as connection:
                    open_ = int(await connection.fetchval(_OPEN))
                await strike()
                stop.set()
            back = await mend()
            found.append(Round(open_, len(self.crowd.acked), await self._books(), back))
            self.tell(found[-1])
        return found

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[asyncio.Event]:
        stop = asyncio.Event()
        work = asyncio.create_task(self.crowd.open(self.plan.keys, stop.is_set))
        try:
            yield stop
        finally:
            stop.set()
            await asyncio.wait_for(work, PATIENCE)

    async def _until(self, goal: int) -> None:
        begun = time.monotonic()
        while len(self.crowd.acked) < goal:
            assert time.monotonic() - begun < PATIENCE, f"no {goal} answers: {self.crowd.surprises[:3]}"
            await asyncio.sleep(0.002)

    async def _alone(self) -> None:
        """Wait until PostgreSQL has noticed that the gateway is gone."""
        async with looking(self.base) as connection:
            begun = time.monotonic()
            while await connection.fetchval(_THERE):
                assert time.monotonic() - begun < PATIENCE, "somebody is still connected"
                await asyncio.sleep(0.02)

    async def _books(self) -> Books:
        async with looking(self.base) as connection:
            return await audited(connection, self.crowd)


@asynccontextmanager
async def storm(base: Base, port: int, plan: Plan) -> AsyncIterator[Storm]:
    """A server with a crowd, on an entitlement of `plan.terms`."""
    async with looking(base) as connection:
        await prepared(connection, plan.terms)
    with served(base, port) as server:
        yield Storm(base, server, Crowd(server, server.token("rae")), plan)
