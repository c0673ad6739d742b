"""The revisions and the tables say the same, on an empty server, a shared one, and for an administrator."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection as SyncConnection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from migrations.draft import draft
from migrations.roles import preparations
from migrations.run import head, upgrade
from tenancy.embedded import Cluster
from tenancy.rights import OWNER
from tenancy.selfcheck import findings
from tenancy.tables import SCHEMA, Table
from tests.ground import Address, TestCluster
from tests.tenancy.connections import connected

EVERYTHING = {
    "tables": """select relname, relkind::text, relowner::regrole::text, relrowsecurity, relforcerowsecurity,
        relacl::text from pg_class where relnamespace = 'app'::regnamespace order by 1""",
    "columns": """select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attnum,
        a.attidentity::text, pg_get_expr(d.adbin, d.adrelid), a.attacl::text
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where c.relnamespace = 'app'::regnamespace and a.attnum > 0 and not a.attisdropped order by 1, 5""",
    "constraints": """select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'app'::regnamespace order by 1, 2""",
    "indexes": "select tablename, indexname, indexdef from pg_indexes where schemaname = 'app' order by 1, 2",
    "policies": "select * from pg_policies where schemaname = 'app' order by tablename, policyname",
    "triggers": """select t.tgname, pg_get_triggerdef(t.oid) from pg_trigger t join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = 'app'::regnamespace and not t.tgisinternal order by 1, 2""",
    "functions": """select p.oid::regprocedure::text, pg_get_functiondef(p.oid), p.proowner::regrole::text,
        p.proacl::text from pg_proc p where pronamespace = 'app'::regnamespace order by 1""",
}


async def _everything(address: Address) -> dict[str, list[tuple[Any, ...]]]:
    async with connected(address.owner) as connection:
        return {name: [tuple(row) for row in await connection.fetch(query)] for name, query in EVERYTHING.items()}


@asynccontextmanager
async def _empty(cluster: Cluster, name: str) -> AsyncIterator[Address]:
    await cluster.create_database(name)
    try:
        yield Address(cluster, name)
    finally:
        await cluster.drop_database(name)


@pytest.mark.lock("policies")
async def test_the_revisions_give_what_the_tables_describe(cluster: Cluster, database: Address, worker_id: str) -> None:
    """Not only tables: policies, triggers, functions, owners and grants, to the letter."""
    async with _empty(cluster, f"drafted_{worker_id}") as drafted:
        async with connected(drafted.owner) as connection:
            for statement in preparations():
                await connection.execute(statement)
            async with connection.transaction():
                await connection.execute(
                    f"set local role {OWNER}; create table {SCHEMA}.alembic_version (version_num varchar(32) not null,"
                    " constraint alembic_version_pkc primary key (version_num))"
                )
                await connection.execute(draft())
        expected, found = await _everything(drafted), await _everything(database)
    for name in EVERYTHING:
        assert found[name] == expected[name]
        assert found[name]


async def test_alembic_finds_no_difference(database: Address) -> None:
    engine = create_async_engine(database.owner.replace("postgresql:", "postgresql+asyncpg:"), poolclass=NullPool)
    async with engine.connect() as connection:
        assert await connection.run_sync(_difference) == []
    await engine.dispose()


def _difference(connection: SyncConnection) -> Any:
    options = {
        "version_table_schema": SCHEMA,
        "include_schemas": True,
        "include_name": lambda name, kind, _: kind != "schema" or name == SCHEMA,
    }
    return compare_metadata(MigrationContext.configure(connection, opts=options), Table.metadata)


async def test_upgrading_again_changes_nothing(database: Address) -> None:
    before = await _everything(database)
    await upgrade(database.owner)
    assert await _everything(database) == before


@pytest.mark.lock("policies")
async def test_processes_that_start_at_once_wait_for_each_other(
    cluster: Cluster, database: Address, worker_id: str
) -> None:
    """The first migrates, the second finds it done; neither fails."""
    async with _empty(cluster, f"raced_{worker_id}") as raced:
        assert [*await asyncio.gather(_in_a_process(raced), _in_a_process(raced))] == [0, 0]
        assert await _everything(raced) == await _everything(database)


async def _in_a_process(address: Address) -> int:
    program = "import asyncio, sys; from migrations.run import upgrade; asyncio.run(upgrade(sys.argv[1]))"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, address.owner)
    return await process.wait()


@pytest.fixture(scope="module")
def new_server() -> Iterator[Cluster]:
    """A server that never saw our roles."""
    server = TestCluster.start()
    yield server.cluster
    server.stop()


async def test_an_administrator_who_is_no_superuser_can_migrate(new_server: Cluster) -> None:
    """A managed server gives out CREATEROLE, not superuser."""
    async with connected(new_server.url("postgres", "postgres")) as connection:
        await connection.execute("create role administrator login createrole")
        await connection.execute("create database gateway owner administrator")
    url = new_server.url("administrator", "gateway")
    await upgrade(url, passwords={"gw_app": 'it\'s a "secret" %s'})
    await upgrade(url)
    async with connected(new_server.url("gw_app", "gateway")) as connection:
        assert await findings(connection) == []
    async with connected(new_server.url("postgres", "gateway")) as connection:
        rows = await connection.fetch("select rolname, left(rolpassword, 13) from pg_authid where rolname like 'gw%'")
        assert not await connection.fetchval("select has_database_privilege('gw_app', 'gateway', 'temporary')")
    assert {row[0]: row[1] for row in rows} == {"gw_owner": None, "gw_app": "SCRAM-SHA-256", "gw_system": None}


async def test_roles_start_with_their_limits(database: Address) -> None:
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "search_path")
    async with connected(database.app) as connection:
        found = [await connection.fetchval(f"show {name}") for name in names]
    assert found == ["5s", "2s", "10s", "app"]


def test_a_draft_is_the_same_text_each_time() -> None:
    assert draft() == draft()


def test_there_is_one_line_of_revisions() -> None:
    scripts = sorted(path.stem for path in Path("migrations/versions").glob("r*.py"))
    assert scripts[-1].startswith(f"r{head()}")
