"""Where proof-of-delivery reports are fetched: `GET /reports/delivery.xlsx`, `.zip` or `.html`.

`workspace` (repeatable, or ALL), `agreement` (repeatable) and `asOf` say what about. Rights are those of the same
moment's tables, as everywhere.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway import answers
from gateway.console.headers import NOTHING_POLICY, secured
from gateway.endpoint import selected
from gateway.reports.files import archive, workbook
from gateway.reports.page import POLICY, page
from gateway.reports.tables import tables
from resolvers import ids
from resolvers.context import Context, House
from resolvers.delivery_report import DeliveryReport, delivery_report
from tenancy.errors import BadInput, Forbidden, NotFound, Refusal
from tenancy.identity import Identity
from tenancy.words import AccountType

Authenticate = Callable[[Request], Awaitable[Identity]]

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TYPES: Final = {"xlsx": _XLSX, "zip": "application/zip", "html": "text/html; charset=utf-8"}


class Reports:
    """The three forms of the report."""

    def __init__(self, house: House, authenticate: Authenticate, *, seconds: float) -> None:
        self._house, self._authenticate, self._seconds = house, authenticate, seconds

    def routes(self) -> list[BaseRoute]:
        return [Route("/reports/delivery.{form}", self._answer, methods=["GET"])]

    async def _answer(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._made(request)
        except Refusal as refusal:
            return secured(answers.refusal(refusal, answers.GRAPHQL))
        except TimeoutError:
            return secured(answers.refusal(Refusal("DEADLINE_EXCEEDED"), answers.GRAPHQL))

    async def _made(self, request: Request) -> Response:
        identity = await self._authenticate(request)
        form = request.path_params["form"]
        if form not in _TYPES:
            raise NotFound()
        report = await self._read(request, identity)
        # Writing a workbook takes a while; other requests need not wait for it.
        content = await asyncio.to_thread(_written, report, form)
        response = Response(content, media_type=_TYPES[form])
        if form != "html":
            name = f"proof-of-delivery-{report.as_of.isoformat()}.{form}"
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return secured(response, policy=POLICY if form == "html" else NOTHING_POLICY)

    async def _read(self, request: Request, identity: Identity) -> DeliveryReport:
        if identity.account_type is AccountType.APPLICATION:
            raise Forbidden(rule="D-30")
        wanted = request.headers.get("x-tenant") or request.query_params.get("tenant")
        tenant = ids.of("Tenant", wanted) if wanted else None
        context = Context(self._house, identity, tenant, selected(request, "Workspace"))
        try:
            await context.open()
            places = request.query_params.getlist("workspace") or None
            agreements = request.query_params.getlist("agreement") or None
            return await delivery_report(context, places, agreements, _day(request.query_params.get("asOf")))
        finally:
            await context.close()


def _written(report: DeliveryReport, form: str) -> bytes:
    sheets = tables(report)
    if form == "html":
        return page(report, sheets).encode()
    return workbook(report, sheets) if form == "xlsx" else archive(report, sheets)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(field="as_of") from None
