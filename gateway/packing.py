"""Compression of answers, where it is safe: see docs/decisions/0011-compression.md."""

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
        wants, cookie = False, False
        for name, value in scope["headers"]:
            wants = wants or (name == b"accept-encoding" and b"gzip" in value)
            cookie = cookie or name == b"cookie"
        await (self._packing if wants and not cookie else self._app)(scope, receive, send)
