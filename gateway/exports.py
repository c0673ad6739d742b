"""A partner's whole portfolio as a file: `GET /exports/portfolio/deployment.csv`, `usage.ndjson`, ... (PC-13).

The file is written to disk from one snapshot, then sent: a slow reader holds no connection to the database. Nothing is
kept between requests, so a link opens nothing by itself; whoever follows it is asked who they are and what they may
read, each time. The tag is the content's SHA-256: a download goes on where it broke off as long as the content is still
the same, and begins anew when it is not.
"""

import asyncio
import base64
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from gateway import answers
from gateway.exports_writing import FORMATS, Manifest, write
from resolvers import ids
from resolvers.context import House
from resolvers.portfolio_export import PortfolioExportKind, portfolio_file
from tenancy.errors import BadInput, Forbidden, NotFound, Refusal
from tenancy.identity import Identity

Authenticate = Callable[[Request], Awaitable[Identity]]

AT_ONCE: Final = 2
"""Files that are written for one tenant at the same time (E-11)."""

SECONDS: Final = 600.0
"""How long the writing of one file may take."""


class Exports:
    """Writes files and sends them."""

    def __init__(self, house: House, authenticate: Authenticate) -> None:
        self._house, self._authenticate = house, authenticate
        self._writing: Counter[str | None] = Counter()

    def routes(self) -> list[BaseRoute]:
        return [Route("/exports/portfolio/{kind}.{form}", self.__call__, methods=["GET"])]

    async def __call__(self, request: Request) -> Response:
        return _Download(self, request)

    async def written(self, request: Request, folder: Path) -> tuple[Path, Manifest]:
        """The file, whole, and what proves it; refusals as everywhere, a right that is gone as if it never was."""
        identity = await self._authenticate(request)
        kind, form = _asked(request)
        wanted = request.headers.get("x-tenant")
        tenant = ids.of("Tenant", wanted, field="X-Tenant") if wanted else None
        async with asyncio.timeout(SECONDS), self._house.doors.reading(identity, tenant) as scope:
            asked = portfolio_file(scope, kind, _day(request.query_params.get("asOf")))
            async with self._turn(scope.viewer.tenant_id):
                path = folder / f"portfolio-{kind.lower()}-{asked.as_of.isoformat()}.{form}"
                return path, await write(path, asked, scope, form)

    @asynccontextmanager
    async def _turn(self, tenant: str | None) -> AsyncIterator[None]:
        if self._writing[tenant] >= AT_ONCE:
            raise Refusal("RATE_LIMITED")
        self._writing[tenant] += 1
        try:
            yield
        finally:
            self._writing[tenant] -= 1


class _Download(Response):
    """The answer to one request: the file lives as long as it is being sent."""

    def __init__(self, exports: Exports, request: Request) -> None:
        super().__init__()
        self._exports, self._request = exports, request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with TemporaryDirectory(prefix="gateway-export-") as folder:
            response = await self._made(Path(folder))
            await response(scope, receive, send)

    async def _made(self, folder: Path) -> Response:
        try:
            path, manifest = await self._exports.written(self._request, folder)
        except Forbidden:
            return answers.refusal(NotFound(), answers.GRAPHQL)
        except Refusal as refusal:
            return answers.refusal(refusal, answers.GRAPHQL)
        except TimeoutError:
            return answers.refusal(Refusal("DEADLINE_EXCEEDED"), answers.GRAPHQL)
        headers = _headers(manifest)
        if self._request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        return FileResponse(path, headers=headers, media_type=FORMATS[path.suffix[1:]], filename=path.name)


def _headers(manifest: Manifest) -> dict[str, str]:
    """The manifest travels with the file: rows, digest, moment, and what was made harmless."""
    return {
        "etag": f'"{manifest.sha256.hex()}"',
        "repr-digest": f"sha-256=:{base64.b64encode(manifest.sha256).decode()}:",
        "x-row-count": str(manifest.rows),
        "x-snapshot-at": manifest.at.isoformat(),
        "x-neutralised-cells": str(manifest.neutralised),
        "cache-control": "private, no-store",
        "vary": "Authorization, Cookie, X-Tenant",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
    }


def _asked(request: Request) -> tuple[PortfolioExportKind, str]:
    name, form = request.path_params["kind"].upper(), request.path_params["form"]
    if name not in PortfolioExportKind.__members__ or form not in FORMATS:
        raise NotFound()
    return PortfolioExportKind(name), form


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(field="as_of") from None
