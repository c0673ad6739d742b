"""A pool with two slots, so that exhaustion is near, and somebody outside of it."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tenancy.database import Database
from tests.ground import Address


@pytest.fixture
async def connections(database: Address) -> AsyncIterator[Database]:
    """Two slots, so that exhaustion is near."""
    database_ = Database(database.app, database.system, size=2)
    yield database_
    await database_.close()


@pytest.fixture
async def administrator(database: Address) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(database.owner)
    yield connection
    await connection.close()
