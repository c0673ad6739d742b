"""Every fault of T-13 is planted, and every one is found by name."""

from collections.abc import AsyncIterator

import pytest

from migrations.run import head
from tenancy.selfcheck import REVISION, Durability, Finding, durability, findings
from tests.ground import Address
from tests.tenancy.connections import Connection, connected, undone

pytestmark = pytest.mark.lock("policies")


@pytest.fixture(scope="module")
async def superuser(database: Address) -> AsyncIterator[Connection]:
    async with connected(database.owner) as connection:
        yield connection


async def test_a_migrated_database_has_no_fault(database: Address) -> None:
    async with connected(database.app) as connection:
        assert await findings(connection) == []


FAULTS: dict[str, tuple[str, Finding]] = {
    "superuser": ("alter role gw_app superuser", Finding("role gw_app", "has SUPERUSER")),
    "bypassrls": ("alter role gw_app bypassrls", Finding("role gw_app", "has BYPASSRLS")),
    "createrole": ("alter role gw_app createrole", Finding("role gw_app", "has CREATEROLE")),
    "the definers' owner bypasses": ("alter role gw_system bypassrls", Finding("role gw_system", "has BYPASSRLS")),
    "member of the owner": ("grant gw_owner to gw_app", Finding("role gw_app", "is a member of gw_owner")),
    "may create": (
        "grant create on schema app to gw_app",
        Finding("role gw_app", "may create objects in the schema app"),
    ),
    "owner of a table": (
        "alter table app.queue owner to gw_app",
        Finding("app.queue", "is owned by the runtime role"),
    ),
    "owner of the schema": (
        "alter schema app owner to gw_app",
        Finding("schema app", "is owned by the runtime role"),
    ),
    "no FORCE": (
        "alter table app.sla no force row level security",
        Finding("app.sla", "row-level security is not forced on its owner"),
    ),
    "no row-level security": (
        "alter table app.sla disable row level security",
        Finding("app.sla", "row-level security is not enabled"),
    ),
    "a table nobody fenced": (
        "create table app.forgotten (id int)",
        Finding("app.forgotten", "row-level security is not enabled"),
    ),
    "a table that is gone": ("drop table app.freshness", Finding("app.freshness", "does not exist")),
    "missing floor": (
        "drop policy tenant_floor on app.incident",
        Finding("app.incident", "the policy tenant_floor is missing"),
    ),
    "careless policy": (
        "create policy careless on app.incident using (true)",
        Finding("app.incident", "the policy careless is unknown"),
    ),
    "opened policy": (
        "alter policy tenant on app.incident using (true)",
        Finding("app.incident", "the policy tenant is not the one that was made"),
    ),
    "opened check": (
        "alter policy tenant_floor on app.role_grant with check (true)",
        Finding("app.role_grant", "the policy tenant_floor is not the one that was made"),
    ),
    "policy for somebody else": (
        "alter policy tenant_floor on app.incident to gw_owner",
        Finding("app.incident", "the policy tenant_floor is not the one that was made"),
    ),
    "floor turned permissive": (
        "drop policy tenant_floor on app.queue;"
        "create policy tenant_floor on app.queue to gw_app using (tenant_id = (select app.app_tenant()))"
        " with check (tenant_id = (select app.app_tenant()))",
        Finding("app.queue", "the policy tenant_floor is not the one that was made"),
    ),
    "view without security_invoker": (
        "create view app.all_cases as select * from app.incident",
        Finding("app.all_cases", "a view without security_invoker: it reads with the rights of its owner"),
    ),
    "view that switched it off": (
        "create view app.all_cases with (security_invoker = off) as select * from app.incident",
        Finding("app.all_cases", "a view without security_invoker: it reads with the rights of its owner"),
    ),
    "readable materialized view": (
        "create materialized view app.totals as select count(*) from app.incident;grant select on app.totals to gw_app",
        Finding("app.totals", "a materialized view that the runtime may read"),
    ),
    "unlisted definer": (
        "create function app.peek() returns int language sql security definer as 'select 1'",
        Finding("app.peek", "a SECURITY DEFINER function that is not on the list"),
    ),
    "definer in another schema": (
        "create schema side; grant usage on schema side to public;"
        "create function side.peek() returns int language sql security definer as 'select 1'",
        Finding("side.peek", "a SECURITY DEFINER function that is not on the list"),
    ),
    "definer with a greater owner": (
        "alter function app.app_me() owner to postgres",
        Finding("app.app_me", "runs with the rights of postgres"),
    ),
    "definer without a search path": (
        "alter function app.app_me() reset search_path",
        Finding("app.app_me", "a SECURITY DEFINER function whose search_path is not pinned"),
    ),
    "rewritable ledger": (
        "grant update on app.consumption to gw_app",
        Finding("app.consumption", "the runtime may UPDATE"),
    ),
    "movable rows": (
        "grant update (tenant_id) on app.incident to gw_app",
        Finding("app.incident", "the runtime may UPDATE (tenant_id)"),
    ),
    "open to everybody": (
        "grant truncate on app.incident to public",
        Finding("app.incident", "the runtime may TRUNCATE"),
    ),
    "silenced invariant": (
        "alter table app.consumption disable trigger reversal_mirrors_charge",
        Finding("app.consumption", "the trigger reversal_mirrors_charge is disabled"),
    ),
    "one migration ahead": (
        "update app.alembic_version set version_num = '9999'",
        Finding("schema app", f"is at revision 9999, this code needs revision {REVISION}"),
    ),
    "never migrated": (
        "drop table app.alembic_version",
        Finding("schema app", f"is at revision none, this code needs revision {REVISION}"),
    ),
}


