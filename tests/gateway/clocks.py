"""The clocks of a world behind its API: what is written, and what was written down about them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from tests.ground import Address

FLIPS = "select action, subject_id, created_at from app.audit_entry where action in ('WARN_CLOCK', 'FAIL_CLOCK')"


@asynccontextmanager
async def behind(address: Address) -> "AsyncIterator[asyncpg.Connection[Any]]":
    connection = await asyncpg.connect(address.owner)
    try:
        yield connection
    finally:
        await connection.close()


async def rows(address: Address, sql: str, *arguments: Any) -> list[Any]:
    async with behind(address) as connection:
        return list(await connection.fetch(sql, *arguments))
