"""Waiting together, in the right task, and giving way to others."""

import asyncio
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from schema.execution import kinds, waiting
from schema.execution.waiting import breathe, concurrently, settle, start


def iter_nothing() -> Iterator[None]:
    yield


async def value(given: Any, seconds: float = 0) -> Any:
    await asyncio.sleep(seconds)
    if isinstance(given, BaseException):
        raise given
    return given


def run(**options: Any) -> Any:
    return SimpleNamespace(patient=True, waited=False, apart=False, **options)


async def test_awaitables_are_replaced_where_they_stand() -> None:
    error = ValueError("no")
    settled = await settle(run(), [1, value(2), None, value(error), value(3)])
    assert settled == [1, 2, None, error, 3]


async def test_one_awaitable_needs_no_task() -> None:
    async def task() -> Any:
        return asyncio.current_task()

    assert await settle(run(), [task()]) == [asyncio.current_task()]
    apart = run()
    apart.apart = True
    assert await settle(apart, [task()]) != [asyncio.current_task()]


async def test_a_cancelled_value_cancels_the_run() -> None:
    """A loader whose batch was cancelled must not turn into an answer."""
    with pytest.raises(asyncio.CancelledError):
        await settle(run(), [value(asyncio.CancelledError()), value(1, 0.001)])


async def test_many_awaitables_start_with_breaths_between(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "CHUNK", 2)
    assert await settle(run(), [value(at) for at in range(5)]) == list(range(5))


async def test_coroutines_that_do_not_wait_need_no_loop_turn() -> None:
    async def at_once() -> int:
        return 1

    assert await concurrently([at_once(), value(2, 0.001), value(3, 0.001)]) == [1, 2, 3]


async def test_what_the_loop_throws_reaches_a_suspended_coroutine() -> None:
    seen: list[str] = []

    async def patient() -> None:
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    task = asyncio.ensure_future(concurrently([patient(), patient()]))
    await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["cancelled", "cancelled"]


async def test_a_suspended_coroutine_can_be_given_up() -> None:
    closed: list[str] = []

    async def careful() -> None:
        try:
            await asyncio.sleep(10)
        finally:
            closed.append("closed")

    done, rest = start(careful())
    assert not done
    rest.close()
    assert closed == ["closed"]


def test_a_breath_needs_no_loop() -> None:
    done, rest = start(breathe())
    assert not done
    steps = rest.__await__()
    assert next(steps) is None
    with pytest.raises(StopIteration):
        next(steps)


@pytest.mark.parametrize("make", [lambda: iter_nothing(), lambda: ValueError(), lambda: None])
def test_some_values_always_need_a_look(make: Callable[[], Any]) -> None:
    assert not kinds.all_ordinary({type(make())})


def test_known_classes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_KNOWN_AT_MOST", len(kinds.ORDINARY))
    monkeypatch.setattr(kinds, "ORDINARY", set(kinds.ORDINARY))
    monkeypatch.setattr(kinds, "RECORDS", set(kinds.RECORDS))
    assert kinds.all_ordinary({type("New", (), {})})
    assert len(kinds.ORDINARY) == 1
