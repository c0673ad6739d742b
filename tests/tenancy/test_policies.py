"""Row-level security as the runtime role meets it, in straight SQL: the second of the two locks (T-11, T-21)."""

from typing import Any

import asyncpg
import pytest
from sqlalchemy import Table as CoreTable

from tenancy.policies import fences, policies_of
from tenancy.rights import rights_of, updatable
from tenancy.tables import Passing, Table, owned_tables, shared_tables
from tests.tenancy.connections import Connection, become, undone
from tests.tenancy.rows import PARTNER, A, B, insert

pytestmark = pytest.mark.lock("policies")

EVERY = [*owned_tables(), *shared_tables()]
INSERTABLE = [table for table in owned_tables() if rights_of(table).insert]


async def _count(connection: Connection, table: type[Table], condition: str = "true") -> int:
    count = await connection.fetchval(f"select count(*) from {_core(table).fullname} where {condition}")  # noqa: S608 (names from the metadata)
    assert isinstance(count, int)
    return count


def _core(table: type[Table]) -> CoreTable:
    assert isinstance(table.__table__, CoreTable)
    return table.__table__


@pytest.mark.parametrize("table", EVERY)
async def test_every_table_is_fenced_by_itself(furnished: Connection, table: type[Table]) -> None:
    row = await furnished.fetchrow(
        "select relrowsecurity, relforcerowsecurity from pg_class where oid = $1::text::regclass",
        _core(table).fullname,
    )
    names = await furnished.fetch("select policyname from pg_policies where tablename = $1", table.__tablename__)
    assert row is not None
    assert tuple(row) == (True, True)
    assert {name for (name,) in names} == {policy.name for policy in policies_of(table)}
    assert {"tenant", "tenant_floor", "system"} <= {policy.name for policy in policies_of(table)}


@pytest.mark.parametrize("table", [table for table in EVERY if rights_of(table).read])
async def test_a_stranger_sees_nothing_anywhere(furnished: Connection, runtime: Connection, table: type[Table]) -> None:
    """No settings, no rows; the table is not empty."""
    assert await _count(furnished, table) > 0
    assert await _count(runtime, table) == 0


@pytest.mark.parametrize("table", [table for table in EVERY if not issubclass(table, Passing)])
async def test_settings_of_a_finished_transaction_open_nothing(runtime: Connection, table: type[Table]) -> None:
    """T-10: after the first transaction a setting is '' and not NULL."""
    async with undone(runtime):
        await become(runtime, tenant=A.id)
        assert await _count(runtime, table) > 0
    assert await _count(runtime, table) == 0


@pytest.mark.parametrize("table", owned_tables())
async def test_a_tenant_sees_its_own_rows_alone(of_a: Connection, table: type[Table]) -> None:
    assert await _count(of_a, table, f"tenant_id = '{A.id}'") > 0
    assert await _count(of_a, table, f"tenant_id <> '{A.id}'") == 0


