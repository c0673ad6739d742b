"""The line of a socket: uvicorn's, held so that a client who does not read costs little, and not for long (W-10)."""

import asyncio
import socket
from asyncio.transports import BaseTransport
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

SEND_BUFFER: Final = 64 * 1024
"""Bytes that the kernel is asked to keep for a client; it would take megabytes for one that does not read."""

LARGEST_FRAME: Final = 2 * 1024 * 1024
"""Bytes that the line takes in: more than a message may have, so that whoever says too much can be told (W-09)."""

LINGER_SECONDS: Final = 5.0
"""How long a closed line waits for the client to read the rest."""


class Wire(WebSocketsSansIOProtocol):
    """As uvicorn's, but its end is an end: a close is sent past what the client did not read, and then time runs."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        line = transport.get_extra_info("socket")
        if line is not None and line.family in (socket.AF_INET, socket.AF_INET6):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.close":
            self.writable.set()
            await super().send(message)
            self._end_soon()
            return
        await super().send(message)

    def shutdown(self) -> None:
        super().shutdown()
        self._end_soon()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._end_soon()

    def _end_soon(self) -> None:
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self.transport.abort)
