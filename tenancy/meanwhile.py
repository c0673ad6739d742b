"""Work that goes on while something else does, and ends with it."""

from asyncio import create_task, gather
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def meanwhile(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run all of `work` until the block ends; then cancel it, and wait until it has let go."""
    tasks = [create_task(each) for each in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await gather(*tasks, return_exceptions=True)
