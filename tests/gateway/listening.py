"""The application behind the server of production, on a port of this machine, for what only bytes can show."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from gateway.patience import patient
from tests.world import World


@dataclass(frozen=True)
class Listening:
    """Where it listens."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    async def said(self, sent: bytes, seconds: float = 20.0) -> bytes:
        """Everything that is answered to these bytes until the server hangs up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(sent)
            async with asyncio.timeout(seconds):
                return await reader.read()
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def listening(
    world: World, *, head: float = 5.0, body: float = 10.0, through: ASGIApp | None = None
) -> AsyncIterator[Listening]:
    """The world's application, served as `gateway serve` serves it; `through` something that stands before it."""
    with closing(socket.socket()) as ours:
        ours.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            through or world.app,
            http=patient(head, body),
            lifespan="off",
            ws="none",
            log_level="critical",
            server_header=False,
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve([ours]))
        for _ in range(1_000):
            if server.started:
                break
            await asyncio.sleep(0.01)
        try:
            yield Listening(ours.getsockname()[1])
        finally:
            server.should_exit = True
            await task
