"""A copy that answers queries: never staler than its bound, and a write that somebody heard of is always seen."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tenancy.clock import Clock
from tenancy.database import Database, Row
from tenancy.doors import Doors
from tests.tenancy.callers import CONTOSO, identity
from tests.tenancy.copies import Pair, until

BOUND = 1.0
"""As wide as allowed: on a busy machine a proof takes its time."""


@pytest.fixture(scope="module")
async def pair() -> AsyncIterator[Pair]:
    pair = Pair()
    try:
        await pair.build()
        yield pair
    finally:
        pair.remove()


@asynccontextmanager
async def process(pair: Pair, seconds: float = BOUND) -> AsyncIterator[Doors]:
    """What one process of an installation has."""
    database = Database(
        pair.main("gw_app"), pair.main("gw_system"), replica_url=pair.copy("gw_app"), replica_seconds=seconds
    )
    try:
        async with database.followed():
            yield Doors(database, Clock())
    finally:
        await database.close()


def usable(doors: Doors) -> bool:
    assert doors.database.replica is not None
    return doors.database.replica.usable


async def from_copy(doors: Doors) -> bool:
    """Where the next query is read."""
    async with doors.database.reader() as connection:
        return bool(await connection.fetchval("select pg_is_in_recovery()"))


async def write(doors: Doors, purpose: str) -> None:
    async with doors.changing(identity("maya")) as change:
        await change.wire.fetch(CONTOSO, "update app.workspace set purpose = $1", [purpose], Row)


async def read(doors: Doors) -> str:
    async with doors.querying(identity("maya")) as scope:
        return str((await scope.wire.fetch(CONTOSO, "select max(purpose) from app.workspace", [], Row))[0][0])


async def test_queries_are_read_from_the_copy_and_everything_else_is_not(pair: Pair) -> None:
    async with process(pair) as doors:
        await until(lambda: usable(doors))
        asked = "select pg_is_in_recovery()"
        async with doors.querying(identity("maya")) as scope:
            assert await scope.wire.connection.fetchval(asked) is True
            assert await scope.wire.connection.fetchval("show transaction_isolation") == "repeatable read"
        for door in (doors.reading, doors.changing, doors.planning):
            async with door(identity("maya")) as scope:
                assert await scope.wire.connection.fetchval(asked) is False


async def test_who_heard_of_a_write_reads_it_at_every_process(pair: Pair) -> None:
    """Two processes, each with proofs of its own; the copy answers nearly always"""
    async with process(pair) as here, process(pair) as there:
        await until(lambda: usable(here) and usable(there))
        copied = 0
        for number in range(60):
            writer, reader = (here, there) if number % 2 else (there, here)
            await write(writer, str(number))
            assert await read(reader) == str(number)
            copied += await from_copy(reader)
        assert copied > 30


async def test_a_copy_that_lags_is_left_within_the_bound_and_writes_are_still_seen(pair: Pair) -> None:
    async with process(pair) as here, process(pair) as there:
        await until(lambda: usable(here) and usable(there))
        await pair.pause(True)
        try:
            started = time.monotonic()
            await write(here, "unseen by the copy")
            assert time.monotonic() - started >= BOUND * 0.9
            assert await read(there) == "unseen by the copy"
            assert not await from_copy(there)
        finally:
            await pair.pause(False)
        await until(lambda: usable(here) and usable(there))
        assert await read(here) == await read(there) == "unseen by the copy"


async def test_while_the_copy_is_away_the_primary_answers_and_afterwards_it_is_used_again(pair: Pair) -> None:
    async with process(pair) as doors:
        await until(lambda: usable(doors))
        await write(doors, "before")
        pair.stop("copy")
        try:
            assert [await read(doors) for _ in range(20)] == ["before"] * 20
            await write(doors, "meanwhile")
            assert await read(doors) == "meanwhile"
        finally:
            pair.start("copy")
        await until(lambda: usable(doors))
        assert await from_copy(doors)
        assert await read(doors) == "meanwhile"


async def test_without_somebody_who_watches_it_a_copy_is_not_read(pair: Pair) -> None:
    database = Database(pair.main("gw_app"), pair.main("gw_system"), replica_url=pair.copy("gw_app"))
    assert not await from_copy(Doors(database, Clock()))
    await database.close()


async def test_a_primary_in_the_place_of_the_copy_is_never_read_as_one(pair: Pair) -> None:
    """After a failover nobody knows how far it has come"""
    database = Database(
        pair.main("gw_app"), pair.main("gw_system"), replica_url=pair.main("gw_app"), replica_seconds=0.2
    )
    async with database.followed():
        await asyncio.sleep(0.6)
        assert database.replica is not None
        assert not database.replica.usable
    await database.close()
