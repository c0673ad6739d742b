"""The data under the measurement: the project's own tables in a cluster of its own, filled once and kept."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

import asyncpg
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import rows
from migrations import versions
from migrations.run import head, upgrade
from tenancy.embedded import Cluster
from tenancy.embedded.server import SUPERUSER

HOME = Path(__file__).parent / "world"
FULL, SMALL = 2_000, 20
"""Customer tenants: 1,000,000 cases, and 10,000."""

POSTGRES_CORE = 1


@dataclass(frozen=True)
class World:
    """One filled database."""

    cluster: Cluster
    tenants: int
    copy: str = ""
    """The name of a copy that may be written to."""

    @property
    def database(self) -> str:
        return self.copy or f"bench_{self.tenants}_{_schema()}"

    @property
    def cases(self) -> int:
        return self.tenants * rows.CASES

    @property
    def app(self) -> str:
        """For gw_app: row-level security applies."""
        return self.cluster.url("gw_app", self.database)

    @property
    def system(self) -> str:
        return self.cluster.url("gw_system", self.database)

    @property
    def owner(self) -> str:
        """For the superuser, to whom no policy applies: servers that filter by a condition alone."""
        return self.cluster.url(SUPERUSER, self.database)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """The benchmark's PostgreSQL, on a core of its own where the machine has two."""
    with Cluster.start(HOME) as started:
        if started.pid and len(os.sched_getaffinity(0)) > POSTGRES_CORE:
            os.sched_setaffinity(started.pid, {POSTGRES_CORE})  # its children are born later and inherit it
        yield started


async def filled(cluster: Cluster, tenants: int) -> World:
    """The world of this size; made when it is missing or was left half-made."""
    world = World(cluster, tenants)
    if not await _is_complete(world):
        await _forget_older(world)
        await cluster.create_database(world.database)
        await upgrade(world.owner)
        await _fill(world)
    return world


async def counts(world: World) -> dict[str, int]:
    """How many rows there truly are."""
    connection = await asyncpg.connect(world.owner)
    try:
        return {
            noun: await connection.fetchval(f"select count(*) from app.{table}") for noun, table in _COUNTED.items()
        }
    finally:
        await connection.close()


_COUNTED = {"tenants": "tenant", "cases": "incident", "uses": "consumption", "licence activity": "license_activity"}


async def copied(world: World, name: str) -> World:
    """A fresh copy of a world, to be written to; what was left of an earlier one is removed."""
    await world.cluster.drop_database(name)
    await world.cluster.create_database(name, world.database)
    return replace(world, copy=name)


@cache
def _schema() -> str:
    """A mark of all revisions and of the generator: a changed one, even under its old name, wants another world."""
    generators = HOME.parent.glob("rows*.py")
    files = [*sorted(Path(versions.__file__).parent.glob("*[!_].*")), *sorted(generators)]
    digest = sha256(b"".join(file.read_bytes() for file in files if file.suffix in (".py", ".sql")))
    return f"{head()}_{digest.hexdigest()[:8]}"


async def _is_complete(world: World) -> bool:
    """A comment on the database is the last thing that filling writes."""
    connection = await asyncpg.connect(world.cluster.url(SUPERUSER, "postgres"))
    try:
        query = "select shobj_description(oid, 'pg_database') from pg_database where datname = $1"
        said: str | None = await connection.fetchval(query, world.database)
        return said == _COMPLETE
    finally:
        await connection.close()


_COMPLETE = "complete"


async def _forget_older(world: World) -> None:
    """Remove worlds of this size that another schema made, or that were never finished."""
    connection = await asyncpg.connect(world.cluster.url(SUPERUSER, "postgres"))
    try:
        query = "select datname from pg_database where starts_with(datname, $1)"
        found = await connection.fetch(query, f"bench_{world.tenants}_")
    finally:
        await connection.close()
    for row in found:
        await world.cluster.drop_database(row["datname"])


async def _fill(world: World) -> None:
    connection = await asyncpg.connect(world.owner)
    try:
        # No triggers and no foreign keys while filling: the rows are right by construction.
        await connection.execute("set session_replication_role = replica; set synchronous_commit = off")
        await connection.execute(rows.KEY)
        indexes = await _drop_indexes(connection)
        with _bar() as bar:
            task = bar.add_task("", total=sum(step.rows for step in rows.steps(world.tenants)))
            for step in rows.steps(world.tenants):
                bar.update(task, description=step.noun)
                await connection.execute(step.sql)
                bar.advance(task, step.rows)
            for definition in indexes:
                bar.update(task, description=definition.split()[2])
                await connection.execute(definition)
            bar.update(task, description="vacuum, analyze")
            await connection.execute("vacuum (analyze)")
        await connection.execute(f"comment on database {world.database} is '{_COMPLETE}'")
    finally:
        await connection.close()


async def _drop_indexes(connection: "asyncpg.Connection[asyncpg.Record]") -> list[str]:
    """Take away the indexes that are no constraints; what makes them again. Sorting once beats a million insertions."""
    found = await connection.fetch(
        "select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition"
        " from pg_index join pg_class c on c.oid = indrelid"
        " where c.relnamespace = 'app'::regnamespace and not exists"
        " (select from pg_constraint where conindid = indexrelid)"
    )
    for index in found:
        await connection.execute(f"drop index {index['name']}")
    return [index["definition"] for index in found]


def _bar() -> Progress:
    return Progress(TextColumn("{task.description:>24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


if __name__ == "__main__":
    with cluster() as started:
        for size in (SMALL, FULL):
            asyncio.run(filled(started, size))
