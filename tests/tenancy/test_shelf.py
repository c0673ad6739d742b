"""Sign-ins of browsers, kept for all processes: sealed, ended, taken once (H-12, K-27)."""

from asyncio import gather
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tenancy.database import Database
from tenancy.shelf import Shelf
from tests.ground import Address
from tests.tenancy.connections import connected

KEY = b"k" * 32


class Watch:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def shelf(address: Address, kind: str = "session", key: bytes = KEY, most: int = 100) -> AsyncIterator[Shelf]:
    """What one process sees."""
    database = Database(address.app, address.system)
    yield Shelf(database, kind, key, WATCH, most=most)
    await database.close()


WATCH = Watch()


@pytest.fixture(autouse=True)
async def empty(database: Address) -> None:
    WATCH.now = 1_000_000.0
    async with connected(database.owner) as past:
        await past.execute("truncate app.browser_record")


async def test_what_one_process_keeps_another_one_finds_and_only_one_takes(database: Address) -> None:
    async with shelf(database) as here, shelf(database) as there:
        await here.add("a", b"one", WATCH.now + 10)
        assert await there.get("a") == b"one"
        assert not await there.replace("a", b"other", b"two", WATCH.now + 10)
        assert await there.replace("a", b"one", b"two", WATCH.now + 10)
        assert await here.get("a") == b"two"
        taken = await gather(*(each.take("a") for each in (here, there) * 3))
    assert (taken.count(b"two"), taken.count(None)) == (1, 5)


async def test_a_record_ends_at_its_time_and_is_then_forgotten(database: Address) -> None:
    async with shelf(database) as here, connected(database.system) as past:
        await here.add("a", b"one", WATCH.now + 10)
        await here.add("b", b"two", WATCH.now + 1000)
        WATCH.now += 10
        assert await here.get("a") is None
        assert not await here.replace("a", b"one", b"two", WATCH.now + 10)
        WATCH.now += 60
        await here.add("c", b"three", WATCH.now + 1000)
        assert [row[0] for row in await past.fetch("select key from app.browser_record order by key")] == ["b", "c"]
        assert await here.take("a") is None


async def test_those_that_end_first_leave_when_there_are_too_many(database: Address) -> None:
    """Strangers can begin to sign in as often as they like"""
    async with shelf(database, most=3) as here, shelf(database, "attempt") as others:
        await others.add("a", b"one", WATCH.now + 1)
        for number, key in enumerate("vwxyz"):
            await here.add(key, b"one", WATCH.now + 10 + number)
        await here.sweep()
        assert [await here.get(key) for key in "vwxyz"] == [None, None, b"one", b"one", b"one"]
        assert await others.get("a") == b"one"


async def test_all_of_one_owner_end_at_once(database: Address) -> None:
    async with shelf(database) as here, shelf(database, "attempt") as others:
        for key, owner in (("a", "maya"), ("b", "maya"), ("c", "pia")):
            await here.add(key, b"one", WATCH.now + 10, owner)
        await others.add("a", b"one", WATCH.now + 10, "maya")
        await here.take_all("maya")
        assert [await here.get(key) for key in "abc"] == [None, None, b"one"]
        assert await others.get("a") == b"one"


async def test_a_row_says_nothing_and_opens_only_in_its_place(database: Address) -> None:
    """Whoever reads or copies the table gets no token, and no name"""
    async with shelf(database) as here, shelf(database, key=b"x" * 32) as strange, connected(database.system) as past:
        await here.add("a", b"a token", WATCH.now + 10, "maya")
        owner, value = (await past.fetch("select owner, value from app.browser_record"))[0]
        assert b"token" not in value
        assert "maya" not in owner
        assert await strange.get("a") is None
        await past.execute("update app.browser_record set key = 'b'")
        assert await here.get("b") is None


async def test_the_runtime_role_may_not_even_look(database: Address) -> None:
    async with connected(database.app) as runtime:
        for statement in ("select 1 from app.browser_record", "delete from app.browser_record"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await runtime.execute(statement)
