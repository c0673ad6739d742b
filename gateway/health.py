"""/livez and /readyz: is the process alive, and should it get traffic. Neither needs a connection of the pool."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.identity import Verifier
from tenancy.database import Database
from tenancy.errors import Unavailable


@dataclass
class Health:
    """`durable` False: the server's settings could lose an acknowledged write in a crash (D-03)."""

    database: Database
    verifier: Verifier
    durable: bool
    engine: str

    def routes(self) -> list[Route]:
        return [Route("/livez", self._live, methods=["GET"]), Route("/readyz", self._ready, methods=["GET"])]

    async def _live(self, _: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def _ready(self, _: Request) -> Response:
        """200 when database and keys are there; 503 with what is missing otherwise."""
        keys = self.verifier.health
        told = {"database": await self._database(), "keys": keys.ready}
        body = {
            "status": "ready" if all(told.values()) else "not ready",
            **told,
            "degraded": keys.degraded,
            "durable": self.durable,
            "engine": self.engine,
        }
        return JSONResponse(body, 200 if all(told.values()) else 503)

    async def _database(self) -> bool:
        try:
            probe = await self.database.listener()
        except Unavailable:
            return False
        await probe.close()
        return True