@pytest.mark.parametrize("table", INSERTABLE)
async def test_a_tenant_cannot_write_a_row_of_another(of_a: Connection, table: type[Table]) -> None:
    values = B.values(_core(table))
    if "id" in values:
        values["id"] = A.row(f"second {table.__tablename__}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        await insert(of_a, _core(table), values)


@pytest.mark.parametrize("table", [table for table in owned_tables() if updatable(table)])
async def test_an_update_reaches_no_row_of_another(of_a: Connection, table: type[Table]) -> None:
    column = updatable(table)[0]
    status = await of_a.execute(
        f"update {_core(table).fullname} set {column} = {column} where tenant_id = '{B.id}'"  # noqa: S608 (names from the metadata)
    )
    assert status == "UPDATE 0"


@pytest.mark.parametrize("table", [table for table in owned_tables() if rights_of(table).delete])
async def test_a_delete_reaches_no_row_of_another(of_a: Connection, table: type[Table]) -> None:
    status = await of_a.execute(f"delete from {_core(table).fullname} where tenant_id = '{B.id}'")  # noqa: S608 (names from the metadata)
    assert status == "DELETE 0"


@pytest.mark.parametrize("table", [table for table in EVERY if rights_of(table).read])
async def test_a_careless_policy_of_somebody_later_opens_nothing(furnished: Connection, table: type[Table]) -> None:
    """Permissive policies are OR-ed; the restrictive twin keeps the floor."""
    name = _core(table).fullname
    async with undone(furnished):
        await furnished.execute(f"create policy careless on {name} using (true) with check (true)")
        await furnished.execute("set local session authorization gw_app")
        assert await _count(furnished, table) == 0
        await become(furnished, tenant=A.id)
        assert "tenant_id" not in _core(table).columns or await _count(furnished, table) == 1


async def test_the_owner_is_fenced_too(furnished: Connection) -> None:
    """FORCE: without a policy of its own it sees nothing."""
    async with undone(furnished):
        await furnished.execute("set local role gw_owner")
        assert await _count(furnished, EVERY[0]) == 0


@pytest.mark.parametrize("table", EVERY)
async def test_the_jobs_that_cross_tenants_see_both(furnished: Connection, table: type[Table]) -> None:
    async with undone(furnished):
        everything = await _count(furnished, table)
        await furnished.execute("set local session authorization gw_system")
        assert await _count(furnished, table) == everything >= 2


async def _ids(connection: Connection, table: str) -> set[str]:
    return {str(id) for (id,) in await connection.fetch(f"select id from app.{table}")}  # noqa: S608 (names of tables)


async def test_a_viewer_sees_the_tenants_it_may_enter_and_the_other_ends(of_a: Connection) -> None:
    assert await _ids(of_a, "tenant") == {A.id, PARTNER.id}


async def test_a_viewer_without_a_tenant_sees_where_it_may_go(runtime: Connection) -> None:
    """3.3: grants alone decide; they are read before any tenant is set."""
    async with undone(runtime):
        await become(runtime, tid=A.row("tid"), oid=A.row("oid"))
        assert await _ids(runtime, "role_grant") == {A.row("role_grant")}
        assert await _ids(runtime, "tenant") == {A.id}
        assert await _ids(runtime, "incident") == set()


async def test_a_viewer_sees_itself_and_who_has_a_role_here(furnished: Connection, runtime: Connection) -> None:
    async with undone(runtime):
        await become(runtime, tenant=B.id, tid=A.row("tid"), oid=A.row("oid"))
        assert await _ids(runtime, "app_user") == {A.row("app_user"), B.row("app_user")}
        await become(runtime, tenant=PARTNER.id, tid=A.row("tid"), oid=A.row("oid"))
        assert await _ids(runtime, "app_user") == {A.row("app_user")}


async def test_my_grants_elsewhere_are_seen_but_not_touched_from_here(runtime: Connection) -> None:
    async with undone(runtime):
        await become(runtime, tenant=B.id, tid=A.row("tid"), oid=A.row("oid"))
        assert await _ids(runtime, "role_grant") == {A.row("role_grant"), B.row("role_grant")}
        assert await runtime.execute("delete from app.role_grant where user_id = app.app_me()") == "DELETE 0"
        assert await runtime.execute("update app.role_grant set granted_by = null") == "UPDATE 1"


async def test_a_colleague_is_seen_but_not_changed(runtime: Connection) -> None:
    async with undone(runtime):
        await become(runtime, tenant=B.id, tid=A.row("tid"), oid=A.row("oid"))
        assert await runtime.execute("update app.app_user set display_name = 'x'") == "UPDATE 1"


async def test_a_newcomer_writes_its_own_row_and_reads_it_back(runtime: Connection) -> None:
    """First sign-in: no row, no grant, no tenant."""
    async with undone(runtime):
        await become(runtime, tid=A.row("new tid"), oid=A.row("new oid"))
        assert await runtime.fetchval("select app.app_me()") is None
        assert await _newcomer(runtime, A.row("new oid")) is not None
        assert await runtime.fetchval("select app.app_me()") is not None


async def test_a_newcomer_cannot_write_somebody_else(runtime: Connection) -> None:
    async with undone(runtime):
        await become(runtime, tid=A.row("new tid"), oid=A.row("new oid"))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await _newcomer(runtime, B.row("oid"))


async def _newcomer(connection: Connection, oid: str) -> Any:
    return await connection.fetchval(
        "insert into app.app_user (tid, oid, account_type, is_guest, created_at)"
        " values ($1, $2, 'WORK_SCHOOL', false, now()) returning id",
        A.row("new tid"),
        oid,
    )


async def test_the_bearer_of_an_invitation_learns_its_tenant_and_nothing_else(runtime: Connection) -> None:
    """I-4: only the hash of a token leads anywhere."""
    async with undone(runtime):
        assert await runtime.fetchval("select app.app_invited($1)", b"unknown") is None
        assert str(await runtime.fetchval("select app.app_invited($1)", b"bytes")) in {A.id, B.id}
        assert await _ids(runtime, "invitation") == set()


async def test_a_program_becomes_known_in_a_partner_s_own_directory_and_nowhere_else(furnished: Connection) -> None:
    """D-30: neither a customer nor nobody names principals, and a person is never made a program."""
    directory, program = A.row("directory"), A.row("program")
    async with undone(furnished):
        await furnished.execute("update app.tenant set entra_tenant_id = $1 where id = $2", directory, PARTNER.id)
        await furnished.execute(
            "insert into app.app_user (tid, oid, account_type, is_guest, created_at)"
            " values ($1, $2, 'WORK_SCHOOL', false, now())",
            directory,
            A.row("person"),
        )
        await furnished.execute("set local session authorization gw_app")
        register = "select app.app_register($1, 'Night Report', now())"
        assert await furnished.fetchval(register, program) is None
        await become(furnished, tenant=A.id)
        assert await furnished.fetchval(register, program) is None
        await become(furnished, tenant=PARTNER.id)
        assert await furnished.fetchval(register, A.row("person")) is None
        known = await furnished.fetchval(register, program)
        assert known is not None
        assert await furnished.fetchval(register, program) == known


async def test_a_partner_sees_its_relationships_and_a_third_party_none(
    furnished: Connection, runtime: Connection
) -> None:
    async with undone(runtime):
        await become(runtime, tenant=PARTNER.id)
        both = {A.row("partner_relationship"), B.row("partner_relationship")}
        assert await _ids(runtime, "partner_relationship") == both
        await become(runtime, tenant=A.row("somewhere"))
        assert await _ids(runtime, "partner_relationship") == set()


async def test_a_partner_s_portfolio_is_seen_from_any_tenant_by_who_works_for_it(furnished: Connection) -> None:
    async with undone(furnished):
        await furnished.execute(
            "insert into app.role_grant (tenant_id, user_id, role, granted_at)"
            " values ($1, $2, 'PARTNER_GLOBAL_ADMIN', now())",
            PARTNER.id,
            A.row("app_user"),
        )
        await furnished.execute("set local session authorization gw_app")
        await become(furnished, tid=A.row("tid"), oid=A.row("oid"))
        assert len(await _ids(furnished, "partner_relationship")) == 2
        assert await _ids(furnished, "tenant") == {A.id, B.id, PARTNER.id}


def test_every_statement_of_a_fence_names_its_table() -> None:
    for table in EVERY:
        assert all(f"app.{table.__tablename__}" in statement for statement in fences(table))
