"""/graphql over HTTP: one JSON object in, one operation run, one JSON object out (GraphQL over HTTP)."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Any, Final

from graphql import OperationType
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway import answers, requests, stream
from gateway.asking import Asking, Attended, gone
from gateway.live import Place
from gateway.operations import Entry, Operations
from gateway.querying import queried
from gateway.reading import Reading
from gateway.requests import Asked
from gateway.stream import Streams
from resolvers import ids
from resolvers.context import Context, House
from schema.execution import Document, Outcome, Refused
from tenancy.errors import Refusal, Unauthenticated
from tenancy.identity import Identity

Authenticate = Callable[[Request], Awaitable[Identity]]
Lives = Callable[[Request], Awaitable[bool]]
"""Whether the session that a request came with, if it did, has not ended meanwhile."""

_METHODS: Final = {"Allow": "GET, POST"}
_CHANGING: Final = {"Allow": "POST"}
_TYPES: Final = {"Accept-Post": requests.TYPE}
_IDENTITY: Final = "gateway.identity"
_ENTRY: Final = "gateway.entry"


class Endpoint:
    """The one place where documents come in. `authenticate` runs before a byte of the body is read (K-01)."""

    def __init__(
        self,
        reading: Reading,
        house: House,
        authenticate: Authenticate,
        lives: Lives,
        streams: Streams,
        operations: Operations,
        *,
        seconds: float,
    ) -> None:
        self._reading, self._engine, self._meter = reading, reading.engine, reading.meter
        self._house, self._authenticate = house, authenticate
        self._lives, self._streams = lives, streams
        self._operations, self._telemetry, self._seconds = operations, operations.telemetry, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application of its own: it turns every failure into an answer, so nothing need stand around it."""
        with self._operations.watched(scope["headers"]) as entry:
            scope[_ENTRY] = entry
            response = answers.private(await self._guarded(Asking(scope, receive)))
            if _IDENTITY in scope:
                response.raw_headers += self._meter.headers(scope[_IDENTITY])
        self._telemetry.answered(response.status_code, entry.seconds)
        await response(scope, receive, send)

    async def _guarded(self, request: Request) -> Response:
        if request.method not in ("POST", "GET"):
            return Response(status_code=405, headers=_METHODS)
        media_type = answers.JSON if _goes_on(request) else answers.negotiated(_accept(request))
        if media_type is None:
            return Response(status_code=406)
        try:
            async with asyncio.timeout(self._seconds) as until:
                return await self._answer(request, media_type, until)
        except Exception as failure:
            left = isinstance(failure, TimeoutError) and gone(request.scope)
            error = ClientDisconnect() if left else failure
            _entry(request).ended(error)
            return _told(error, media_type)

    async def _answer(self, request: Request, media_type: str, until: asyncio.Timeout) -> Response:
        identity = await self._admitted(request)
        if request.method == "POST" and not requests.is_json(request):
            return Response(status_code=415, headers=_TYPES)
        asked = await requests.asked(request)
        tenant, workspace = selected(request, "Tenant"), selected(request, "Workspace")
        if _goes_on(request):
            return self._streams.answer(asked, Place(identity, tenant, workspace), lambda: self._lives(request))
        document = await self._document(identity, asked)
        if asked.reading and document.operation_type is not OperationType.QUERY:
            return Response(status_code=405, headers=_CHANGING)
        entry = _entry(request)
        entry.read(document)
        price = entry.price = document.check_price(asked.variables)
        context = Context(self._house, identity, tenant, workspace)
        # A command is done to its end, whoever still listens; a query is nothing but its answer.
        query = document.operation_type is OperationType.QUERY
        there = Attended(request.scope, until) if query else nullcontext()
        async with self._meter.charged(identity, tenant, price) as bill:
            with there:
                outcome = await self._run(document, context, asked.variables)
            bill.actual = outcome.cost
        entry.ran(outcome, self._house.doors.tenant_of(identity, tenant))
        wanted = asked.extensions.get("cost") is True or "x-cost" in request.headers
        cost = {"cost": bill.told(self._engine.limits.cost)} if wanted else None
        return answers.executed(outcome.data, outcome.errors, media_type, cost)

    async def _admitted(self, request: Request) -> Identity:
        """Who asks; everybody pays a point for asking, and strangers are counted by address."""
        try:
            # A page anywhere can make a browser send its cookie with a GET; a token it cannot (H-09).
            if request.method == "GET" and "authorization" not in request.headers:
                raise Unauthenticated()
            identity = await self._authenticate(request)
        except Unauthenticated:
            await self._meter.stranger(request.client.host if request.client else "")
            raise
        request.scope[_IDENTITY] = _entry(request).identity = identity
        await self._meter.admit(identity)
        return identity

    async def _document(self, identity: Identity, asked: Asked) -> Document:
        """The document of one answer: a subscription needs a socket or a stream."""
        document = await self._reading.document(identity, asked)
        if document.operation_type is OperationType.SUBSCRIPTION:
            raise Refusal("BAD_REQUEST")
        return document

    async def _run(self, document: Document, context: Context, variables: dict[str, Any] | None) -> Outcome:
        if document.is_brief(context.identity) and context.glance():
            outcome = await document.run(context, variables)
            if context.scope.confirmed:
                return outcome
        if document.operation_type is OperationType.QUERY:
            return await queried(document, context, variables)
        try:
            return await document.run(context, variables)
        finally:
            await context.close()


def _goes_on(request: Request) -> bool:
    return request.method == "POST" and stream.wanted(_accept(request))


def _accept(request: Request) -> str | None:
    """What the client takes; a list may come in several headers (RFC 9110)."""
    return ", ".join(request.headers.getlist("accept")) or None


def _entry(request: Request) -> Entry:
    entry: Entry = request.scope[_ENTRY]
    return entry


def _told(error: Exception, media_type: str) -> Response:
    """The answer to a request that ended with this error."""
    if isinstance(error, Refusal):
        return answers.refusal(error, media_type)
    if isinstance(error, Refused):
        return answers.refused(answers.shown(error.errors), media_type)
    if isinstance(error, TimeoutError):
        return answers.refusal(Refusal("DEADLINE_EXCEEDED"), media_type)
    if isinstance(error, ClientDisconnect):
        return Response(status_code=408)
    if isinstance(error, HTTPException):
        return Response(status_code=error.status_code)
    return answers.refused([answers.surprise(error)], media_type)


def selected(request: Request, type_name: str) -> str | None:
    """The tenant or workspace that a header of the request selects, X-Tenant or X-Workspace; empty selects none.

    What is no id of one is NOT_FOUND at once; one that is not the viewer's is NOT_FOUND where it is used (T-05).
    """
    header = f"X-{type_name}"
    wanted = request.headers.get(header)
    return ids.of(type_name, wanted, field=header) if wanted else None