@pytest.mark.parametrize(("statement", "finding"), FAULTS.values(), ids=FAULTS.keys())
async def test_a_planted_fault_is_found(superuser: Connection, statement: str, finding: Finding) -> None:
    """T-13, F-20"""
    async with undone(superuser):
        await superuser.execute(statement)
        await superuser.execute("set local session authorization gw_app")
        assert finding in await findings(superuser)


HARMLESS = {
    "a view with the rights of its caller": (
        "create view app.mine with (security_invoker = true) as select * from app.incident;"
        "grant select on app.mine to gw_app"
    ),
    "a materialized view that the runtime cannot read": (
        "create materialized view app.totals as select count(*) from app.incident"
    ),
    "a foreign definer that the runtime cannot reach": (
        "create schema side;create function side.peek() returns int language sql security definer as 'select 1'"
    ),
}


@pytest.mark.parametrize("statement", HARMLESS.values(), ids=HARMLESS.keys())
async def test_what_is_harmless_is_no_finding(superuser: Connection, statement: str) -> None:
    async with undone(superuser):
        await superuser.execute(statement)
        await superuser.execute("set local session authorization gw_app")
        assert await findings(superuser) == []


async def test_the_owner_as_runtime_is_refused_by_name(superuser: Connection) -> None:
    found = await findings(superuser)
    assert Finding("role postgres", "has SUPERUSER") in found
    assert Finding("role postgres", "has BYPASSRLS") in found
    assert Finding("role postgres", "is not the runtime role gw_app") in found


async def test_a_role_taken_on_by_another_login_is_no_runtime(superuser: Connection) -> None:
    """SET ROLE can be undone by whoever finds an injection."""
    async with undone(superuser):
        await superuser.execute("set local role gw_app")
        assert await findings(superuser) == [Finding("role gw_app", "acts for the login postgres")]


def test_a_finding_reads_as_object_and_fault() -> None:
    assert str(Finding("app.sla", "does not exist")) == "app.sla: does not exist"


def test_the_code_is_written_for_the_newest_migration() -> None:
    assert head() == REVISION


async def test_settings_that_lose_acknowledged_writes_are_told(superuser: Connection) -> None:
    """D-03; the cluster of the tests runs without fsync on purpose."""
    assert "fsync" in (await durability(superuser)).off
    async with undone(superuser):
        await superuser.execute("set local synchronous_commit = off")
        report = await durability(superuser)
    assert "synchronous_commit" in report.off
    assert not report.durable
    assert Durability(()).durable
