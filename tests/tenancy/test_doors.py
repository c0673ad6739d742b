"""Opening and closing: who comes in, what stays behind, and what may be taken for done."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select

from gateway.demo import ids
from tenancy import doors as doors_module
from tenancy.clock import Clock
from tenancy.database import Database, Row
from tenancy.doors import Doors
from tenancy.errors import NotFound, Unavailable
from tenancy.scope import Scope, Wire
from tenancy.statements import Statement
from tenancy.tables import Case, Subject
from tests.ground import Address
from tests.tenancy.callers import CONTOSO, FABRIKAM, identity
from tests.tenancy.connections import Connection
from tests.world import NOON

CASES = Statement(select(Case.id, Case.tenant_id))
NAMED = "select tenant_id from app.incident"


@pytest.fixture
async def one_connection(ground: Address) -> AsyncIterator[Doors]:
    """Doors with a single connection behind them, so that the next one to enter gets the same."""
    database, clock = Database(ground.app, ground.system, size=1), Clock()
    clock.stand_at(NOON)
    yield Doors(database, clock)
    await database.close()


async def test_reading_is_one_snapshot_that_cannot_be_written_in(doors: Doors, past: Connection) -> None:
    """H-4"""
    async with doors.reading(identity("gil")) as scope:
        assert await scope.wire.connection.fetchval("show transaction_isolation") == "repeatable read"
        before = await scope.rows(CASES)
        await past.execute("update app.incident set modified_at = now() where tenant_id = $1", CONTOSO)
        await past.execute("delete from app.idempotency_key")
        assert await scope.rows(CASES) == before
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await scope.wire.connection.execute("update app.incident set title = 'x'")


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
async def test_changing_is_read_committed_whatever_the_role_says(
    ground: Address, doors: Doors, past: Connection, isolation: str
) -> None:
    """C-02: the isolation is pinned, so that lock-then-sum holds."""
    await past.execute(f"alter role gw_app in database {ground.name} set default_transaction_isolation = '{isolation}'")
    database = Database(ground.app, ground.system)
    try:
        async with Doors(database, doors.clock).changing(identity("gil")) as change:
            assert await change.wire.connection.fetchval("show transaction_isolation") == "read committed"
    finally:
        await database.close()
        await past.execute(f"alter role gw_app in database {ground.name} reset default_transaction_isolation")


async def test_a_change_is_kept_and_a_failed_or_planned_one_is_not(doors: Doors, past: Connection) -> None:
    async with doors.changing(identity("mo")) as change:
        kept = await change.add(Subject, {"title": "kept"})
    async with doors.planning(identity("mo")) as change:
        planned = await change.add(Subject, {"title": "planned"})
        assert await change.row(Statement(select(Subject.id).where(Subject.id == planned)))
    with pytest.raises(KeyError):
        await _fail(doors)
    titles = {title for (title,) in await past.fetch("select title from app.subject where tenant_id = $1", CONTOSO)}
    assert titles & {"kept", "planned", "failed"} == {"kept"}
    await past.execute("delete from app.subject where id = $1", kept)


async def _fail(doors: Doors) -> None:
    async with doors.changing(identity("mo")) as change:
        await change.add(Subject, {"title": "failed"})
        raise KeyError


async def test_a_failure_that_somebody_swallowed_is_not_taken_for_done(doors: Doors) -> None:
    """COMMIT of a transaction in which a statement failed is a rollback, and PostgreSQL does not call it an error."""

    async def swallow() -> None:
        async with doors.changing(identity("mo")) as change:
            await change.add(Subject, {"title": "lost"})
            with pytest.raises(asyncpg.DivisionByZeroError):
                await change.run("select 1 / 0")

    with pytest.raises(RuntimeError, match="rolled back"):
        await swallow()


async def test_a_connection_that_is_gone_at_the_end_kept_nothing(doors: Doors) -> None:
    """Nobody may take for done what was never committed."""

    async def lose() -> None:
        async with doors.changing(identity("mo")) as change:
            await change.add(Subject, {"title": "lost"})
            change.wire.connection.terminate()

    with pytest.raises(Unavailable):
        await lose()


async def test_a_tie_that_was_lost_says_that_it_may_be_tried_again(doors: Doors, past: Connection) -> None:
    """C-04: a deadlock reaches the commands as what it is, not as bad weather."""
    met = asyncio.Barrier(2)

    async def lock(first: str, second: str) -> str:
        try:
            async with doors.changing(identity("mo")) as change:
                await change.run("select pg_advisory_xact_lock(hashtext($1::text))", first)
                await met.wait()
                await change.run("select pg_advisory_xact_lock(hashtext($1::text))", second)
        except asyncpg.DeadlockDetectedError:
            return "again"
        return "done"

    assert sorted(await asyncio.gather(lock("a", "b"), lock("b", "a"))) == ["again", "done"]


async def test_a_cancelled_beginning_leaves_nothing_to_the_next_tenant(
    one_connection: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-10: cancelled between BEGIN and the first query; the same backend serves the other tenant next."""
    begun: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def never(wire: Wire, *_: object) -> None:
        begun.set_result(wire.connection.get_server_pid())
        await asyncio.Event().wait()

    async def enter() -> None:
        async with one_connection.reading(identity("gil"), CONTOSO):
            raise AssertionError("It never comes in.")

    async with one_connection.reading(identity("gil"), CONTOSO) as scope:
        assert scope.viewer.tenant_id == CONTOSO
    with monkeypatch.context() as patched:
        patched.setattr(doors_module, "recognise", never)
        task = asyncio.create_task(enter())
        pid = await begun
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with one_connection.database.driver() as connection:
        assert connection.get_server_pid() == pid
        assert await connection.fetchval("select current_setting('app.tenant', true)") in (None, "")
        assert await connection.fetchval("select current_setting('app.oid', true)") in (None, "")
    async with one_connection.reading(identity("fred")) as scope:
        assert scope.wire.connection.get_server_pid() == pid
        assert {row["tenant_id"] for row in await scope.rows(CASES)} == {FABRIKAM}


