"""The gateway on a real port, and a client that speaks `graphql-transport-ws` to it, frame by frame.

live            the readers' copy of the demo world behind the server of production
live_world      a copy for one test, which may write
"""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any, Self

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from gateway.app import Gateway, Ground
from gateway.demo.people import person
from gateway.demo.provider_clients import COMMAND_LINE
from gateway.serving import server_of
from tenancy.clock import Clock
from tenancy.embedded import Cluster
from tests.gateway.demo.idp import lay_keys
from tests.ground import Address, copy
from tests.world import NOON, World, settings_for

PROTOCOL = Subprotocol("graphql-transport-ws")
_numbers = count(1)


class Client:
    """One socket. `messages` are decoded; `closed` waits for the end and tells its code and reason."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def say(self, kind: str, **parts: Any) -> None:
        await self.connection.send(json.dumps({"type": kind, **parts}))

    async def init(self, token: str | None, **more: str) -> Self:
        await self.say("connection_init", payload={**({"Authorization": f"Bearer {token}"} if token else {}), **more})
        assert await self.hear(60) == {"type": "connection_ack"}
        return self

    async def subscribe(self, id: str, query: str, variables: Mapping[str, Any] | None = None) -> None:
        await self.say("subscribe", id=id, payload={"query": query, "variables": variables})

    async def hear(self, seconds: float = 10.0) -> Any:
        async with asyncio.timeout(seconds):
            text = await self.connection.recv()
        assert isinstance(text, str), "graphql-transport-ws is text"
        return json.loads(text)

    async def data(self, seconds: float = 10.0) -> Any:
        """The data of the next message, which must be a result without errors."""
        message = await self.hear(seconds)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        return message["payload"]["data"]

    async def code(self, seconds: float = 10.0) -> str:
        """The code of the error that ends an operation; it must be the next message."""
        message = await self.hear(seconds)
        assert message["type"] == "error", message
        return str(message["payload"][0]["extensions"]["code"])

    async def silent(self, seconds: float = 0.3) -> bool:
        try:
            await self.hear(seconds)
        except TimeoutError:
            return True
        return False

    async def closed(self, seconds: float = 10.0) -> tuple[int, str]:
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self.connection.recv()
        except ConnectionClosed as end:
            return (end.rcvd.code, end.rcvd.reason) if end.rcvd else (1006, "")


class Live(World):
    """A world with an address."""

    def short_token(self, key: str, seconds: int) -> str:
        """A token that expires soon."""
        assert self.gateway.provider is not None
        return self.gateway.provider._mint.access_token(person(key), COMMAND_LINE, seconds)

    async def following(self, most: float = 20.0, *, many: int | None = None) -> None:
        """Wait until everything (as `many` as that) that was subscribed to follows, and has read what there was."""
        async with asyncio.timeout(most):
            while not self.all_is_told(many):  # noqa: ASYNC110  nobody tells a test
                await asyncio.sleep(0.01)

    @property
    def socket_url(self) -> str:
        return f"ws://{self.gateway.settings.host}:{self.gateway.settings.port}/graphql"

    @contextlib.asynccontextmanager
    async def knocking(self, **more: Any) -> AsyncIterator[Client]:
        """A socket that was opened, and has said nothing yet."""
        given = {"subprotocols": [PROTOCOL], "compression": None, "open_timeout": 10, "close_timeout": 1} | more
        async with connect(self.socket_url, **given) as connection:
            yield Client(connection)

    @contextlib.asynccontextmanager
    async def talking(self, viewer: str, **more: Any) -> AsyncIterator[Client]:
        """A socket of a person."""
        async with self.knocking(**more) as client:
            yield await client.init(self.token(viewer))


@contextlib.asynccontextmanager
async def listening(address: Address, folder: Path, **more: Any) -> AsyncIterator[Live]:
    """The server of production on this database, in this process."""
    lay_keys(folder)
    settings = settings_for(address, folder, port=free_port(), **more)
    gateway = Gateway(settings, Ground(address.app, address.system, clock=Clock()))
    gateway.ground.clock.stand_at(NOON)
    server = server_of(gateway)
    running = asyncio.create_task(server.serve())
    while not server.started:
        assert not running.done(), "The server does not start."
        await asyncio.sleep(0.01)
    try:
        async with httpx2.AsyncClient(base_url=settings.public_url, timeout=30) as client:
            yield Live(gateway, server.config.app, client, address)  # type: ignore[arg-type]  # Starlette's own
    finally:
        server.should_exit = True
        await asyncio.wait_for(running, 30)


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
async def live(world_database: Address, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    async with listening(world_database, tmp_path_factory.mktemp("live")) as found:
        yield found


@pytest.fixture
async def live_world(cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path) -> AsyncIterator[Live]:
    async with (
        copy(cluster, world_template, f"live_{worker_id}_{next(_numbers)}") as address,
        listening(address, tmp_path) as found,
    ):
        yield found
