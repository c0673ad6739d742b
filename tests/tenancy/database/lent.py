"""What tests do with a lent connection."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tenancy.database import Connection, Database
from tenancy.errors import Unavailable

BACKEND = "select pg_backend_pid()"


async def backend(connections: Database) -> int:
    async with connections.driver() as connection:
        return int(await connection.fetchval(BACKEND))


async def code_of(connections: Database, work: Callable[[Connection], Awaitable[None]]) -> str:
    """The code with which this work is refused."""
    try:
        async with connections.driver() as connection:
            await work(connection)
    except Unavailable as refused:
        return refused.code
    return "done"


async def until(condition: Callable[[], Awaitable[bool]], patience: float = 5) -> bool:
    deadline = time.monotonic() + patience
    while not (met := await condition()) and time.monotonic() < deadline:  # noqa: ASYNC110 - another process's state
        await asyncio.sleep(0.02)
    return met
