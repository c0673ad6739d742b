"""Who holds a socket, and how long: by the token of its connection_init, or by the session (W-06, W-07)."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket

from gateway.identity import Verifier
from gateway.live import Place
from gateway.sessions import Sessions
from gateway.socket_standing import Standing
from gateway.socket_words import Closed, Code
from resolvers import ids
from tenancy.errors import Refusal, Unauthenticated
from tenancy.identity import Identity

_STEP = 1.0
"""Seconds between two looks at a session; what expires is found out at most so much later."""


@dataclass(frozen=True)
class Pass:
    """What a socket was admitted with."""

    place: Place
    tokens: tuple[bytes, ...]
    """Of the Authorization member or header; none when a session speaks for the browser."""


class Entrance:
    """The same rules as for requests: a bearer token or the cookie of a session, never both."""

    def __init__(self, verifier: Verifier, sessions: Sessions | None, standing: Standing) -> None:
        self._verifier, self._sessions, self._standing = verifier, sessions, standing

    async def admit(self, websocket: WebSocket, payload: dict[str, Any]) -> Pass:
        """Where the socket stands. Members of the payload are read as if they were headers: `Authorization`, `X-Tenant`
        and `X-Workspace`, in any spelling of case. Raises Closed."""
        given = {name.lower(): value for name, value in payload.items() if isinstance(value, str)}
        tokens = [value for name, value in websocket.headers.raw if name == b"authorization"]
        if "authorization" in given:
            tokens.append(given["authorization"].encode())
        try:
            identity = await self._identity(websocket, tokens)
            if identity.expires_at <= time.time():
                raise Unauthenticated()
            tenant, workspace = (_selected(given, type_name) for type_name in ("Tenant", "Workspace"))
        except Refusal as refusal:
            raise Closed(Code.FORBIDDEN, refusal.code) from None
        return Pass(Place(identity, tenant, workspace), tuple(tokens))

    async def over(self, websocket: WebSocket, held: Pass) -> Closed:
        """Wait until the token expires, the session ends or the last role is gone: why the socket must close."""
        lost = asyncio.create_task(self._standing.lost(held.place))
        try:
            expires_at = held.place.identity.expires_at
            while True:
                left = expires_at - time.time()
                await asyncio.wait({lost}, timeout=max(0.0, min(left, _STEP)))
                if lost.done():
                    return Closed(Code.FORBIDDEN, lost.result())
                if held.tokens and expires_at <= time.time():
                    return Closed(Code.FORBIDDEN, "Token expired")
                if not held.tokens:
                    expires_at = await self._still(websocket, expires_at)
        except Refusal as refusal:
            return Closed(Code.FORBIDDEN, refusal.code)
        finally:
            lost.cancel()

    async def _identity(self, websocket: WebSocket, tokens: list[bytes]) -> Identity:
        if self._sessions is None or self._sessions.cookie not in websocket.cookies:
            return await self._verifier.verify(tokens)
        identity = None if tokens else await self._sessions.identity(websocket)
        if identity is None:
            raise Unauthenticated()
        return identity

    async def _still(self, websocket: WebSocket, expires_at: float) -> float:
        """Until when the session's token holds, renewed when it has expired. Listening alone keeps no session alive."""
        assert self._sessions is not None
        if not await self._sessions.lives(websocket):
            raise Unauthenticated()
        if expires_at > time.time():
            return expires_at
        return (await self._identity(websocket, [])).expires_at


def _selected(given: dict[str, str], type_name: str) -> str | None:
    wanted = given.get(f"x-{type_name.lower()}")
    return ids.of(type_name, wanted, field=f"X-{type_name}") if wanted else None
