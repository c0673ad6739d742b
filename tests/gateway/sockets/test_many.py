"""Many clients and many events at a server in a process of its own (W-10, W-13): a few here, `make sockets` takes
1,000 clients and 100,000 events."""

import asyncio
import contextlib
import json
import os
import re
import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

import asyncpg
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from gateway.demo import ids as names
from gateway.demo.people import people, person
from gateway.demo.provider import DemoProvider
from tests.gateway.test_process import serving
from tests.ground import Address
from tests.live import PROTOCOL, Client
from tests.resolvers.desk import case
from tests.world import UNHURRIED, World

CLIENTS: Final = int(os.environ.get("SOCKET_CLIENTS", "24"))
EVENTS: Final = int(os.environ.get("SOCKET_EVENTS", "400"))
LONG: Final = 60.0 + CLIENTS + EVENTS / 20
"""Seconds that everything may take on a busy machine."""

A_PROCESS: Final = 100
"""Clients of one process, all killed at once."""

LISTENERS: Final = Path(__file__).with_name("listeners.py")
WRITERS: Final = 4
BEGUN: Final = datetime(2025, 1, 1, tzinfo=UTC)
WRITE: Final = """
insert into app.outbox_event (tenant_id, topic, subject_id, payload, created_at)
select $1, 'case', $2, '{"change": "CHANGED"}', $3::timestamptz + n * interval '8 microseconds'
from generate_series($4::int, $5::int) n
"""
PLACES: Final = """
subscription ($id: ID!, $after: String) { caseChanged(caseId: $id, after: $after) { eventId occurredAt } }
"""
LONG_TEXT: Final = "update app.incident set description = repeat('x', 2000) where id = $1"
_TEXTS: Final = " ".join(f"d{n}: description" for n in range(20))
WIDE: Final = (
    f"subscription ($id: ID!, $after: String) {{ caseChanged(caseId: $id, after: $after) {{ case {{ {_TEXTS} }} }} }}"
)

pytestmark = pytest.mark.timeout(LONG * 2)


class Process:
    """A server, and what can be seen of it from outside."""

    def __init__(self, url: str, pid: int, folder: Path) -> None:
        self.url, self._pid = url, pid
        self._provider = DemoProvider(people(), public_url=url, data=folder, demo_mode=True)

    def token(self, viewer: str) -> str:
        return self._provider.mint(person(viewer))

    @property
    def socket_url(self) -> str:
        return self.url.replace("http", "ws") + "/graphql"

    def metric(self, name: str) -> float:
        told = urlopen(f"{self.url}/metrics").read().decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", told, re.MULTILINE)
        return float(found[1]) if found else 0.0

    @property
    def files(self) -> int:
        """Open files, sockets and connections of the database among them."""
        return len(os.listdir(f"/proc/{self._pid}/fd"))

    @property
    def megabytes(self) -> float:
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self._pid}/status").read_text())
        assert found is not None
        return int(found[1]) / 1024

    @contextlib.asynccontextmanager
    async def client(self, viewer: str, **more: Any) -> AsyncIterator[Client]:
        given = {"subprotocols": [PROTOCOL], "compression": None, "open_timeout": 60, "close_timeout": 1} | more
        async with connect(self.socket_url, **given) as connection:
            yield await Client(connection).init(self.token(viewer))


