"""Work that goes on while something else does, and ends with it."""

from asyncio import CancelledError, create_task, gather, wait_for
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
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


@asynccontextmanager
async def finished(work: Coroutine[Any, Any, None], stop: Callable[[], None], seconds: float) -> AsyncIterator[None]:
    """Run the work until the block ends; then tell it to stop, and let it finish what it has begun, for so long."""
    task = create_task(work)
    try:
        yield
    finally:
        stop()
        with suppress(TimeoutError, CancelledError):
            await wait_for(task, seconds)
