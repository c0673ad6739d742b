"""Compression of answers, where it is safe: see docs/decisions/0011-compression.md."""

from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send


class Packed:
    """An application whose answers are packed for clients that take gzip, unless a cookie came with the request.

    A browser sends a cookie by itself, so a foreign page could make it ask, and guess at a secret by the length of
    what comes back (BREACH). A bearer token is sent by nobody but the program that holds it.
    """

    def __init__(self, app: ASGIApp, *, least: int) -> None:
        self._app = app
        self._packing = GZipMiddleware(app, minimum_size=least, compresslevel=4)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        packed = "gzip" in headers.get("accept-encoding", "") and "cookie" not in headers
        await (self._packing if packed else self._app)(scope, receive, send)
