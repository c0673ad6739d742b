"""Subscriptions as server-sent events, for clients behind proxies that know no sockets: `graphql-sse`, one connection
for each operation (POST with `Accept: text/event-stream`).

A client who does not read holds up its own stream and nothing else: no event is fetched before the one before it was
taken, and what happens meanwhile waits in the outbox.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from typing import Any, Final

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway import answers
from gateway.live import Ended, Live, Place
from gateway.requests import Asked
from gateway.seats import Seats
from tenancy.errors import Refusal, Unauthenticated

MEDIA_TYPE: Final = "text/event-stream"

_HEARTBEAT: Final = 12.0
"""Seconds of silence after which a comment is sent, so that no proxy takes the stream for dead."""

_STEP: Final = 1.0
"""Seconds between two looks at whether the stream may still go on."""

_STALLED: Final = 20.0
"""Seconds for which a client may leave one event unread."""

_COMPLETE: Final = b"event: complete\ndata:\n\n"
_HEADERS: Final = {"x-accel-buffering": "no"}

Lives = Callable[[], Awaitable[bool]]
"""Whether what the request came with, apart from its token, still holds."""


def wanted(accept: str | None) -> bool:
    """Whether a client asks for a stream."""
    return MEDIA_TYPE in (accept or "").lower()


class Streams:
    """Makes the answers that go on, and ends them with the process."""

    def __init__(self, live: Live, seats: Seats) -> None:
        self.live, self.seats = live, seats
        self.stopping = False

    def answer(self, asked: Asked, place: Place, lives: Lives) -> Response:
        """The stream of one operation: it ends after the last result, or with what it was begun with."""
        return _Stream(self, asked, place, lives)

    def stop(self) -> None:
        self.stopping = True


class _Stream(Response):
    def __init__(self, streams: Streams, asked: Asked, place: Place, lives: Lives) -> None:
        super().__init__(headers=_HEADERS, media_type=MEDIA_TYPE)
        del self.headers["content-length"]
        self._streams, self._asked, self._place, self._lives = streams, asked, place, lives

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  an ASGI application
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        tasks = {asyncio.create_task(_gone(receive)), asyncio.create_task(self._speak(send))}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _speak(self, send: Send) -> None:
        async def put(frame: bytes, *, more: bool = True) -> None:
            async with asyncio.timeout(_STALLED):
                await send({"type": "http.response.body", "body": frame, "more_body": more})

        identity = self._place.identity
        with suppress(TimeoutError):
            try:
                with self._streams.seats.one((identity.tid, identity.oid)):
                    async with aclosing(self._streams.live.results(self._asked, self._place)) as results:
                        await self._tell(results, put)
            except Ended as ended:
                await put(_next(orjson.dumps({"errors": ended.errors})))
            except Refusal as refusal:
                await put(_next(orjson.dumps({"errors": [answers.described(refusal)]})))
            await put(_COMPLETE, more=False)

    async def _tell(self, results: AsyncGenerator[bytes, None], put: Callable[[bytes], Awaitable[None]]) -> None:
        """Each result as it comes. Raises Unauthenticated when the token has expired, or the session has ended."""
        silent_since = time.monotonic()
        coming: asyncio.Task[Any] = asyncio.create_task(_following(results))
        try:
            while not self._streams.stopping:
                await asyncio.wait({coming}, timeout=_STEP)
                if self._place.identity.expires_at <= time.time() or not await self._lives():
                    raise Unauthenticated()
                if coming.done():
                    result = coming.result()
                    if result is None:
                        return
                    await put(_next(result))
                    coming = asyncio.create_task(_following(results))
                elif time.monotonic() - silent_since < _HEARTBEAT:
                    continue
                else:
                    await put(b":\n\n")
                silent_since = time.monotonic()
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


async def _following(results: AsyncGenerator[bytes, None]) -> bytes | None:
    return await anext(results, None)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _next(result: bytes) -> bytes:
    return b"event: next\ndata: " + result + b"\n\n"
