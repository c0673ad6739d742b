"""What the runtime role may say to the database at all: grants, in straight SQL (T-21)."""

import asyncpg
import pytest
from sqlalchemy import Table as CoreTable

from tenancy.rights import APPEND_ONLY, RIGHTS, grants, rights_of, updatable
from tenancy.tables import SlaItem, Table, owned_tables, shared_tables
from tests.tenancy.connections import Connection, undone
from tests.tenancy.rows import B

EVERY = [*owned_tables(), *shared_tables()]


def _core(table: type[Table]) -> CoreTable:
    assert isinstance(table.__table__, CoreTable)
    return table.__table__


@pytest.mark.parametrize("table", owned_tables())
async def test_a_row_cannot_be_moved_to_another_tenant(of_a: Connection, table: type[Table]) -> None:
    """T-21: key columns are not updatable, whatever the policy says."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await of_a.execute(f"update {_core(table).fullname} set tenant_id = '{B.id}'")  # noqa: S608 (names from the metadata)


@pytest.mark.parametrize("table", [table for table in EVERY if table in APPEND_ONLY])
@pytest.mark.parametrize("role", ["gw_app", "gw_system"])
@pytest.mark.parametrize("statement", ["update {} set tenant_id = tenant_id", "delete from {}", "truncate {}"])
async def test_nobody_rewrites_the_ledger_or_the_audit(
    furnished: Connection, table: type[Table], role: str, statement: str
) -> None:
    """I-8, D-06"""
    async with undone(furnished):
        await furnished.execute(f"set local session authorization {role}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await furnished.execute(statement.format(_core(table).fullname))


DENIED = [
    "truncate app.incident",
    "copy app.incident to program 'cat'",
    "copy app.incident from '/etc/passwd'",
    "set role gw_owner",
    "set role gw_system",
    "set role postgres",
    "set session authorization postgres",
    "alter table app.incident disable row level security",
    "alter table app.incident no force row level security",
    "drop policy tenant_floor on app.incident",
    "create policy mine on app.incident using (true)",
    "create table app.mine (id int)",
    "create table public.mine (id int)",
    "create function app.mine() returns int language sql as 'select 1'",
    "create trigger mine after insert on app.incident execute function app.redeemed_for_good()",
    "alter role gw_app bypassrls",
    "lock table app.incident in access exclusive mode",
    "update app.alembic_version set version_num = '0'",
    "update app.tenant set name = 'x'",
    "update app.app_user set tid = oid",
    "update app.agreement set ends_on = ends_on",
    "insert into app.subscription default values",
    "select nextval('app.audit_entry_id_seq')",
    "select rolpassword from pg_authid",
    "select pg_read_file('/etc/passwd')",
    "create extension dblink",
]


@pytest.mark.parametrize("statement", DENIED)
async def test_straight_sql_of_the_runtime_is_denied(of_a: Connection, statement: str) -> None:
    """T-21"""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await of_a.execute(statement)


@pytest.mark.lock("policies")
async def test_statistics_show_no_sampled_values(furnished: Connection, of_a: Connection) -> None:
    """T-21: `pg_stats` hides the columns of fenced tables."""
    await furnished.execute("analyze app.incident")
    assert await furnished.fetchval("select count(*) from pg_stats where schemaname = 'app'") > 0
    assert await of_a.fetchval("select count(*) from pg_stats where schemaname = 'app'") == 0


@pytest.mark.lock("policies")
async def test_copying_out_gives_the_rows_of_the_fence(of_a: Connection) -> None:
    assert await of_a.copy_from_query("select id from app.incident", output=_discard) == "COPY 1"


async def _discard(_: bytes) -> None: ...


def test_a_table_that_nobody_named_may_only_be_read() -> None:
    assert SlaItem not in RIGHTS
    assert next(grants(SlaItem)) == "grant select on app.sla_item to gw_app"


@pytest.mark.parametrize("table", EVERY)
def test_no_key_column_is_updatable(table: type[Table]) -> None:
    assert not {column.name for column in _core(table).primary_key} & {*updatable(table)}


def test_what_is_append_only_is_not_updated_or_removed() -> None:
    for table in APPEND_ONLY:
        assert not updatable(table)
        assert not rights_of(table).delete
