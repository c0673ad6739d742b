"""A database with one row of everything for A and for B, and the roles that look at it; and a demo world
for each module, with the doors and the street that lead into it."""

from collections.abc import AsyncIterator
from itertools import count

import pytest

from tenancy.clock import Clock
from tenancy.database import Database
from tenancy.doors import Doors
from tenancy.embedded import Cluster
from tests.ground import Address, copy
from tests.tenancy.connections import Connection, become, connected, undone
from tests.tenancy.rows import A, furnish
from tests.world import NOON, World, opened

_numbers = count(1)


@pytest.fixture(scope="module")
async def furnished(database: Address) -> AsyncIterator[Connection]:
    """The superuser's connection; whoever changes something undoes it."""
    async with connected(database.owner) as connection:
        await furnish(connection)
        yield connection


@pytest.fixture(scope="module")
async def runtime(furnished: Connection, database: Address) -> AsyncIterator[Connection]:
    """The runtime's connection to the same rows, nobody's yet."""
    async with connected(database.app) as connection:
        yield connection


@pytest.fixture
async def of_a(runtime: Connection) -> AsyncIterator[Connection]:
    """The runtime, in a transaction of A's own user that is undone."""
    async with undone(runtime):
        await become(runtime, tenant=A.id, tid=A.row("tid"), oid=A.row("oid"))
        yield runtime


@pytest.fixture(scope="module")
async def ground(cluster: Cluster, world_template: str, worker_id: str) -> AsyncIterator[Address]:
    """A database with the demo world, one per module."""
    async with copy(cluster, world_template, f"ground_{worker_id}_{next(_numbers)}") as address:
        yield address


@pytest.fixture(scope="module")
async def past(ground: Address) -> AsyncIterator[Connection]:
    """The superuser's connection to it: past every policy."""
    async with connected(ground.owner) as connection:
        yield connection


@pytest.fixture(scope="module")
async def doors(ground: Address) -> AsyncIterator[Doors]:
    """Its doors, on the day of the stories."""
    database, clock = Database(ground.app, ground.system), Clock()
    clock.stand_at(NOON)
    yield Doors(database, clock)
    await database.close()


@pytest.fixture(scope="module")
async def street(ground: Address, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The application in front of it, over HTTP."""
    async with opened(ground, tmp_path_factory.mktemp("street")) as found:
        yield found
