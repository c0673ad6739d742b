"""A request of the API as Starlette knows it, with headers that are sorted once: an operation looks at ten of them."""

import asyncio
from collections.abc import Iterable
from functools import cached_property
from typing import Final, TypeVar

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

_LEFT: Final = "gateway.left"
"""Under this name a scope holds who wants to hear that the client has left; nobody, when it has."""

Default = TypeVar("Default")


class Sent(Headers):
    """The same headers by name. Starlette goes through all of them for each look."""

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=list(raw))
        self._named: dict[str, list[str]] = {}
        for name, value in self._list:
            self._named.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))

    def __getitem__(self, key: str) -> str:
        return self._named[key.lower()][0]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key.lower() in self._named

    def get(self, key: str, default: Default | None = None) -> "str | Default | None":  # type: ignore[override]  # Mapping's overloads say the same
        found = self._named.get(key.lower())
        return default if found is None else found[0]

    def getlist(self, key: str) -> list[str]:
        return list(self._named.get(key.lower(), ()))


class Asking(Request):
    """One request, read by nobody before."""

    @cached_property
    def headers(self) -> Sent:
        return Sent(self.scope["headers"])

    async def body(self) -> bytes:
        """All of the body; raises ClientDisconnect when the client left in the middle of it."""
        parts = []
        more = True
        while more:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect()
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        return parts[0] if len(parts) == 1 else b"".join(parts)


class Attended:
    """Work that nobody needs once the client has left: then the time that the request has is over at once (F-09).

    The server tells (`patience`); to ask `receive` meanwhile would take a task of its own for every request.
    """

    __slots__ = ("_scope", "_until")

    def __init__(self, scope: Scope, until: asyncio.Timeout) -> None:
        self._scope, self._until = scope, until

    def __enter__(self) -> None:
        if gone(self._scope):
            raise ClientDisconnect
        self._scope[_LEFT] = self._end

    def __exit__(self, *_: object) -> None:
        if not gone(self._scope):
            del self._scope[_LEFT]

    def _end(self) -> None:
        self._until.reschedule(asyncio.get_running_loop().time())


def gone(scope: Scope) -> bool:
    """Whether the client of this request has left."""
    return scope.get(_LEFT, scope) is None


def leave(scope: Scope) -> None:
    """The client of this request has left; for the server to say, whether it was answered or not."""
    tell = scope.get(_LEFT)
    scope[_LEFT] = None
    if tell is not None:
        tell()
