"""The short way of a request: past everybody who would let it pass as it is, and nobody else (group H)."""

from collections.abc import MutableMapping
from types import SimpleNamespace
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gateway.street import Street

KNOWN, BODY = (b"host", b"gateway"), (b"content-length", b"2")


class Walked:
    """Which way a request went: the API's own, or past everybody on the street."""

    def __init__(self, **settings: Any) -> None:
        self.street = Street(routes=[Route("/graphql", self._long, methods=["POST"])])
        given: Any = SimpleNamespace(
            body_kilobytes=1, public_url="http://gateway", allowed_hosts=["gateway", "*.example"], **settings
        )
        self.street.open_short_way(self._short, given)

    async def way(self, *headers: tuple[bytes, bytes], method: str = "POST", path: str = "/graphql") -> str:
        self.went = ""
        scope = {"type": "http", "method": method, "path": path, "headers": list(headers), "query_string": b""}
        await self.street(scope, _receive, _send)
        return self.went

    async def _short(self, *_: Any) -> None:
        self.went = "short"

    async def _long(self, _: Any) -> PlainTextResponse:
        self.went = "long"
        return PlainTextResponse("")


async def test_only_what_everybody_would_let_pass_goes_the_short_way() -> None:
    walked = Walked()
    assert await walked.way(KNOWN, BODY) == "short"
    assert await walked.way((b"host", b"gateway:8000"), BODY, (b"accept", b"a"), (b"accept", b"b")) == "short"
    for long in (
        [BODY],
        [KNOWN],
        [KNOWN, KNOWN, BODY],
        [KNOWN, BODY, BODY],
        [(b"host", b"foreign"), BODY],
        [(b"host", b"a.example"), BODY],
        [(b"host", b"gateway:x"), BODY],
        [KNOWN, (b"content-length", b"1025")],
        [KNOWN, (b"content-length", b"-1")],
        [KNOWN, BODY, (b"transfer-encoding", b"chunked")],
        [KNOWN, BODY, (b"origin", b"https://front.example")],
    ):
        assert await walked.way(*long) == "long", long
    assert await walked.way(KNOWN, BODY, method="GET") == ""
    assert await walked.way(KNOWN, BODY, path="/graphql/") == ""


async def _receive() -> MutableMapping[str, Any]:
    return {"type": "http.request"}


async def _send(_: MutableMapping[str, Any]) -> None:
    pass
