"""A partner's whole portfolio as a file: `GET /exports/portfolio/deployment.csv`, `usage.ndjson`, ... (PC-13).

The file is written to disk from one snapshot, then sent: a slow reader holds no connection to the database. Nothing is
kept between requests, so a link opens nothing by itself; whoever follows it is asked who they are and what they may
read, each time. The tag is the content's SHA-256: a download goes on where it broke off as long as the content is still
the same, and begins anew when it is not.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from gateway.exports.sending import Gone, Watched, found, proof, refused, unless_gone
from gateway.exports.writing import FORMATS, Manifest, write
from resolvers import ids
from resolvers.exports.jobs import AT_ONCE, RETRY_SECONDS, TURN, writable
from resolvers.exports.reach import Reach, reach_of, still_reaches
from resolvers.portfolio_export import PortfolioExportKind, PortfolioFile, portfolio_file
from tenancy.doors import Doors
from tenancy.errors import BadInput, NotFound, RateLimited, Refusal
from tenancy.identity import Identity
from tenancy.scope import Scope as TenancyScope
from tenancy.words import ExportFormat

Authenticate = Callable[[Request], Awaitable[Identity]]

SECONDS: Final = 600.0
"""How long the writing of one file may take."""


class PortfolioExports:
    """Writes files and sends them. `doors` are those for work of minutes."""

    def __init__(self, doors: Doors, authenticate: Authenticate) -> None:
        self._doors, self._authenticate = doors, authenticate

    def routes(self) -> list[BaseRoute]:
        return [Route("/exports/portfolio/{kind}.{form}", self.__call__, methods=["GET"])]

    async def __call__(self, request: Request) -> Response:
        return _Download(self, request)

    async def written(self, request: Request, folder: Path) -> tuple[Path, Manifest, Reach]:
        """The file, whole, what proves it, and the grounds on which it was read; refusals as everywhere, a right that
        is gone as if it never was."""
        async with asyncio.timeout(SECONDS), self._opened(request) as (scope, asked, form):
            if not await scope.turn(TURN, AT_ONCE):
                raise RateLimited(TURN, RETRY_SECONDS)
            path = folder / f"{asked.title}-{asked.as_of.isoformat()}.{form}"
            return path, await write(path, asked, scope, form), await reach_of(scope, asked)

    async def still(self, request: Request, reach: Reach) -> bool:
        """Whether whoever is being sent the file may have it now (T-16)."""
        try:
            async with self._opened(request) as (scope, asked, _):
                return await still_reaches(scope, asked, reach)
        except Refusal:
            return False

    @asynccontextmanager
    async def _opened(self, request: Request) -> AsyncIterator[tuple[TenancyScope, PortfolioFile, str]]:
        identity = await self._authenticate(request)
        kind, form = _asked(request)
        wanted = request.headers.get("x-tenant")
        tenant = ids.of("Tenant", wanted, field="X-Tenant") if wanted else None
        async with self._doors.reading(identity, tenant) as scope:
            yield scope, portfolio_file(scope, kind, _day(request.query_params.get("asOf"))), form


class _Download(Response):
    """The answer to one request: the file lives as long as it is being sent."""

    def __init__(self, exports: PortfolioExports, request: Request) -> None:
        super().__init__()
        self._exports, self._request = exports, request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with TemporaryDirectory(prefix="gateway-export-") as folder:
            try:
                response = await unless_gone(receive, self._made(Path(folder)))
            except Gone:
                return
            await response(scope, receive, send)

    async def _made(self, folder: Path) -> Response:
        try:
            path, manifest, reach = await self._exports.written(self._request, folder)
        except Refusal as refusal:
            return refused(refusal)
        except TimeoutError:
            return refused(Refusal("DEADLINE_EXCEEDED"))
        headers = proof(manifest.sha256, manifest.rows, manifest.at, manifest.neutralised.total())
        whole = found(self._request, path, headers, path.name)
        return Watched(whole, lambda: self._exports.still(self._request, reach))


def _asked(request: Request) -> tuple[PortfolioExportKind, str]:
    name, form = request.path_params["kind"].upper(), request.path_params["form"]
    if name not in PortfolioExportKind.__members__ or form not in FORMATS:
        raise NotFound()
    writable(ExportFormat(form.upper()))
    return PortfolioExportKind(name), form


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(field="as_of") from None
