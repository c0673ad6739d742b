"""/graphql over WebSocket: `graphql-transport-ws`, for subscriptions, queries and mutations (security 2.6).

The road of a socket: `socket_door` looks at its handshake, this file keeps count, `socket_entrance` says who holds it
and how long, `socket_talk` holds the conversation, `live` runs what is asked, and `socket_outlet` sends as far as the
client reads. `socket_wire` is the line itself.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.live import Live
from gateway.seats import Seats
from gateway.socket_entrance import Entrance
from gateway.socket_talk import SocketLimits, Talk
from gateway.socket_words import PROTOCOL, Closed, Code
from gateway.telemetry import Telemetry

_PATIENCE: Final = 5.0
"""Seconds that a farewell may take."""


class Sockets:
    """All sockets of a process, as an ASGI application for each of them."""

    def __init__(
        self, live: Live, entrance: Entrance, telemetry: Telemetry, seats: Seats, limits: SocketLimits | None = None
    ) -> None:
        self._live, self._entrance, self._telemetry = live, entrance, telemetry
        self._seats, self._limits = seats, limits or SocketLimits()
        self._talks: set[Talk] = set()
        self._stopping = False
        self._empty = asyncio.Event()
        self._empty.set()

    def __len__(self) -> int:
        """How many are open."""
        return len(self._talks)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with suppress(WebSocketDisconnect):  # whoever leaves before it was let in
            await self._hold(WebSocket(scope, receive, send), scope["subprotocols"])

    async def _hold(self, websocket: WebSocket, offered: Sequence[str]) -> None:
        if self._stopping:
            await websocket.close()
            return
        if PROTOCOL not in offered:
            # A refused handshake would tell a browser nothing; this tells it not to try again (W-01).
            await websocket.accept()
            await self._close(websocket, Closed(Code.WRONG_PROTOCOL, "Subprotocol not acceptable"))
            return
        await websocket.accept(PROTOCOL)
        if len(self._talks) >= self._limits.sockets:
            await self._close(websocket, Closed(Code.TRY_LATER, "Too many sockets"))
            return
        talk = Talk(websocket, self._live, self._entrance, self._seats, self._limits)
        self._talks.add(talk)
        self._empty.clear()
        try:
            await self._close(websocket, await talk.hold())
        finally:
            self._talks.discard(talk)
            if not self._talks:
                self._empty.set()

    async def stop(self) -> None:
        """Send everybody away, and take nobody in any more: clients go on at another process after their last event."""
        self._stopping = True
        for talk in tuple(self._talks):
            talk.end(Closed(Code.GOING_AWAY, "Going away"))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._empty.wait(), _PATIENCE)

    async def _close(self, websocket: WebSocket, closed: Closed) -> None:
        self._telemetry.closed(closed.code)
        if closed.code is not None:
            with suppress(WebSocketDisconnect, RuntimeError):  # it may have left in the meantime
                await websocket.close(closed.code, closed.reason)
