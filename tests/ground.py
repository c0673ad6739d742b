"""The ground under the tests: one embedded cluster per run, templates made once, databases copied from them."""

import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import asyncpg

from migrations.run import upgrade
from tenancy.embedded import Cluster
from tenancy.embedded.server import SUPERUSER
from tenancy.tables import SCHEMA

Build = Callable[["Address"], Awaitable[None]]


@dataclass(frozen=True)
class Address:
    """A database of the tests' cluster, by role."""

    cluster: Cluster
    name: str

    @property
    def app(self) -> str:
        """For gw_app, the runtime."""
        return self.cluster.url("gw_app", self.name)

    @property
    def system(self) -> str:
        """For gw_system, the jobs that cross tenants."""
        return self.cluster.url("gw_system", self.name)

    @property
    def owner(self) -> str:
        """For the superuser: migrations, and what a test must see past every policy."""
        return self.cluster.url(SUPERUSER, self.name)


class TestCluster:
    """A cluster that forgets, in a folder of its own that goes away with it."""

    __test__ = False

    def __init__(self, folder: Path, cluster: Cluster) -> None:
        self.folder, self.cluster = folder, cluster

    @classmethod
    def start(cls) -> Self:
        folder = Path(tempfile.mkdtemp(prefix="gateway-tests-"))
        folder.chmod(0o711)  # so that root can hand the server to an account that is not root
        return cls(folder, Cluster.start(folder, durable=False))

    def stop(self) -> None:
        self.cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


async def template(cluster: Cluster, name: str, build: Build, base: str | None = None) -> str:
    """The template `name`, built by the first worker that asks, a copy of `base` before `build` sees it.

    A build that fails leaves nothing under that name, so the next one that asks sees the failure too.
    """
    async with _administrator(cluster) as connection:
        await connection.execute("select pg_advisory_lock(hashtext($1::text))", name)
        if await connection.fetchval("select true from pg_database where datname = $1", name):
            return name
        draft = f"{name}_draft"
        await cluster.drop_database(draft)
        await cluster.create_database(draft, base)
        await build(Address(cluster, draft))
        await connection.execute(f"alter database {draft} rename to {name}")
    return name


async def migrate(address: Address) -> None:
    await upgrade(address.owner)


async def remove_policies(address: Address) -> None:
    """Row-level security off, so that only the boundaries are left (T-12)."""
    connection = await asyncpg.connect(address.owner)
    try:
        tables = await connection.fetch(
            "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = $1", SCHEMA
        )
        for (table,) in tables:
            await connection.execute(f"alter table {table} disable row level security, no force row level security")
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def copy(cluster: Cluster, source: str, name: str) -> AsyncIterator[Address]:
    """A database of one's own, a copy of a template; dropped afterwards, whoever is still connected."""
    await cluster.create_database(name, source)
    try:
        yield Address(cluster, name)
    finally:
        await cluster.drop_database(name)


@contextlib.asynccontextmanager
async def _administrator(cluster: Cluster) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
    connection = await asyncpg.connect(cluster.url(SUPERUSER, "postgres"))
    try:
        yield connection
    finally:
        await connection.close()
