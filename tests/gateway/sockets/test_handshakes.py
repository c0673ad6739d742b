"""What clients do wrong before a talk has begun is one line of ours each, and never an error of the server's."""

import asyncio
import base64
import logging
import os
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.gateway.test_operations import Reader
from tests.ground import Address
from tests.live import PROTOCOL, Live, listening


@pytest.fixture
async def noted(world_database: Address, tmp_path: Path) -> AsyncIterator[tuple[Live, Reader]]:
    """A server, and what it writes into its log."""
    reader = Reader()
    more: dict[str, Any] = {"log_operations": "all", "allowed_hosts": ("127.0.0.1", "*.gateway.example")}
    async with listening(world_database, tmp_path, **more) as live:
        live.gateway.logbook._target = reader.into
        yield live, reader


def handshake(port: int, host: str | None = None, origin: str | None = None) -> bytes:
    """With one Host: the usual clients would send theirs beside a given one."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        "GET /graphql HTTP/1.1",
        f"Host: {host or '127.0.0.1'}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
    ]
    lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Protocol: {PROTOCOL}"]
    lines += [f"Origin: {origin}"] if origin else []
    return "\r\n".join((*lines, "", "")).encode()


async def knock(live: Live, host: str | None = None, origin: str | None = None) -> int:
    """The status of a handshake."""
    port = live.gateway.settings.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(handshake(port, host, origin))
    async with asyncio.timeout(10):
        status = (await reader.readline()).split()[1]
    writer.close()
    return int(status)


@pytest.mark.parametrize(
    ("host", "origin", "reason"),
    [("evil.example", None, "host"), (None, "https://evil.example", "origin"), (None, "null", "origin")],
)
async def test_w06_a_handshake_that_is_refused_is_one_line(
    noted: tuple[Live, Reader], caplog: pytest.LogCaptureFixture, host: str | None, origin: str | None, reason: str
) -> None:
    live, reader = noted
    with caplog.at_level(logging.WARNING):
        assert await knock(live, host, origin) == 403
        await asyncio.sleep(0.3)
    assert caplog.text == ""
    (line,) = (each for each in reader.lines() if each["event"] != "stall")
    assert line.pop("time")
    assert line == {"event": "handshake refused", "reason": reason}
    metrics = (await live.client.get("/metrics")).text
    assert f'gateway_handshakes_refused_total{{reason="{reason}"}} 1.0' in metrics


async def test_a_host_below_one_that_is_listed_may_knock(noted: tuple[Live, Reader]) -> None:
    """As it may ask over HTTP"""
    live, _ = noted
    assert await knock(live, "a.gateway.example") == 101
    assert await knock(live, "gateway.example") == 403
    assert await knock(live, "agateway.example") == 403


async def test_whoever_leaves_before_the_door_opens_leaves_no_trace(
    live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    """W-13"""
    with caplog.at_level(logging.WARNING):
        for _ in range(30):
            port = live.gateway.settings.port
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.write(handshake(port))
            await asyncio.sleep(0)
            writer.transport.abort()
        await asyncio.sleep(0.3)
    assert caplog.text == ""
    assert len(live.gateway.listening.sockets) == 0


async def test_w05_text_that_is_none_ends_the_talk_without_a_trace(
    live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        async with live.talking("mo") as client:
            await client.connection.send(b'{"type": "\xff"}', text=True)
            assert (await client.closed())[0] == 1007
        async with live.talking("mo") as client:
            await client.connection.send([b'{"type": "', b'\xff"}'], text=True)
            assert (await client.closed())[0] == 1007
    assert caplog.text == ""
