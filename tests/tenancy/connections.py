"""Driver connections by role, and the settings that make one a viewer's."""

import contextlib
from collections.abc import AsyncIterator
from typing import TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[Connection]:
    """A plain connection; closed afterwards."""
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def undone(connection: Connection) -> AsyncIterator[None]:
    """A transaction of which nothing stays."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def become(connection: Connection, *, tenant: str = "", tid: str = "", oid: str = "") -> None:
    """Sets the viewer, as the scope does, until the transaction ends."""
    for name, value in (("tenant", tenant), ("tid", tid), ("oid", oid)):
        await connection.execute("select set_config($1, $2, true)", f"app.{name}", value)
