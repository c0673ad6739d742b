"""Clients that do not read, and clients that are gone, cost nobody anything for long (W-10, W-13)."""

import asyncio
import contextlib
import socket
from pathlib import Path

import pytest

from gateway.socket_outlet import MOST_BYTES, Outlet
from gateway.socket_words import Closed, Code
from tests.gateway.sockets.watching import CHANGES, SOON
from tests.ground import Address
from tests.live import Live, listening
from tests.resolvers.desk import case

CLIENTS = 40
WIDE = "{ __schema { types { name description fields { name description args { name description } } } } }"


async def test_w_10_what_a_client_leaves_unread_is_bounded() -> None:
    outlet = Outlet(lambda _: asyncio.sleep(60))
    with pytest.raises(Closed) as ended:
        _fill(outlet)
    assert ended.value.code is Code.TRY_LATER
    assert outlet._bytes <= MOST_BYTES + 1_000


def _fill(outlet: Outlet) -> None:
    for _ in range(100_000):
        outlet.put("x" * 1_000)


async def test_w_10_a_client_that_never_reads_is_let_go(live: Live) -> None:
    """Its last frame says why, once it reads again."""
    before = live.gateway.telemetry.registry.get_sample_value("gateway_sockets_closed_total", {"code": "1013"}) or 0
    async with live.talking("mo", max_queue=1) as client:
        for number in range(200):
            await client.subscribe(str(number), WIDE)
            await asyncio.sleep(0.01)
            if live.gateway.telemetry.registry.get_sample_value("gateway_sockets_closed_total", {"code": "1013"}):
                break
        assert await client.closed(30) in ((1013, "Slow reader"), (1006, ""))
    after = live.gateway.telemetry.registry.get_sample_value("gateway_sockets_closed_total", {"code": "1013"}) or 0
    assert after == before + 1


async def test_those_who_begin_at_once_queue_and_none_is_turned_away(world_database: Address, tmp_path: Path) -> None:
    """As after a restart, when everybody comes back: a hundred subscriptions, and one connection to look with."""
    async with listening(world_database, tmp_path, pool_size=1) as live, contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(live.talking("mo")) for _ in range(5)]
        for number in range(20):
            for client in clients:
                await client.subscribe(str(number), CHANGES, {"id": case("K1")})
        await live.following(60, many=100)
        for client in clients:
            assert await client.silent()


async def test_w_13_of_clients_that_are_killed_nothing_is_left(live: Live) -> None:
    """Sockets that vanish without a word: a reset, as the kernel of a killed process sends it."""
    tasks = len(asyncio.all_tasks())
    people = ("mo", "rae", "rob", "maya", "gil", "cora", "abe", "sam")
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(live.talking(people[n % len(people)])) for n in range(CLIENTS)]
        for client in clients:
            await client.subscribe("1", CHANGES, {"id": case("K1")})
        await live.following()
        assert len(live.gateway.listening.sockets) == CLIENTS
        for client in clients:
            line = client.connection.transport.get_extra_info("socket")
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.connection.transport.abort()
        async with asyncio.timeout(SOON):
            while len(live.gateway.listening.sockets) or len(live.gateway.relay):  # noqa: ASYNC110  nobody tells a test
                await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)
    assert len(asyncio.all_tasks()) <= tasks
    assert live.gateway.database.lent == 0
