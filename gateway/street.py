"""What stands before every route: which hosts may be named, who may call from other pages, and that it is once.

All of these let an ordinary request pass as it is: one that names one known host, comes from no page, and says how long
its body is. Asking each of them costs a program that sends many more than its answer; so such a request goes straight
to the API (`Street`).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.settings import Settings
from gateway.socket_door import Fault, SocketDoor

_SENT: Final = ("authorization", "content-type", "x-tenant", "x-workspace", "x-cost")
_SHOWN: Final = ("ratelimit", "ratelimit-policy", "retry-after")
_YEAR: Final = 365 * 24 * 3600
_KNOCKING: Final = frozenset({b"origin", b"transfer-encoding", b"access-control-request-method", b"expect"})
"""Headers that somebody on the street has a word about."""
_MOST_DIGITS: Final = 9


def street(settings: Settings, refused: Callable[[Fault], None]) -> Iterator[Middleware]:
    """Outermost first. Hosts come before origins: a page that named itself host could name itself origin (H-08).
    `refused` hears of sockets that are not let in."""
    origins = (settings.public_url, *settings.allowed_origins)
    yield Middleware(SocketDoor, hosts=settings.allowed_hosts, origins=origins, refused=refused)
    yield Middleware(OneHost, secure=urlsplit(settings.public_url).scheme == "https")
    # An address of IPv6 stands in brackets where a name stands without.
    hosts = [f"[{host}]" if ":" in host else host for host in settings.allowed_hosts]
    yield Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
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


class Street(Starlette):
    """The application, with a short way for the requests that everybody on the street would let pass as they are.

    `api` answers POST requests to `path`; the middleware and the routes are asked about all others.
    """

    api: ASGIApp | None = None
    path = "/graphql"

    def open_short_way(self, api: ASGIApp, settings: Settings) -> None:
        """Let ordinary requests go straight to `api`."""
        self.api = api
        self._largest = settings.body_kilobytes * 1024
        self._secure = urlsplit(settings.public_url).scheme == "https"
        self._known = _names_of(settings.allowed_hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.api is not None and scope["type"] == "http" and self._ordinary(scope):
            scope["app"] = self
            await self.api(scope, receive, _secured(send) if self._secure else send)
        else:
            await super().__call__(scope, receive, send)

    def _ordinary(self, scope: Scope) -> bool:
        if scope["path"] != self.path or scope["method"] != "POST":
            return False
        sent: Sequence[tuple[bytes, bytes]] = scope["headers"]
        named = dict(sent)
        if not _KNOCKING.isdisjoint(named) or (len(named) < len(sent) and _twice(sent)):
            return False
        length = named.get(b"content-length", b"")
        if not length.isdigit() or len(length) > _MOST_DIGITS or int(length) > self._largest:
            return False
        host, _, port = named.get(b"host", b"").partition(b":")
        return host in self._known and (not port or port.isdigit())


def _twice(sent: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether a header that is looked at here is there more than once."""
    names = [name for name, _ in sent]
    return names.count(b"host") > 1 or names.count(b"content-length") > 1


def _names_of(hosts: Sequence[str]) -> frozenset[bytes]:
    """The hosts that can be told by their name alone; patterns are for those who know them."""
    return frozenset(host.lower().encode() for host in hosts if "*" not in host)


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
