"""Connections: what they speak, and what they never carry over."""

import asyncio
import contextlib
import random
import time

import asyncpg
import pytest

from tenancy.database import Database, Row, row_of
from tests.ground import Address
from tests.tenancy.database.lent import BACKEND, backend, until

ID = "6f9619ff-8b86-d011-b42d-00c04fc964ff"


# --- what they speak


@pytest.mark.parametrize("where", ["driver", "system", "listener"])
async def test_uuid_numeric_date_and_json_are_text_both_ways(connections: Database, where: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        if where == "listener":
            connection = await connections.listener()
            stack.push_async_callback(connection.close)
        else:
            connection = await stack.enter_async_context(getattr(connections, where)())
        row = await connection.fetchrow(
            "select $1::uuid as id, $2::numeric(12,2) as terms, $3::date as day, $4::jsonb as detail,"
            " $5::uuid[] as ids, $6::numeric[] as amounts, $7::date[] as days, null::uuid as none",
            *(ID, "12", "2025-06-15", '{"a": 1}', [ID], ["1.50"], ["2024-02-29"]),
        )
        assert row is not None
        assert tuple(row) == (ID, "12.00", "2025-06-15", '{"a": 1}', [ID], ["1.50"], ["2024-02-29"], None)


async def test_rows_answer_by_name_place_and_attribute(connections: Database) -> None:
    async with connections.driver() as connection:
        row = await connection.fetchrow("select 1 as one, 'x' as two")
        assert isinstance(row, Row)
        assert (row.one, row["two"], row[0], dict(row)) == (1, "x", 1, {"one": 1, "two": "x"})
        assert not hasattr(row, "three")
        quick = await connection.fetchrow("select 1 as one, 'x' as two", record_class=row_of("one", "two"))
        assert quick is not None
        assert (quick.one, quick.two, quick["two"], row_of("one", "two")) == (1, "x", "x", type(quick))


async def test_isolation_is_pinned_whatever_the_database_says(
    connections: Database, administrator: "asyncpg.Connection[asyncpg.Record]", database: Address
) -> None:
    await administrator.execute(f"alter database {database.name} set default_transaction_isolation = 'serializable'")
    async with connections.driver() as connection:
        assert await connection.fetchval("show transaction_isolation") == "read committed"
        assert await connection.fetchval("show timezone") == "UTC"
        assert await connection.fetchval("select current_user") == "gw_app"
    async with connections.system() as connection:
        assert await connection.fetchval("select current_user") == "gw_system"
    await administrator.execute(f"alter database {database.name} reset default_transaction_isolation")


# --- what they never carry over


async def test_a_connection_comes_back_and_is_lent_again(connections: Database) -> None:
    assert await backend(connections) == await backend(connections)
    assert connections.lent == 0


@pytest.mark.parametrize("ending", ["commit", "rollback", "nothing", "error"])
async def test_nobody_inherits_a_tenant(connections: Database, ending: str) -> None:
    """T: `app.tenant` is gone after COMMIT and ROLLBACK; an unfinished transaction does not come back at all."""
    with contextlib.suppress(KeyError):
        async with connections.driver() as connection:
            before = await connection.fetchval(BACKEND)
            await connection.execute(f"begin; select set_config('app.tenant', '{ID}', true)")
            assert await connection.fetchval("select current_setting('app.tenant')") == ID
            if ending == "error":
                raise KeyError
            if ending != "nothing":
                await connection.execute(ending)
    async with connections.driver() as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("select current_setting('app.tenant', true)") in (None, "")
        assert (await connection.fetchval(BACKEND) == before) == (ending in ("commit", "rollback"))


async def test_a_cancelled_query_ends_on_the_server_too(
    connections: Database, administrator: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """F-09: the client has gone, the work stops within two seconds, the slot is free."""

    async def sleep() -> None:
        async with connections.driver() as connection:
            await connection.execute("begin")
            await connection.execute("set local statement_timeout = '60s'")
            await connection.fetchval("select pg_sleep(60), 'asleep'")

    async def asleep() -> bool:
        running = "select exists (select from pg_stat_activity where state = 'active' and usename = 'gw_app')"
        return bool(await administrator.fetchval(running))

    async def awake() -> bool:
        return not await asleep()

    task = asyncio.create_task(sleep())
    assert await until(asleep)
    task.cancel()
    started = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert connections.lent == 0
    assert await until(awake)
    assert time.monotonic() - started < 10
    assert await backend(connections)


@pytest.mark.parametrize("heard", [True, False], ids=["open", "opening"])
async def test_f09_a_transaction_that_is_cancelled_is_no_error_of_ours(
    connections: Database,
    administrator: "asyncpg.Connection[asyncpg.Record]",
    caplog: pytest.LogCaptureFixture,
    heard: bool,
) -> None:
    """Whether or not the driver has heard that one is open, it is ended quietly and the connection is kept."""
    pid = await backend(connections)

    async def begin() -> None:
        async with connections.driver() as connection:
            beginning, waiting = "begin; set local statement_timeout = '60s'", "select pg_sleep(60)"
            for text in (beginning, waiting) if heard else (f"{beginning}; {waiting}",):
                await connection.execute(text)

    async def asleep() -> bool:
        running = "select exists (select from pg_stat_activity where state = 'active' and pid = $1)"
        return bool(await administrator.fetchval(running, pid))

    task = asyncio.create_task(begin())
    assert await until(asleep)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert caplog.text == ""
    async with connections.driver() as connection:
        assert connection.get_server_pid() == pid
        assert not connection.is_in_transaction()


async def test_no_slot_is_lost_to_cancellation(connections: Database) -> None:
    """Tasks are cancelled while they wait, connect, begin, ask, and give back."""
    moments = random.Random(7)

    async def work() -> None:
        async with connections.driver() as connection:
            await connection.execute("begin")
            await connection.fetchval("select pg_sleep(0.002)")
            await connection.execute("commit")

    tasks = []
    for _ in range(60):
        tasks.append(asyncio.create_task(work()))
        await asyncio.sleep(moments.uniform(0, 0.004))
        moments.choice(tasks).cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert connections.lent == 0
    async with connections.driver() as one, connections.driver() as two:
        assert await one.fetchval(BACKEND) != await two.fetchval(BACKEND)
        assert not one.is_in_transaction()
        assert not two.is_in_transaction()
