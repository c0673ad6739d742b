"""GraphiQL for administrators at `/console`: who gets it, and under which security headers.

The page grants nothing: it sends the person's own requests to `/graphql` with the person's own session.
It is kept to administrators because it shows the whole contract at a glance (H-16).
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.console import files, headers, pages
from gateway.console.accept import Accept
from gateway.console.joining import join

__all__ = ["ASSETS", "ConsoleViewer", "ViewerOf", "routes", "turned_away"]

ASSETS = Path(__file__).parent / "assets"
SIGN_IN = "/sign-in?next={page}"


class ConsoleViewer(Protocol):
    """What the console needs to know of a signed-in person."""

    @property
    def name(self) -> str: ...
    @property
    def account_type(self) -> str: ...
    @property
    def is_administrator(self) -> bool:
        """Holds GLOBAL_ADMIN, WORKSPACE_ADMIN, CSAM, ACCOUNT_COORDINATOR or PARTNER_GLOBAL_ADMIN somewhere."""


ViewerOf = Callable[[Request], Awaitable[ConsoleViewer | None]]


def routes(viewer_of: ViewerOf, *, assets: Path = ASSETS) -> list[BaseRoute]:
    """The console's routes; `viewer_of` tells who asks, or None for nobody (H-11, H-16).

    `/console` answers 406 to whoever does not take HTML, sends a browser of nobody to the sign-in page and
    any other client of nobody away with 401, shows 403 to people who administer nothing, and 503 with the
    remedy while the page has not been built. `/console/static/*` and `/join` are public: the same for everybody.
    """

    async def console(request: Request) -> Response:
        return await turned_away(request, viewer_of) or _page(assets / "index.html")

    async def static(request: Request) -> Response:
        return files.respond(assets / "static", request.path_params["name"], Accept.encodings(request.headers))

    return [
        Route("/console", console, name="console"),
        Route("/console/static/{name}", static, name="console-static"),
        Route("/join", join, name="join"),
    ]


async def turned_away(request: Request, viewer_of: ViewerOf) -> Response | None:
    """The answer to whoever may not see the administrators' pages; None for administrators who take HTML."""
    accept = Accept.of(request.headers)
    if not accept.takes("text/html"):
        return headers.secured(PlainTextResponse("The console is HTML.", status_code=406))
    viewer = await viewer_of(request)
    if viewer is None:
        return _welcome(accept, request.url.path)
    return None if viewer.is_administrator else pages.administrators_only(viewer.name, viewer.account_type)


def _welcome(accept: Accept, page: str) -> Response:
    if accept.names("text/html"):
        return headers.secured(RedirectResponse(SIGN_IN.format(page=page), status_code=303))
    error = {"message": "Sign in first.", "extensions": {"code": "UNAUTHENTICATED"}}
    return headers.secured(JSONResponse({"errors": [error]}, status_code=401, headers={"WWW-Authenticate": "Bearer"}))


def _page(index: Path) -> Response:
    if not index.is_file():
        return pages.not_built()
    return headers.secured(FileResponse(index, media_type="text/html"), policy=headers.CONSOLE_POLICY)
