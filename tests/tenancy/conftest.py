"""A database with one row of everything for A and for B, and the roles that look at it."""

from collections.abc import AsyncIterator

import pytest

from tests.ground import Address
from tests.tenancy.connections import Connection, become, connected, undone
from tests.tenancy.rows import A, furnish


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
