"""`GET /exports/{id}`: a finished file, for its starter alone, as long as the rights last that it was made with.

The link opens nothing by itself: it names a job and the organisation, who asks is told by the request (E-03, E-09).
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from gateway.exports.folder import Folder
from gateway.exports.sending import Watched, found, proof, refused
from resolvers import ids
from resolvers.context import Context, House
from resolvers.exports.jobs import Ready, ready
from tenancy.errors import NotFound, Refusal
from tenancy.identity import Identity

Authenticate = Callable[[Request], Awaitable[Identity]]


class Downloads:
    """Sends what the runner has written."""

    def __init__(self, house: House, folder: Folder, authenticate: Authenticate) -> None:
        self._house, self._folder, self._authenticate = house, folder, authenticate

    def routes(self) -> list[BaseRoute]:
        return [Route("/exports/{id}", self.__call__, methods=["GET"])]

    async def __call__(self, request: Request) -> Response:
        try:
            identity = await self._authenticate(request)
            asked = _Asked(self._house, identity, request)
            file = await asked.ready()
            path = self._folder.file(file.file_name)
            if path is None:
                raise NotFound()
        except Refusal as refusal:
            return refused(refusal)
        manifest = file.manifest
        at = datetime.fromisoformat(manifest["snapshot_at"])
        neutralised = sum(manifest["neutralised"].values())
        headers = proof(bytes.fromhex(manifest["sha256"]), manifest["rows"], at, neutralised)
        return Watched(found(request, path, headers, file.name), asked.still)


class _Asked:
    """One request for one file: asked once before it is sent, and again while it is."""

    def __init__(self, house: House, identity: Identity, request: Request) -> None:
        self._house, self._identity = house, identity
        self._id = ids.of("ExportJob", request.path_params["id"])
        wanted = request.headers.get("x-tenant") or request.query_params.get("tenant")
        self._tenant = ids.of("Tenant", wanted) if wanted else None

    async def ready(self) -> Ready:
        async with self._house.doors.reading(self._identity, self._tenant) as scope:
            return await ready(Context.over(self._house, scope), self._id)

    async def still(self) -> bool:
        try:
            await self.ready()
        except Refusal:
            return False
        return True
