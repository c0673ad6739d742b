"""What stands before every route: which hosts may be named, who may call from other pages, and that it is once."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.settings import Settings
from gateway.socket_door import SocketDoor

_SENT: Final = ("authorization", "content-type", "x-tenant", "x-workspace", "x-cost")
_SHOWN: Final = ("ratelimit", "ratelimit-policy", "retry-after")
_YEAR: Final = 365 * 24 * 3600


def street(settings: Settings) -> Iterator[Middleware]:
    """Outermost first. Hosts come before origins: a page that named itself host could name itself origin (H-08)."""
    origins = (settings.public_url, *settings.allowed_origins)
    yield Middleware(SocketDoor, hosts=settings.allowed_hosts, origins=origins)
    yield Middleware(OneHost, secure=urlsplit(settings.public_url).scheme == "https")
    yield Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.allowed_hosts), www_redirect=False)
    if settings.allowed_origins:
        # Cookies stay at home: a foreign page calls with a token of its own or not at all (H-10).
        yield Middleware(
            CORSMiddleware,
            allow_origins=list(settings.allowed_origins),
            allow_methods=["GET", "POST"],
            allow_headers=list(_SENT),
            expose_headers=list(_SHOWN),
            max_age=600,
        )


class OneHost:
    """Refuses requests that name no host, or two: what checks one of them may not be what uses the other (H-08).

    With `secure` browsers are told to come by https alone.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app, self._secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket") and sum(name == b"host" for name, _ in scope["headers"]) != 1:
            await PlainTextResponse("Bad Request", 400)(scope, receive, send)
        elif self._secure and scope["type"] == "http":
            await self._app(scope, receive, _secured(send))
        else:
            await self._app(scope, receive, send)


def _secured(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"strict-transport-security", b"max-age=%d" % _YEAR)]
        await send(message)

    return sending
