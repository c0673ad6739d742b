"""Who gets a connection next, and that none is lost on the way."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import TimeoutError as PoolExhausted

from tenancy import parking
from tenancy.parking import Parked, Parking


@dataclass(eq=False)
class Lent:
    """A connection and its driver in one."""

    pool: "Pool"
    closed: bool = False

    @property
    def driver_connection(self) -> "Lent":
        return self

    def is_closed(self) -> bool:
        return self.closed

    def is_in_transaction(self) -> bool:
        return False

    def invalidate(self) -> None:
        self.closed = True

    def close(self) -> None:
        self.pool.out.discard(self)


@dataclass
class Pool:
    """Counts what is out, and refuses to give more than it has."""

    size: int = 2
    out: set[Lent] = field(default_factory=set)
    failing: bool = False

    async def checkout(self) -> Any:
        await asyncio.sleep(0)
        if self.failing:
            raise OSError
        assert len(self.out) < self.size
        lent = Lent(self)
        self.out.add(lent)
        return lent


def lot(pool: Pool) -> Parking:
    return Parking(pool.checkout, pool.size)


async def test_who_waits_longest_is_served_first_whoever_comes_meanwhile() -> None:
    """F-17: somebody who was woken must not find the connection taken by one who came later."""
    pool = Pool(size=1)
    place, order = lot(pool), []

    async def use(number: int) -> None:
        held = await place.take()
        order.append(number)
        await asyncio.sleep(0)
        place.put(held)

    await asyncio.gather(*(use(number) for number in range(9)))
    assert order == list(range(9))
    assert len(pool.out) == len(place) == 1


async def test_who_finds_none_in_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parking, "PATIENCE", 0.01)
    place = lot(Pool(size=1))
    held = await place.take()
    with pytest.raises(PoolExhausted):
        await place.take()
    place.put(held)
    assert await place.take() is held


async def test_a_connection_that_is_thrown_away_makes_room_for_who_waits() -> None:
    pool = Pool(size=1)
    place = lot(pool)
    held = await place.take()
    waiting = asyncio.create_task(place.take())
    await asyncio.sleep(0)
    place.throw_away(held)
    assert (await waiting).driver is not held.driver


async def test_a_pool_that_fails_fails_everybody_in_turn_and_loses_no_place() -> None:
    pool = Pool(size=1)
    place = lot(pool)
    held = await place.take()
    pool.failing = True
    waiting = [asyncio.create_task(place.take()) for _ in range(3)]
    await asyncio.sleep(0)
    place.throw_away(held)
    assert [type(each) for each in await asyncio.gather(*waiting, return_exceptions=True)] == [OSError] * 3
    pool.failing = False
    assert await place.take()


@settings(deadline=None)
@given(st.lists(st.sampled_from(["use", "break", "cancel", "late"]), max_size=30))
def test_whatever_becomes_of_its_users_a_place_is_never_lost_and_never_lent_twice(fates: list[str]) -> None:
    """F-09, F-17."""

    async def run() -> None:
        pool = Pool()
        place = lot(pool)

        async def live(fate: str) -> None:
            held = await place.take()
            try:
                await asyncio.sleep(0)
            finally:
                if fate == "break":
                    cast("Any", held.driver).closed = True
                if fate == "late":
                    held.until = 0.0
                (place.throw_away if fate == "break" else place.put)(held)

        tasks = [asyncio.create_task(live(fate)) for fate in fates]
        await asyncio.sleep(0)
        for task, fate in zip(tasks, fates, strict=True):
            if fate == "cancel":
                task.cancel()
                await asyncio.sleep(0)
        await asyncio.gather(*tasks, return_exceptions=True)
        free: list[Parked] = [await asyncio.wait_for(place.take(), 0.1) for _ in range(pool.size)]
        assert len({id(each.driver) for each in free}) == pool.size

    asyncio.run(run())
