"""Browser sessions: a random cookie outside, the tokens inside, and a door that only our own pages can use.

The record lives on the server, so signing out ends it at once, and the access token never reaches a script.
"""

import logging
import secrets
import time
from asyncio import Task, create_task, get_running_loop, shield, sleep
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

import orjson
from starlette.requests import HTTPConnection
from starlette.responses import Response

from gateway.identity import Verifier
from gateway.records import Records
from tenancy.errors import Forbidden, Unauthenticated
from tenancy.identity import Identity

_SEEN_STEP: Final = 60.0
"""Seconds between two notes that a session is in use: a write a minute, not a write a request."""

_RENEW_AHEAD: Final = 5 * 60.0
_RENEW_PAUSE: Final = 10.0
_LOOKS: Final = 5
_LOOK_PAUSE: Final = 0.2
"""How often, and in how many seconds' distance, a worker looks whether another one has renewed what it could not."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the provider gave: an access token for this API, and a refresh token if it gave one."""

    access: str
    refresh: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's sign-in, as it is stored; times are epoch seconds."""

    tid: str
    oid: str
    access: str
    refresh: str | None
    started_at: float
    seen_at: float


class Sessions:
    """Who a cookie stands for. `origin` is ours, such as `https://gateway.example`; `clock` gives epoch seconds.

    `renew` trades a refresh token for new tokens: None when the provider refuses, Unavailable when it is away.
    A session lasts `longest` seconds, and `longest_idle` without being used.
    """

    def __init__(
        self,
        records: Records,
        verifier: Verifier,
        renew: Callable[[str], Awaitable[Tokens | None]],
        origin: str,
        clock: Callable[[], float] = time.time,
        *,
        longest: float = 8 * 3600.0,
        longest_idle: float = 30 * 60.0,
    ) -> None:
        self._records, self._verifier, self._renew, self._clock = records, verifier, renew, clock
        self._longest, self._longest_idle = longest, longest_idle
        self._origin = origin
        self.secure = origin.startswith("https://")
        # `__Host-` binds a cookie to this very host, but browsers keep it over https only.
        self.cookie = "__Host-gw" if self.secure else "gw"
        self._renewals: dict[str, Task[Identity | None]] = {}

    async def identity(self, connection: HTTPConnection) -> Identity | None:
        """Who a request or a WebSocket handshake with our cookie comes from; None without a living session.

        Raises Unauthenticated for cookie and bearer token at once, Forbidden when a page of somebody else may have
        sent it (H-09, W-06), and Unavailable when the session needs the provider and the provider is away.
        """
        cookie = connection.cookies.get(self.cookie)
        if cookie is None:
            return None
        if "authorization" in connection.headers:
            raise Unauthenticated()
        self.require_our_page(connection)
        key = _key(cookie)
        session = await self._alive(key)
        return None if session is None else await self._current(key, session)

    def require_our_page(self, connection: HTTPConnection) -> None:
        """Raises Forbidden unless our own page sent this; a plain GET changes nothing and passes (H-09)."""
        if connection.scope["type"] == "http" and connection.scope["method"] in {"GET", "HEAD"}:
            return
        if connection.headers.getlist("origin") != [self._origin]:
            raise Forbidden()
        # A WebSocket handshake cannot carry headers of the page's choice, and needs none: it always has an origin.
        if connection.scope["type"] == "http" and connection.headers.get("x-gw-csrf") != "1":
            raise Forbidden()

    async def begin(self, connection: HTTPConnection, tokens: Tokens, response: Response) -> Identity:
        """Start a session under a fresh id, whatever cookie came in (H-12). Raises what the verifier raises."""
        identity = await self._verifier.verify_token(tokens.access.encode())
        await self.end(connection)
        now, cookie = self._clock(), secrets.token_urlsafe(32)
        session = Session(identity.tid, identity.oid, tokens.access, tokens.refresh, now, now)
        await self._records.add(_key(cookie), orjson.dumps(session), now + self._longest, _owner(session))
        lifetime = int(self._longest)
        response.set_cookie(self.cookie, cookie, max_age=lifetime, secure=self.secure, httponly=True, samesite="lax")
        return identity

    async def end(self, connection: HTTPConnection) -> None:
        """Forget the session of this cookie, if there is one; a replay of the cookie then finds nothing (H-12)."""
        cookie = connection.cookies.get(self.cookie)
        if cookie is not None:
            await self._records.take(_key(cookie))

    async def end_everywhere(self, connection: HTTPConnection) -> None:
        """Forget every session of whoever this cookie stands for, in whichever browser."""
        session = await self._records.take(_key(connection.cookies.get(self.cookie, "")))
        if session is not None:
            await self._records.take_all(_owner(Session(**orjson.loads(session))))

    def clear(self, response: Response) -> None:
        """Ask the browser to drop the cookie."""
        response.delete_cookie(self.cookie, secure=self.secure, httponly=True, samesite="lax")

    async def lives(self, connection: HTTPConnection) -> bool:
        """Whether the session of this connection, if it came with one, has not ended; asking is no use of it."""
        cookie = connection.cookies.get(self.cookie)
        if cookie is None:
            return True
        stored = await self._records.get(_key(cookie))
        return stored is not None and not self._over(Session(**orjson.loads(stored)))

    async def _alive(self, key: str) -> Session | None:
        stored = await self._records.get(key)
        if stored is None:
            return None
        session, now = Session(**orjson.loads(stored)), self._clock()
        if self._over(session):
            await self._records.take(key)
            return None
        if now - session.seen_at >= _SEEN_STEP:
            await self._change(key, lambda present: replace(present, seen_at=now))
        return session

    async def _current(self, key: str, session: Session) -> Identity | None:
        identity = await self._verified(session)
        if identity is not None and identity.expires_at - self._clock() > _RENEW_AHEAD:
            return identity
        if session.refresh is None:
            return identity
        renewal = self._renewals.get(key) or self._start_renewal(key, session)
        # While the old token holds, nobody waits for the new one.
        return identity or await shield(renewal)

    async def _verified(self, session: Session) -> Identity | None:
        try:
            return await self._verifier.verify_token(session.access.encode())
        except Unauthenticated:
            return None

    def _start_renewal(self, key: str, session: Session) -> Task[Identity | None]:
        """One renewal for all who wait; a refresh token is good for one use, and a failure for a short while."""

        def settled(done: Task[Identity | None]) -> None:
            get_running_loop().call_later(_RENEW_PAUSE, self._renewals.pop, key)
            if not done.cancelled() and done.exception() is not None:
                log.warning("a browser session was not renewed: %s", type(done.exception()).__name__)

        renewal = create_task(self._renewed(key, session))
        renewal.add_done_callback(settled)
        self._renewals[key] = renewal
        return renewal

    async def _renewed(self, key: str, session: Session) -> Identity | None:
        tokens = await self._renew(session.refresh or "")
        if tokens is None:
            return await self._renewed_elsewhere(key, session)
        fresh = replace(session, access=tokens.access, refresh=tokens.refresh or session.refresh)
        identity = await self._verified(fresh)
        if identity is None or (identity.tid, identity.oid) != (session.tid, session.oid):
            await self._records.take(key)
            return None
        stays = await self._change(key, lambda now: replace(now, access=fresh.access, refresh=fresh.refresh))
        return identity if stays else None

    async def _renewed_elsewhere(self, key: str, session: Session) -> Identity | None:
        """Another worker may have used the refresh token first; otherwise the provider has ended the sign-in."""
        for _ in range(_LOOKS):
            stored = await self._records.get(key)
            if stored is None:
                return None
            if (present := Session(**orjson.loads(stored))).access != session.access:
                return await self._verified(present)
            await sleep(_LOOK_PAUSE)
        await self._records.take(key)
        return None

    async def _change(self, key: str, change: Callable[[Session], Session]) -> bool:
        """Change the stored session, never one that has ended; False then."""
        while (stored := await self._records.get(key)) is not None:
            session = change(Session(**orjson.loads(stored)))
            if await self._records.replace(key, stored, orjson.dumps(session), session.started_at + self._longest):
                return True
        return False

    def _over(self, session: Session) -> bool:
        now = self._clock()
        return now - session.started_at >= self._longest or now - session.seen_at >= self._longest_idle


def _owner(session: Session) -> str:
    return f"{session.tid}/{session.oid}"


def _key(cookie: str) -> str:
    """What is stored of a cookie: whoever reads the records cannot sign in with them."""
    return sha256(cookie.encode()).hexdigest()
