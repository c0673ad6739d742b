"""Browser sign-in: /sign-in, /sign-in/callback, /sign-out, /session.

An attempt to sign in is bound to the browser that began it: a cookie names a record on the server, and only that
record knows state, nonce and proof key. Somebody else's `state`, or the same one again, finds nothing (K-27).
"""

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.login_client import Login, LoginClient, LoginFailed
from gateway.records import Records
from gateway.sessions import Sessions
from tenancy.errors import Refusal, Unauthenticated, Unavailable
from tenancy.identity import Identity

ATTEMPT_LIFETIME: Final = 600.0
_AWAY: Final = "The identity provider, or our own memory, cannot be reached. Please try again in a moment."
_AFTER: Final = "after"
_PLACES: Final = frozenset({"/console", "/join", "/status"})
"""Our pages that may ask to be led back to (`?next=`); nothing else is ever an address to go to (K-27)."""
_QUIET: Final = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}

log = logging.getLogger(__name__)


class SignIn:
    """The four endpoints. `attempts` must be of another kind than the sessions: strangers can fill it.

    `administrator` tells whether an identity may use the console; `person` gives the key under which the demo
    world knows it, or None.
    """

    def __init__(
        self,
        login: Login,
        client: LoginClient,
        sessions: Sessions,
        attempts: Records,
        *,
        administrator: Callable[[Identity], Awaitable[bool]],
        person: Callable[[Identity], str | None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._login, self._client, self._sessions, self._attempts = login, client, sessions, attempts
        self._administrator, self._person, self._clock = administrator, person, clock
        self._cookie = "__Host-gw-sign-in" if sessions.secure else "gw-sign-in"

    def routes(self) -> list[Route]:
        """For the application to mount at its root."""
        return [
            Route("/sign-in", self.sign_in, methods=["GET"]),
            Route("/sign-in/callback", self.callback, methods=["GET"]),
            Route("/sign-out", self.sign_out, methods=["POST"]),
            Route("/session", self.session, methods=["GET"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        """302 to the provider, or 503 when it cannot be reached, or nothing can be remembered now. `?next=` is the page
        of ours to come back to."""
        request.scope["session"] = {}
        attempt = secrets.token_urlsafe(32)
        try:
            answer = await self._client.redirect(request)
            if (after := request.query_params.get("next")) in _PLACES:
                request.session[_AFTER] = after
            await self._attempts.add(_key(attempt), orjson.dumps(request.session), self._clock() + ATTEMPT_LIFETIME)
        except Unavailable:
            return _sorry(503, _AWAY)
        answer.set_cookie(
            self._cookie,
            attempt,
            max_age=int(ATTEMPT_LIFETIME),
            secure=self._sessions.secure,
            httponly=True,
            samesite="lax",
        )
        answer.headers.update(_QUIET)
        return answer

    async def callback(self, request: Request) -> Response:
        """303 to the page after sign-in with a new session, or 400 without one."""
        answer: Response
        try:
            answer = await self._signed_in(request)
        except (LoginFailed, Unauthenticated) as failure:
            log.info("sign-in failed: %s", failure)
            answer = _sorry(400, "Signing in did not work. Please begin again at /sign-in.")
        except Unavailable:
            answer = _sorry(503, _AWAY)
        answer.delete_cookie(self._cookie, secure=self._sessions.secure, httponly=True, samesite="lax")
        return answer

    async def sign_out(self, request: Request) -> Response:
        """204 and no session, for our own pages; 403 for others. `?everywhere` ends those of other browsers too."""
        end = self._sessions.end_everywhere if "everywhere" in request.query_params else self._sessions.end
        try:
            self._sessions.require_our_page(request)
            await end(request)
        except Unavailable as refusal:
            return _refused(503, refusal)
        except Refusal as refusal:
            return _refused(403, refusal)
        answer = Response(status_code=204, headers=_QUIET)
        self._sessions.clear(answer)
        return answer

    async def session(self, request: Request) -> Response:
        """`{"name", "accountType", "administrator", "person"}` of who is signed in, or 401."""
        try:
            identity = await self._sessions.identity(request)
        except Unavailable as refusal:
            return _refused(503, refusal)
        except Unauthenticated:
            identity = None
        if identity is None:
            return _refused(401, Unauthenticated())
        described = {
            "name": identity.display_name,
            "accountType": identity.account_type,
            "administrator": await self._administrator(identity),
            "person": self._person(identity),
        }
        return JSONResponse(described, headers=_QUIET | {"vary": "Cookie"})

    async def _signed_in(self, request: Request) -> Response:
        attempt = await self._attempts.take(_key(request.cookies.get(self._cookie, "")))
        if attempt is None:
            raise LoginFailed("not begun in this browser, or long ago")
        begun = orjson.loads(attempt)
        after = begun.pop(_AFTER, self._login.after)
        request.scope["session"] = begun
        tokens = await self._client.redeem(request)
        answer = RedirectResponse(after, 303, _QUIET)
        await self._sessions.begin(request, tokens, answer)
        return answer


def _key(attempt: str) -> str:
    return sha256(attempt.encode()).hexdigest()


def _sorry(status: int, text: str) -> Response:
    retry = {"retry-after": "5"} if status == 503 else {}
    return PlainTextResponse(text, status, _QUIET | retry)


def _refused(status: int, refusal: Refusal) -> Response:
    body = {"errors": [{"message": refusal.message, "extensions": refusal.extensions}]}
    return JSONResponse(body, status, _QUIET | {"vary": "Cookie"})
