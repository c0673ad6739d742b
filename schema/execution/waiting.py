"""Waiting: for resolvers, for each other, and for the event loop's other guests.

A run is one coroutine. It touches the event loop only when something has to be awaited, so that a document
without awaitables also runs where there is no loop.
"""

from asyncio import ensure_future, gather
from collections.abc import Awaitable, Coroutine, Generator, Sequence
from functools import partial
from inspect import isawaitable
from types import coroutine
from typing import Any

from schema.execution.kinds import NOTHING_THERE, all_ordinary
from schema.execution.plan import Running

CHUNK = 2_000
"""Objects handled between two breaths; the dearest (a plain resolver) costs about 10 us."""


@coroutine
def breathe() -> Generator[None, None, None]:
    """Let the loop serve others, and let a cancellation in."""
    yield


async def settle(run: Running, values: list[Any]) -> list[Any]:
    """The values with every awaitable replaced by its result or its Exception; all of them wait together.

    Each awaitable gets a task of its own where the run itself may change tasks.
    """
    if not run.patient or all_ordinary(set(map(type, values)) - NOTHING_THERE):
        return values
    settled = list(values)
    waiting = [index for index, value in enumerate(settled) if isawaitable(value)]
    run.waited = run.waited or bool(waiting)
    if len(waiting) == 1 and not run.apart:
        settled[waiting[0]] = await _outcome(settled[waiting[0]])
    elif waiting:
        results = await gather(*await _started([settled[index] for index in waiting]), return_exceptions=True)
        for index, result in zip(waiting, results, strict=True):
            if isinstance(result, BaseException) and not isinstance(result, Exception):
                raise result
            settled[index] = result
    return settled


async def concurrently(coroutines: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Run side by side; those that never wait are done without a task."""
    results: list[Any] = [None] * len(coroutines)
    suspended: list[tuple[int, Suspended]] = []
    for index, each in enumerate(coroutines):
        done, result = start(each)
        if done:
            results[index] = result
        else:
            suspended.append((index, result))
    if suspended:
        late = await gather(*(waiting for _, waiting in suspended))
        for (index, _), result in zip(suspended, late, strict=True):
            results[index] = result
    return results


def start(pending: Coroutine[Any, Any, Any]) -> "tuple[bool, Any]":
    """Step a coroutine: (True, its result), or (False, an awaitable for the rest of it)."""
    try:
        wanted = pending.send(None)
    except StopIteration as stop:
        return True, stop.value
    return False, Suspended(pending, wanted)


class Suspended:
    """A coroutine after its first step; awaiting it does the rest."""

    def __init__(self, pending: Coroutine[Any, Any, Any], wanted: Any) -> None:
        self._pending = pending
        self._wanted = wanted

    def __await__(self) -> Generator[Any, Any, Any]:
        wanted = self._wanted
        while True:
            try:
                answer = yield wanted
            except GeneratorExit:
                self._pending.close()
                raise
            except BaseException as thrown:  # what the loop throws belongs to the coroutine
                resume = partial(self._pending.throw, thrown)
            else:
                resume = partial(self._pending.send, answer)
            try:
                wanted = resume()
            except StopIteration as stop:
                return stop.value

    def close(self) -> None:
        """Give up the rest."""
        self._pending.close()


class Arrived:
    """A result for callers who expect to wait, though nobody has to any more."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._result
        yield  # what makes it a generator


async def _outcome(waiting: Awaitable[Any]) -> Any:
    try:
        return await waiting
    except Exception as error:
        return error


async def _started(waiting: Sequence[Awaitable[Any]]) -> list[Any]:
    futures = []
    for count, each in enumerate(waiting, start=1):
        futures.append(ensure_future(each))
        if not count % CHUNK:
            await breathe()
    return futures
