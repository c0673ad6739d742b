"""A dump, restored into an empty cluster, is the same database behind the same fences (D-05)."""

import subprocess
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from tenancy.embedded import Cluster
from tenancy.embedded.binaries import choose
from tenancy.embedded.server import SUPERUSER
from tenancy.selfcheck import checked
from tenancy.tables import owned_tables
from tests.ground import Address, TestCluster, copy

pytestmark = [pytest.mark.timeout(600), pytest.mark.lock("policies")]


@pytest.fixture(scope="module")
def empty() -> Iterator[TestCluster]:
    made = TestCluster.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
async def source(cluster: Cluster, world_template: str, worker_id: str) -> AsyncIterator[Address]:
    async with copy(cluster, world_template, f"dumped_{worker_id}") as address:
        yield address


@pytest.fixture(scope="module")
def restored(source: Address, empty: TestCluster) -> Address:
    moved(source, empty.cluster)
    return Address(empty.cluster, source.name)


def moved(source: Address, target: Cluster) -> None:
    """The two commands of docs/deploy.md: who there is, then what there is."""
    programs = choose(source.cluster.home.parent).folder
    there = ["-U", SUPERUSER, "-h"]

    def through(dump: list[str], database: str) -> None:
        told = subprocess.run(
            [str(programs / dump[0]), *there, str(source.cluster.socket), *dump[1:]], capture_output=True
        )
        assert told.returncode == 0, told.stderr.decode()
        command = [str(programs / "psql"), *there, str(target.socket), "-d", database, "-q", "-v", "ON_ERROR_STOP=1"]
        # The superuser is there already: it is the one error that a restore meets.
        script = told.stdout.replace(f"CREATE ROLE {SUPERUSER};".encode(), b"")
        done = subprocess.run(command, input=script, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()

    through(["pg_dumpall", "--roles-only"], "postgres")
    through(["pg_dump", "--create", source.name], "postgres")


async def digests(address: str) -> dict[tuple[str, str], str]:
    """What every tenant has in every table, row by row."""
    connection = await asyncpg.connect(address)
    try:
        await connection.execute("set timezone to 'UTC'")
        found: dict[tuple[str, str], str] = {}
        for table in owned_tables():
            name = table.__table__.fullname  # type: ignore[attr-defined]  # SQLAlchemy knows FromClause here
            sql = f"select tenant_id, md5(string_agg(t::text, '|' order by t::text)) from {name} t group by 1"  # noqa: S608  our own names
            found |= {(name, str(row[0])): row[1] for row in await connection.fetch(sql)}
        return found
    finally:
        await connection.close()


async def test_every_tenant_has_its_rows_and_its_fences_again(source: Address, restored: Address) -> None:
    """D-05: equal digests per tenant; roles, FORCE and policies are there; the boot check (T-13) passes"""
    before = await digests(source.owner)
    assert len({tenant for _, tenant in before}) > 2
    assert await digests(restored.owner) == before
    faults, _ = await checked(restored.app)
    assert faults == []


async def test_what_was_restored_goes_on(restored: Address) -> None:
    """Numbers that count on, and the ledger's own guards, came along"""
    connection = await asyncpg.connect(restored.owner)
    try:
        async with connection.transaction():
            made = await connection.fetchval(
                "insert into app.outbox_event (tenant_id, topic, subject_id, payload, created_at)"
                " select tenant_id, topic, subject_id, payload, created_at from app.outbox_event limit 1 returning id"
            )
            assert made == await connection.fetchval("select max(id) from app.outbox_event")
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(
                "update app.package set ends_on = ends_on + 10000 where id = (select id from app.package limit 1)"
            )
    finally:
        await connection.close()
