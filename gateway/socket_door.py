"""Who may knock: a socket's handshake is looked at before anything else, its Host first, then its Origin (W-06).

Browsers send a page's origin with every handshake, and the cookies of our host too, whoever's page it is. A page of
somebody else may also have our address under its own name (DNS rebinding): then Host and Origin agree, and only the
list of hosts tells. Programs send no Origin.
"""

from collections.abc import Callable, Iterable
from typing import Literal
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Fault = Literal["host", "origin"]


class SocketDoor:
    """Middleware that refuses handshakes with 403; all other requests pass. `refused` hears of each, and why."""

    def __init__(
        self, app: ASGIApp, hosts: Iterable[str], origins: Iterable[str], refused: Callable[[Fault], None]
    ) -> None:
        self._app, self._refused = app, refused
        self._hosts, self._origins = tuple(hosts), frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._fault(Headers(scope=scope)) if scope["type"] == "websocket" else None
        if fault is not None:
            self._refused(fault)
            await Response(status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _fault(self, headers: Headers) -> Fault | None:
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if "*" not in self._hosts and (len(hosts) != 1 or not admits(self._hosts, _name(hosts[0]))):
            return "host"
        return None if not origins or (len(origins) == 1 and origins[0] in self._origins) else "origin"


def admits(hosts: Iterable[str], name: str | None) -> bool:
    """Whether a host of this name may be asked for: one of the list, or below a `*.` of it."""
    return name is not None and any(
        name == each.lower() or (each.startswith("*.") and name.endswith(each[1:].lower())) for each in hosts
    )


def _name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
