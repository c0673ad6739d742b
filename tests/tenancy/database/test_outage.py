"""A database that is away for a moment is waited for, and no longer (F-02, F-03, F-16)."""

import asyncio
import time
from collections.abc import Iterator

import asyncpg
import pytest
from sqlalchemy.exc import TimeoutError as PoolExhausted

from tenancy.outage import BRIEF, Bridge

AWAY = (
    ConnectionRefusedError("nobody listens"),
    FileNotFoundError("no socket"),
    asyncpg.CannotConnectNowError("the database system is in recovery mode"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
)


class Server:
    """Fails with `error` as long as it is away."""

    def __init__(self, error: Exception) -> None:
        self.error, self.away, self.tries = error, True, 0

    async def checkout(self) -> str:
        self.tries += 1
        if not self.away:
            return "connection"
        try:
            raise self.error
        except Exception as cause:
            raise RuntimeError("as SQLAlchemy wraps it") from cause

    async def back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.away = False


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
async def test_an_outage_of_a_moment_is_waited_out(error: Exception) -> None:
    server = Server(error)
    bridge = Bridge(server.checkout)
    found = await asyncio.gather(bridge(), bridge(), server.back(0.2))
    assert [*found[:2]] == ["connection", "connection"]
    assert 4 < server.tries < 20


async def test_one_that_lasts_is_answered_within_a_second_and_afterwards_at_once() -> None:
    """F-03: whoever comes later, and for whichever step of a request"""
    server = Server(AWAY[0])
    bridge = Bridge(server.checkout)
    for most in (1.0, 0.1, 0.1):
        started = time.monotonic()
        with pytest.raises(RuntimeError):
            await bridge()
        assert time.monotonic() - started < most
    server.away = False
    assert await bridge() == "connection"


async def test_the_next_outage_is_waited_out_again() -> None:
    moments: Iterator[float] = iter([100.0, 101.0, 107.0, 107.0 + BRIEF / 2])
    server = Server(AWAY[0])
    bridge = Bridge(server.checkout, lambda: next(moments))
    with pytest.raises(RuntimeError):
        await bridge()
    found = await asyncio.gather(bridge(), server.back(0.01))
    assert found[0] == "connection"


@pytest.mark.parametrize(
    "error", [asyncpg.TooManyConnectionsError("sorry, too many clients"), TimeoutError(), PoolExhausted(), KeyError()]
)
async def test_what_is_no_absence_is_not_waited_for(error: Exception) -> None:
    """F-16: a server that is full is not asked again and again"""
    server = Server(error)
    with pytest.raises(RuntimeError):
        await Bridge(server.checkout)()
    assert server.tries == 1
