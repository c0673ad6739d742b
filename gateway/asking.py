"""A request of the API as Starlette knows it, with headers that are sorted once: an operation looks at ten of them."""

from collections.abc import Iterable
from functools import cached_property
from typing import TypeVar

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

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
