"""The farewell of a process is one term, whatever is under way (F-11, security 3.5)."""

import asyncio
import signal
import time
from pathlib import Path

import pytest

from gateway import serving
from gateway.app import Gateway, Ground
from gateway.serving import Server, server_of
from tests.gateway.demo.idp import lay_keys
from tests.gateway.test_process import free_port
from tests.ground import Address
from tests.world import settings_for

TERM, CLOSING = 24.0, 20.0
"""Seconds: four for what is under way, and as many as a busy machine may want for the application's own end."""


@pytest.fixture
def server(world_database: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Server:
    """One that says no for longer than its term lasts, if it may."""
    monkeypatch.setattr(serving, "STOP", TERM)
    monkeypatch.setattr(serving, "CLOSING", CLOSING)
    lay_keys(tmp_path)
    settings = settings_for(world_database, tmp_path, port=free_port(), notice_seconds=10)
    return server_of(Gateway(settings, Ground(world_database.app, world_database.system)))


async def begun(server: Server) -> "asyncio.Task[None]":
    running = asyncio.create_task(server._serve())
    while not server.started:
        assert not running.done(), "The server does not start."
        await asyncio.sleep(0.01)
    return running


async def ended(running: "asyncio.Task[None]") -> float:
    since = time.monotonic()
    async with asyncio.timeout(30):
        await running
    return time.monotonic() - since


async def test_f11_what_is_never_finished_is_given_up_when_the_term_is_over(server: Server) -> None:
    """Notice, silence and drain, one after the other, have what is left of it, and the application's end as well"""
    running = await begun(server)
    _, writer = await asyncio.open_connection("127.0.0.1", server.config.port)
    asked = (
        b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"
    )
    writer.write(asked)
    await asyncio.sleep(0.2)
    server.handle_exit(signal.SIGTERM, None)
    took = await ended(running)
    writer.close()
    assert TERM - CLOSING - 0.5 < took < 9


async def test_f11_an_application_that_does_not_end_is_given_up_as_well(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    running = await begun(server)
    usual = server.lifespan.shutdown

    async def never() -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(server.lifespan, "shutdown", never)
    monkeypatch.setattr(serving, "STOP", 3.0)
    server.handle_exit(signal.SIGUSR1, None)
    assert 2.5 < await ended(running) < 9
    assert "not all is finished" in caplog.text
    await usual()


async def test_f11_who_starts_slowly_ends_in_the_same_term(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A farewell counts from when it is said, not from when the process has come to serve"""
    startup = Server.startup

    async def slowly(self: Server, sockets: None = None) -> None:
        server.handle_exit(signal.SIGTERM, None)
        await asyncio.sleep(2.5)
        await startup(self, sockets)

    monkeypatch.setattr(Server, "startup", slowly)
    assert await ended(asyncio.create_task(server._serve())) < 11
