"""How the failures of connections look (F-01 to F-16)."""

import asyncio
import contextlib
import time
from pathlib import Path

import asyncpg
import pytest

from tenancy.database import Connection, Database
from tenancy.errors import Unavailable
from tenancy.failures import LostRace, refusal
from tests.ground import Address
from tests.tenancy.database.lent import BACKEND, backend, code_of


async def test_a_full_pool_answers_within_its_second(connections: Database) -> None:
    """F-07: no queue without end; what is outside the pool still gets through."""
    async with connections.driver(), connections.driver():
        assert connections.lent == 2
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await backend(connections)
        assert 0.9 < time.monotonic() - started < 5
        listener = await connections.listener()
        await listener.close()
    assert await backend(connections)


async def test_a_connection_that_died_idle_is_not_lent(
    connections: Database, administrator: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """The server went away and came back: the first request after it is answered."""
    before = await backend(connections)
    await administrator.fetchval("select pg_terminate_backend($1)", before)
    await asyncio.sleep(0.1)
    assert await backend(connections) != before


async def test_a_connection_that_dies_at_work_is_unavailable(
    connections: Database, administrator: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """F-01: 503 for this request, the next is fine."""

    async def work(connection: Connection) -> None:
        await connection.execute("begin")
        await administrator.fetchval("select pg_terminate_backend($1)", await connection.fetchval(BACKEND))
        await connection.fetchval("select pg_sleep(1)")

    assert await code_of(connections, work) == "UNAVAILABLE"
    assert await backend(connections)


async def test_a_statement_that_takes_too_long_is_a_deadline(connections: Database) -> None:
    """F-08: the role's statement_timeout ends it."""

    async def work(connection: Connection) -> None:
        await connection.execute("set statement_timeout = '50ms'; select pg_sleep(1)")

    assert await code_of(connections, work) == "DEADLINE_EXCEEDED"


async def test_an_answer_that_never_comes_is_a_deadline_and_costs_the_connection(connections: Database) -> None:
    """F-04: what the driver gave up on cannot be trusted any more."""
    before = await backend(connections)

    async def work(connection: Connection) -> None:
        await connection.fetchval("select pg_sleep(1)", timeout=0.05)

    assert await code_of(connections, work) == "DEADLINE_EXCEEDED"
    assert await backend(connections) != before


async def test_a_lock_that_is_not_had_is_unavailable(
    connections: Database, administrator: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """F-15: the role's lock_timeout ends the wait."""
    await administrator.execute("begin; select pg_advisory_xact_lock(15)")

    async def work(connection: Connection) -> None:
        await connection.execute("set lock_timeout = '50ms'; select pg_advisory_lock(15)")

    assert await code_of(connections, work) == "UNAVAILABLE"
    await administrator.execute("rollback")


async def test_a_transaction_that_sleeps_is_ended_and_the_slot_is_free(connections: Database) -> None:
    """F-10: ten seconds by the role; here it is made shorter."""
    async with connections.driver() as connection:
        assert await connection.fetchval("show idle_in_transaction_session_timeout") == "10s"

    async def work(connection: Connection) -> None:
        await connection.execute("begin; set local idle_in_transaction_session_timeout = '50ms'")
        await asyncio.sleep(0.3)
        await connection.fetchval("select 1")

    assert await code_of(connections, work) == "UNAVAILABLE"
    assert await backend(connections)
    assert connections.lent == 0


async def test_a_lost_race_can_be_run_again(connections: Database) -> None:
    """Of two that wait for each other one loses, knows it, and gives back a clean connection."""

    async def cross(first: int, second: int, both: asyncio.Barrier) -> str:
        try:
            async with connections.driver() as connection, connection.transaction():
                await connection.execute(f"select pg_advisory_xact_lock({first})")
                await both.wait()
                await connection.execute(f"select pg_advisory_xact_lock({second})")
        except LostRace:
            return "lost"
        return "won"

    both = asyncio.Barrier(2)
    assert sorted(await asyncio.gather(cross(1, 2, both), cross(2, 1, both))) == ["lost", "won"]
    assert await backend(connections)


async def test_no_server_is_unavailable_at_once(tmp_path: Path, unused_tcp_port: int) -> None:
    """F-03: in less than a second each, by socket and by network."""
    for address in (
        f"postgresql://gw_app@/gateway?host={tmp_path}",
        f"postgresql://gw_app@127.0.0.1:{unused_tcp_port}/x",
    ):
        connections = Database(address, address)
        started = time.monotonic()
        with pytest.raises(Unavailable):
            await backend(connections)
        with pytest.raises(Unavailable):
            await connections.listener()
        assert time.monotonic() - started < 5
        await connections.close()


async def test_a_server_without_room_is_unavailable(
    database: Address, administrator: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """F-16: 53300 while connecting."""
    await administrator.execute(
        "create role crowd login connection limit 0; grant connect on database " + database.name + " to crowd"
    )
    connections = Database(database.cluster.url("crowd", database.name), database.system)
    with pytest.raises(Unavailable):
        await backend(connections)
    await connections.close()
    await administrator.execute(f"revoke connect on database {database.name} from crowd; drop role crowd")


async def test_a_wrong_name_is_no_weather(database: Address) -> None:
    """A role or database that does not exist is a mistake of ours, to be seen and not to be retried."""
    address = database.cluster.url("nobody_here", database.name)
    connections = Database(address, address)
    with pytest.raises(asyncpg.PostgresError):
        await backend(connections)
    with pytest.raises(asyncpg.PostgresError):
        await connections.listener()
    await connections.close()


async def test_other_failures_stay_what_they_are(connections: Database) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with connections.driver() as connection:
            await connection.fetchval("select 1 / 0")
    assert refusal(asyncpg.InterfaceError("another operation is in progress")) is None


@pytest.mark.parametrize("error", [asyncpg.TooManyConnectionsError("x"), asyncpg.CrashShutdownError("x")])
def test_weather_is_unavailable(error: asyncpg.PostgresError) -> None:
    """F-02, F-16: recovery after a crash, too many clients."""
    no = refusal(error)
    assert no is not None
    assert no.code == "UNAVAILABLE"


async def test_f08_who_comes_after_a_statement_that_was_stopped_is_told_to_come_back(connections: Database) -> None:
    """The transaction is over for its neighbours too, and that is no surprise of ours."""
    codes = []
    with contextlib.suppress(Exception):
        async with connections.driver() as connection, connection.transaction():
            for statement in ("set local statement_timeout = 1", "select pg_sleep(1)", "select 1"):
                try:
                    await connection.execute(statement)
                except asyncpg.PostgresError as error:
                    codes.append(getattr(refusal(error), "code", None))
    assert codes == ["DEADLINE_EXCEEDED", "UNAVAILABLE"]
