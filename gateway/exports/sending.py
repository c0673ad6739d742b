"""How a file goes out: with its proof, from where it broke off, and as long as it may (E-03, E-05, E-07, E-09)."""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.types import Message, Receive, Scope, Send

from gateway import answers
from gateway.exports.writers import FORMATS
from tenancy.errors import AccountTypeNotAllowed, NotFound, Refusal, Unauthenticated, Unavailable

AGAIN_SECONDS: Final = 0.5
"""While a file is being sent, its reader's rights are asked again after this."""

T = TypeVar("T")

StillAllowed = Callable[[], Awaitable[bool]]


class Gone(Exception):
    """The reader closed the connection."""


class RightLost(Exception):
    """The reader lost the right to the file while it was being sent; what is left of it stays here."""


def proof(sha256: bytes, rows: int, at: datetime, neutralised: int) -> dict[str, str]:
    """The manifest travels with the file: rows, digest, moment, and what was made harmless."""
    return {
        "etag": f'"{sha256.hex()}"',
        "repr-digest": f"sha-256=:{base64.b64encode(sha256).decode()}:",
        "x-row-count": str(rows),
        "x-snapshot-at": at.isoformat(),
        "x-neutralised-cells": str(neutralised),
        "cache-control": "private, no-store",
        "vary": "Authorization, Cookie, X-Tenant",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }


def found(request: Request, path: Path, headers: Mapping[str, str], name: str) -> Response:
    """The answer that holds the file, or 304 to who has it; ranges and If-Range are the framework's (RFC 9110)."""
    if _has(request.headers.get("if-none-match", ""), headers["etag"]):
        return Response(status_code=304, headers=headers)
    kind = FORMATS[name.rpartition(".")[2]]
    return FileResponse(path, headers=headers, media_type=kind, filename=name)


def _has(if_none_match: str, tag: str) -> bool:
    """Whether the reader has this file: one tag, several, weak ones, or `*` for any (RFC 9110, 13.1.2)."""
    return any(each.strip().removeprefix("W/") in (tag, "*") for each in if_none_match.split(","))


def refused(refusal: Refusal) -> Response:
    """What is not this reader's is not there: one answer for absent, foreign, expired and lost, to the byte (E-03).

    Only what says nothing about the file is told as it is: who are you, come back later, your account type (A-03).
    """
    told = isinstance(refusal, Unauthenticated | Unavailable | AccountTypeNotAllowed)
    business = refusal.code in ("FORBIDDEN", "NOT_FOUND") or not told
    open_codes = ("RATE_LIMITED", "BAD_USER_INPUT", "DEADLINE_EXCEEDED")
    if business and refusal.code not in open_codes:
        return answers.refusal(NotFound(), answers.GRAPHQL)
    return answers.refusal(refusal, answers.GRAPHQL)


async def unless_gone(receive: Receive, work: Awaitable[T]) -> T:
    """What `work` answers; when the reader leaves before it does, it is cancelled, and with it its statement (E-05)."""
    working: asyncio.Future[T] = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_left(receive))
    both: set[asyncio.Future[Any]] = {working, watching}
    try:
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise Gone
        return working.result()
    finally:
        for each in (working, watching):
            each.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await each


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _understood(header: tuple[bytes, bytes]) -> bool:
    """Ranges of another unit than bytes must be ignored (RFC 9110, 14.2); the framework refuses them."""
    name, value = header
    return name != b"range" or value.strip().lower().startswith(b"bytes")


class Watched(Response):
    """A response that is broken off when its reader may no longer have it (A-03, T-16)."""

    def __init__(self, inner: Response, allowed: StillAllowed) -> None:
        super().__init__()
        self._inner, self._allowed = inner, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = time.monotonic()

        async def guarded(message: Message) -> None:
            nonlocal asked
            if time.monotonic() - asked >= AGAIN_SECONDS:
                if not await self._allowed():
                    raise RightLost
                asked = time.monotonic()
            await send(message)

        # Paths are sent by us, chunk by chunk: the server's own short cut would not ask again.
        plain: dict[str, Any] = {**scope, "extensions": {}, "headers": list(filter(_understood, scope["headers"]))}
        await self._inner(plain, receive, guarded)
