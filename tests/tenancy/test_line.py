"""Who waits for what only so many can have: in turn, not for ever, and nothing is lost on the way."""

import asyncio

import pytest

from tenancy.line import Line


async def test_who_waits_longest_is_served_first() -> None:
    line = Line[int](lambda _: pytest.fail("nothing comes back"))
    waiting = [asyncio.create_task(line.wait(10)) for _ in range(3)]
    await asyncio.sleep(0)
    assert [line.hand(number) for number in range(4)] == [True, True, True, False]
    assert await asyncio.gather(*waiting) == [0, 1, 2]


async def test_who_gives_up_leaves_the_line() -> None:
    line = Line[int](lambda _: pytest.fail("nothing comes back"))
    with pytest.raises(TimeoutError):
        await line.wait(0.01)
    assert len(line) == 0
    assert not line.hand(1)


async def test_what_is_handed_to_one_who_gives_up_at_that_moment_goes_back() -> None:
    """F-09"""
    back: list[int] = []
    line = Line(back.append)
    waiting = asyncio.create_task(line.wait(10))
    await asyncio.sleep(0)
    assert line.hand(7)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert back == [7]
