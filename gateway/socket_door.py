"""Who may knock: a socket's handshake is looked at before anything else, its Host first, then its Origin (W-06).

Browsers send a page's origin with every handshake, and the cookies of our host too, whoever's page it is. A page of
somebody else may also have our address under its own name (DNS rebinding): then Host and Origin agree, and only the
list of hosts tells. Programs send no Origin.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class SocketDoor:
    """Middleware that refuses handshakes with 403; all other requests pass."""

    def __init__(self, app: ASGIApp, hosts: Iterable[str], origins: Iterable[str]) -> None:
        self._app = app
        self._hosts, self._origins = frozenset(hosts), frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and not self._welcome(Headers(scope=scope)):
            await Response(status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _welcome(self, headers: Headers) -> bool:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        known = "*" in self._hosts or (len(hosts) == 1 and _name(hosts[0]) in self._hosts)
        return known and (not origins or (len(origins) == 1 and origins[0] in self._origins))


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
