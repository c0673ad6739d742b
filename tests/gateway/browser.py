"""A browser, the gateway's sign-in pages and the demo provider, all in one process without a network."""

import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.demo.people import people
from gateway.demo.provider import DemoProvider
from gateway.identity import Verifier
from gateway.login import SignIn
from gateway.login_client import Login, LoginClient
from gateway.sessions import Sessions
from tenancy.errors import Refusal
from tenancy.identity import Identity
from tests.gateway.demo.idp import lay_keys
from tests.gateway.memory import MemoryRecords

URL: Final = "http://127.0.0.1:8000"
OURS: Final = {"origin": URL, "x-gw-csrf": "1"}


class House:
    """The gateway's edge as far as signing in goes; `/graphql` answers with who was recognised."""

    def __init__(self, folder: Path, origin: str = URL, **login: Any) -> None:
        self.ahead = 0.0
        lay_keys(folder)
        self.provider = DemoProvider(people(), public_url=URL, data=folder, demo_mode=True, clock=self.clock)
        sources = {self.provider.issuer.issuer: self.provider.key_source}
        self.verifier = Verifier([self.provider.issuer], sources, self.clock)
        usual: dict[str, Any] = {
            "origin": origin,
            "issuer": self.provider.issuer,
            "discovery_url": self.provider.discovery_url,
            "client_id": self.provider.console_client,
            "scope": self.provider.console_scope,
        }
        self.away = False
        settings = Login(**(usual | login))
        self.client = LoginClient(settings, httpx2.ASGITransport(app=self._provider_app))
        self.records = MemoryRecords(self.clock)
        self.sessions = Sessions(self.records, self.verifier, self.client.renew, origin, self.clock)
        self.attempts = MemoryRecords(self.clock)
        sign_in = SignIn(
            settings,
            self.client,
            self.sessions,
            self.attempts,
            administrator=self.administrator,
            person=lambda identity: getattr(self.provider.person(identity), "key", None),
            clock=self.clock,
        )
        own = [Route("/graphql", self.graphql, methods=["POST"]), *sign_in.routes()]
        self.app = Starlette(routes=[*own, *self.provider.routes()])
        self.provider_app = Starlette(routes=self.provider.routes())

    def clock(self) -> float:
        return time.time() + self.ahead

    def browser(self, url: str = URL) -> httpx2.AsyncClient:
        """A fresh one, without cookies; it follows no redirect by itself."""
        return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=self.app), base_url=url)

    async def administrator(self, identity: Identity) -> bool:
        return identity.display_name == "Gil Grant"

    async def graphql(self, request: Request) -> Response:
        try:
            identity = await self.sessions.identity(request)
        except Refusal as refusal:
            return JSONResponse({"code": refusal.code}, 403)
        return JSONResponse({"oid": identity.oid if identity else None})

    async def _provider_app(self, scope: Any, receive: Any, send: Any) -> None:
        if self.away:
            raise httpx2.ConnectError("away")
        await self.provider_app(scope, receive, send)


async def choose(browser: httpx2.AsyncClient, person: str, asked: dict[str, str] | None = None) -> str:
    """Begin to sign in, choose a person, and give the address that the provider sends the browser back to."""
    begun = await browser.get("/sign-in", params=asked)
    assert begun.status_code == 302, begun.text
    chosen = await browser.post(begun.headers["location"], data={"person": person}, headers={"origin": URL})
    return str(chosen.headers["location"])


async def sign_in(browser: httpx2.AsyncClient, person: str = "gil") -> httpx2.Response:
    """All the way; the browser holds the session's cookie afterwards."""
    return await browser.get(await choose(browser, person))


def parameters(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
