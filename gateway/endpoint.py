"""/graphql over HTTP: one JSON object in, one operation run, one JSON object out (GraphQL over HTTP)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from graphql import OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway import answers
from gateway.limits import READING, Meter
from gateway.telemetry import Telemetry
from resolvers import ids
from resolvers.context import Context, House
from schema.execution import Document, Engine, Outcome, Refused
from tenancy.errors import Refusal, Unauthenticated
from tenancy.identity import Identity

Authenticate = Callable[[Request], Awaitable[Identity]]

_ALLOW: Final = {"Allow": "POST"}
_TYPE: Final = "application/json"
_IDENTITY: Final = "gateway.identity"


@dataclass(frozen=True)
class Asked:
    """A well-formed GraphQL request."""

    query: str
    variables: dict[str, Any] | None
    operation_name: str | None
    extensions: Mapping[str, Any]


class Endpoint:
    """The one place where documents come in. `authenticate` runs before a byte of the body is read (K-01)."""

    def __init__(
        self,
        engine: Engine,
        house: House,
        authenticate: Authenticate,
        meter: Meter,
        telemetry: Telemetry,
        *,
        seconds: float,
    ) -> None:
        self._engine, self._house, self._authenticate = engine, house, authenticate
        self._meter, self._telemetry, self._seconds = meter, telemetry, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An ASGI application of its own: it turns every failure into an answer, so nothing need stand around it."""
        with self._telemetry.timed():
            response = await self._guarded(Request(scope, receive))
            if _IDENTITY in scope:
                response.raw_headers += self._meter.headers(scope[_IDENTITY])
        self._telemetry.answered(response.status_code)
        await response(scope, receive, send)

    async def _guarded(self, request: Request) -> Response:
        if request.method != "POST":
            return Response(status_code=405, headers=_ALLOW)
        media_type = answers.negotiated(request.headers.get("accept"))
        if media_type is None:
            return Response(status_code=406)
        try:
            async with asyncio.timeout(self._seconds):
                return await self._answer(request, media_type)
        except Refusal as refusal:
            return answers.refusal(refusal, media_type)
        except Refused as refused:
            return answers.refused(answers.shown(refused.errors), media_type)
        except TimeoutError:
            return answers.refusal(Refusal("DEADLINE_EXCEEDED"), media_type)
        except ClientDisconnect:
            return Response(status_code=408)
        except Exception as cause:
            return answers.refused([answers.surprise(cause)], media_type)

    async def _answer(self, request: Request, media_type: str) -> Response:
        identity = await self._admitted(request)
        if not _is_json(request):
            return Response(status_code=415, headers={"Accept-Post": _TYPE})
        asked = _asked(await request.body())
        document = await self._document(identity, asked)
        price = document.check_price(asked.variables)
        tenant, workspace = selected(request, "Tenant"), selected(request, "Workspace")
        context = Context(self._house, identity, tenant, workspace)
        async with self._meter.charged(identity, tenant, price) as bill:
            outcome = await self._run(document, context, asked.variables)
            bill.actual = outcome.cost
        wanted = asked.extensions.get("cost") is True or "x-cost" in request.headers
        cost = {"cost": bill.told(self._engine.limits.cost)} if wanted else None
        return answers.executed(outcome.data, outcome.errors, media_type, cost)

    async def _admitted(self, request: Request) -> Identity:
        """Who asks; everybody pays a point for asking, and strangers are counted by address."""
        try:
            identity = await self._authenticate(request)
        except Unauthenticated:
            await self._meter.stranger(request.client.host if request.client else "")
            raise
        request.scope[_IDENTITY] = identity
        await self._meter.admit(identity)
        return identity

    async def _document(self, identity: Identity, asked: Asked) -> Document:
        """The document, read if need be: that is paid by its length, whether it can run or not."""
        if not self._engine.knows(asked.query, asked.operation_name):
            await self._meter.admit(identity, len(asked.query) // READING)
        document = self._engine.document(asked.query, asked.operation_name)
        if document.operation_type is OperationType.SUBSCRIPTION:
            raise Refusal("BAD_REQUEST")
        return document

    async def _run(self, document: Document, context: Context, variables: dict[str, Any] | None) -> Outcome:
        try:
            if document.operation_type is OperationType.QUERY:
                await context.open()
            return await document.run(context, variables)
        finally:
            await context.close()


def selected(request: Request, type_name: str) -> str | None:
    """The tenant or workspace that a header of the request selects, X-Tenant or X-Workspace; empty selects none.

    What is no id of one is NOT_FOUND at once; one that is not the viewer's is NOT_FOUND where it is used (T-05).
    """
    header = f"X-{type_name}"
    wanted = request.headers.get(header)
    return ids.of(type_name, wanted, field=header) if wanted else None


def _is_json(request: Request) -> bool:
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    encoded = request.headers.get("content-encoding", "identity") != "identity"
    return kind.strip().lower() == _TYPE and charset in ("", "utf-8") and not encoded


def _asked(body: bytes) -> Asked:
    """The request in the body; anything else is BAD_REQUEST (H-04)."""
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Refusal("BAD_REQUEST") from None
    if not isinstance(given, dict):
        raise Refusal("BAD_REQUEST")
    query, variables, name = given.get("query"), given.get("variables"), given.get("operationName")
    extensions = given.get("extensions")
    if not isinstance(query, str) or not isinstance(variables, dict | None) or not isinstance(name, str | None):
        raise Refusal("BAD_REQUEST")
    if not isinstance(extensions, dict | None):
        raise Refusal("BAD_REQUEST")
    return Asked(query, variables, name, extensions or {})