@pytest.fixture
def server(fresh_world: World, tmp_path: Path) -> Iterator[Process]:
    """A server with room for the crowd, and as many files as this machine allows."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 65_536), most))
    room = {"sockets_principal": CLIENTS + 10, "subscriptions_tenant": CLIENTS + 10, **UNHURRIED}
    settings = {f"GATEWAY_{name.upper()}": str(value) for name, value in room.items()}
    folder = tmp_path / "server"
    with serving(fresh_world.address, folder, GATEWAY_LOG_OPERATIONS="off", **settings) as (url, child):
        yield Process(url, child.pid, folder)


async def test_w_13_of_a_crowd_that_is_killed_nothing_is_left(server: Process) -> None:
    """Twice, so that what the first crowd left behind would show in the second"""
    left = []
    for _ in range(2):
        children = _crowd(server)
        try:
            for child in children:
                assert child.stdout is not None
                assert await asyncio.wait_for(asyncio.to_thread(child.stdout.readline), LONG) == "ready\n"
            await _until(lambda: server.metric("gateway_subscriptions") == CLIENTS)
            assert server.metric("gateway_sockets") == CLIENTS
        finally:
            for child in children:
                with child:
                    child.kill()
        begun = asyncio.get_running_loop().time()
        await _until(lambda: server.metric("gateway_sockets") == server.metric("gateway_subscriptions") == 0)
        seconds = asyncio.get_running_loop().time() - begun
        async with server.client("mo") as client:
            await client.subscribe("1", "{ viewer { name } }")
            assert await client.data(60) == {"viewer": {"name": "Mo Marsh"}}
        left.append((server.files, server.megabytes, seconds))
    (files, megabytes, _), (again, later, _) = left
    sys.stdout.write(f"\n{CLIENTS} clients killed, twice: files, MB, seconds until nothing was left: {left}\n")
    assert again <= files + 2
    assert later - megabytes < 10 + CLIENTS * 0.01


def _crowd(server: Process) -> list["subprocess.Popen[str]"]:
    sizes = [min(A_PROCESS, CLIENTS - begun) for begun in range(0, CLIENTS, A_PROCESS)]
    return [_listeners(server, size) for size in sizes]


def _listeners(server: Process, many: int) -> "subprocess.Popen[str]":
    command = [sys.executable, str(LISTENERS), server.socket_url, server.token("mo"), str(many)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin is not None
    child.stdin.write(json.dumps({"query": PLACES, "variables": {"id": case("K1")}}))
    child.stdin.close()
    return child


async def test_w_10_all_events_come_in_order_and_who_does_not_read_holds_nobody_up(
    server: Process, fresh_world: World
) -> None:
    """Four writers at once; the reader loses its line now and then; another client reads nothing at all"""
    await _long_description(fresh_world.address)
    async with server.client("mo") as first:
        after = await _latest(first)
    before = server.megabytes
    heard: dict[int, list[int]] = defaultdict(list)
    async with server.client("rae", max_queue=1) as deaf, asyncio.timeout(LONG), asyncio.TaskGroup() as group:
        await deaf.subscribe("2", WIDE, {"id": case("K1"), "after": await _latest(deaf)})
        for writer in range(WRITERS):
            group.create_task(_write(fresh_world.address, writer))
        begun = asyncio.get_running_loop().time()
        await _read(server, after, heard)
        seconds = asyncio.get_running_loop().time() - begun
        await _until(lambda: server.metric('gateway_sockets_closed_total{code="1013"}') == 1)
        grown = server.megabytes - before
        with contextlib.suppress(ConnectionClosed):
            await deaf.closed(60)
    sys.stdout.write(f"\n{EVENTS} events in {seconds:.0f} s, the process grew by {grown:.0f} MB\n")
    assert heard == {writer: list(range(EVENTS // WRITERS)) for writer in range(WRITERS)}
    assert grown < 150


async def _latest(client: Client) -> Any:
    """The place to go on from, so that nothing is missed however late the subscription begins."""
    await client.subscribe("1", "{ latestEventId }")
    found = (await client.data(60))["latestEventId"]
    assert (await client.hear(60))["type"] == "complete"
    return found


async def _write(address: Address, writer: int) -> None:
    """The writer's number and its event's place in the microseconds of the event."""
    connection = await asyncpg.connect(address.owner)
    begun = BEGUN + timedelta(microseconds=writer)
    tenant, subject = names.of("contoso"), names.of("contoso/K1")
    for first in range(0, EVENTS // WRITERS, 50):
        await connection.execute(WRITE, tenant, subject, begun, first, min(first + 50, EVENTS // WRITERS) - 1)
    await connection.close()


async def _read(server: Process, after: str, heard: dict[int, list[int]]) -> None:
    """Hear everything, on a new line after each seventh of it."""
    count = 0
    while count < EVENTS:
        async with server.client("mo") as client:
            await client.subscribe("1", PLACES, {"id": case("K1"), "after": after})
            for _ in range(min(EVENTS // 7 + 1, EVENTS - count)):
                told = (await client.data(60))["caseChanged"]
                after, count = told["eventId"], count + 1
                number = round((datetime.fromisoformat(told["occurredAt"]) - BEGUN) / timedelta(microseconds=1))
                heard[number % 8].append(number // 8)


async def _long_description(address: Address) -> None:
    connection = await asyncpg.connect(address.owner)
    await connection.execute(LONG_TEXT, names.of("contoso/K1"))
    await connection.close()


async def _until(true: Any) -> None:
    async with asyncio.timeout(LONG):
        while not await asyncio.to_thread(true):  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.1)
