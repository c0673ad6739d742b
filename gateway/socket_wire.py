"""The line of a socket: uvicorn's, held so that a client who does not read costs little, and not for long (W-10)."""

import asyncio
import socket
from asyncio.transports import BaseTransport
from collections.abc import Sequence
from typing import Any, Final

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

SEND_BUFFER: Final = 64 * 1024
"""Bytes that the kernel is asked to keep for a client; it would take megabytes for one that does not read."""

LARGEST_FRAME: Final = 2 * 1024 * 1024
"""Bytes that the line takes in: more than a message may have, so that whoever says too much can be told (W-09)."""

LINGER_SECONDS: Final = 5.0
"""How long a closed line waits for the client to read the rest."""


INVALID_TEXT: Final = 1007
"""The close code of RFC 6455 for text that is not UTF-8."""


class Wire(WebSocketsSansIOProtocol):
    """As uvicorn's, but its end is an end: a close is sent past what the client did not read, and then time runs. And
    what clients do wrong is no error of ours: uvicorn would write each of it to the log, with a stack trace."""

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
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            self.handshake_complete = True  # it was refused, so nobody failed to complete it

    def send_receive_event_to_app(self) -> None:
        if not self.close_sent and self.curr_msg_data_type == "text" and not _is_text(self.frames):
            self.frames = []
            self.conn.fail(INVALID_TEXT, "Invalid UTF-8")
            self.handle_parser_exception()
            return
        super().send_receive_event_to_app()

    def shutdown(self) -> None:
        super().shutdown()
        self._end_soon()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._end_soon()

    def _end_soon(self) -> None:
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self.transport.abort)


def _is_text(frames: Sequence[bytes]) -> bool:
    try:
        b"".join(frames).decode()
    except UnicodeDecodeError:
        return False
    return True
