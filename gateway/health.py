"""/livez and /readyz: is the process alive, and should it get traffic. Neither needs a connection of the pool."""

import asyncio
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.identity import Verifier
from gateway.settings import Settings
from tenancy.database import Database
from tenancy.errors import Unavailable
from tenancy.selfcheck import REVISION, revision

_PATIENCE = 2.0
"""Seconds after which a database that does not answer counts as away (F-03)."""


@dataclass
class Health:
    """`durable` False: the server's settings could lose an acknowledged write in a crash (D-03)."""

    database: Database
    verifier: Verifier
    durable: bool
    settings: Settings
    number: int = 1
    leaving: bool = False
    """The process was told to stop: it still answers, but nothing new should come."""

    def routes(self) -> list[Route]:
        return [Route("/livez", self._live, methods=["GET"]), Route("/readyz", self._ready, methods=["GET"])]

    async def _live(self, _: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def _ready(self, _: Request) -> Response:
        """200 when database and keys are there; 503 with what is missing otherwise."""
        keys, found = self.verifier.health, await self._revision()
        told = {
            "staying": not self.leaving,
            "database": found is not None,
            "keys": keys.ready,
            "schema": found == REVISION,
        }
        body = {
            "status": "ready" if all(told.values()) else "not ready",
            **told,
            "degraded": keys.degraded,
            "durable": self.durable,
            "engine": self.settings.engine,
            "worker": {"number": self.number, "of": self.settings.workers},
            "revision": found,
            "pool": {"size": self.settings.pool_size, "lent": self.database.lent},
            "keyAge": None if keys.age is None else int(keys.age),
        }
        return JSONResponse(body, 200 if all(told.values()) else 503)

    async def _revision(self) -> str | None:
        """The revision of the schema, asked on a connection of its own; None when the database is away."""
        try:
            async with asyncio.timeout(_PATIENCE):
                probe = await self.database.listener()
                try:
                    return await revision(probe) or "none"
                finally:
                    await probe.close()
        except (Unavailable, TimeoutError):
            return None