@pytest.mark.lock("policies")
async def test_a_query_without_a_viewer_gives_no_rows(one_connection: Doors) -> None:
    """T-10: what is asked outside of every scope meets the second lock."""
    async with one_connection.database.driver() as connection:
        assert await connection.fetch(NAMED) == []


@pytest.mark.isolation
async def test_the_guess_of_a_tenant_grants_nothing(doors: Doors) -> None:
    """A wrong guess, even of a tenant that the principal never had anything to do with, is corrected before a row of
    its is read."""
    who = identity("ann")
    async with doors.reading(who) as scope:
        right = await scope.rows(CASES)
    for guess in (FABRIKAM, ids.of("nowhere"), None):
        doors._remembered[(who.tid, who.oid, None)] = guess
        async with doors.reading(who) as scope:
            assert scope.viewer.tenant_id == CONTOSO
            assert [home.id for home in scope.viewer.tenants] == [CONTOSO]
            assert await scope.rows(CASES) == right
        assert doors._remembered[(who.tid, who.oid, None)] == CONTOSO


async def test_the_first_question_of_an_operation_is_about_the_principal_alone(
    doors: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read before the guess is corrected: a stranger's guess of Contoso reads not one row there."""
    answers: list[int] = []
    fetch = Wire.fetch

    async def counted(wire: Wire, *question: Any) -> list[Row]:
        rows = await fetch(wire, *question)
        answers.append(len(rows))
        return rows

    monkeypatch.setattr(Wire, "fetch", counted)
    zoe, nils = identity("zoe"), identity("nils")
    for who, expected in ((zoe, 0), (nils, 1)):
        doors._remembered[(who.tid, who.oid, None)] = CONTOSO
        answers.clear()
        async with doors.reading(who) as scope:
            assert scope.viewer.tenant_id is None
        assert answers == [expected]


async def test_asking_for_a_tenant_without_a_role_there_is_not_remembered(doors: Doors) -> None:
    """T-05"""
    who = identity("ann")
    with pytest.raises(NotFound):
        await doors.reading(who, FABRIKAM).__aenter__()
    assert (who.tid, who.oid, FABRIKAM) not in doors._remembered


async def test_the_memory_of_tenants_has_an_end(ground: Address, doors: Doors) -> None:
    small = Doors(doors.database, doors.clock, remember=2)
    for key in ("ann", "bo", "cy"):
        async with small.reading(identity(key)) as scope:
            assert isinstance(scope, Scope)
    assert len(small._remembered) == 1
