"""A browser for the demo provider, without a network: one transport, and the steps of a code flow."""

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx2
from starlette.applications import Starlette

from gateway.demo.people import Person, people
from gateway.demo.provider import DemoProvider
from gateway.demo.provider_keys import KeyFile
from gateway.identity import Verifier

URL: Final = "http://127.0.0.1:8000"
CALLBACK: Final = f"{URL}/sign-in/callback"
PROOF: Final = "v" * 43
CHALLENGE: Final = urlsafe_b64encode(sha256(PROOF.encode()).digest()).rstrip(b"=").decode()
PEOPLE: Final[Mapping[str, Person]] = {person.key: person for person in people()}


_MADE: Final = TemporaryDirectory(prefix="demo-idp-keys")
_KEYS: Final = KeyFile(Path(_MADE.name))


def lay_keys(folder: Path) -> None:
    """Put keys where a provider will look for them: made once a run, as making them is the slow part."""
    _KEYS.read()
    copytree(_MADE.name, folder / "demo-idp")


class Idp:
    """The provider, a client that reaches it, and a verifier that trusts it; all on one clock."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_750_000_000.0
        self.folder = folder
        self.provider = self.build()
        self.app = Starlette(routes=self.provider.routes())
        self.http = self.caller("127.0.0.1")
        sources = {self.provider.issuer.issuer: self.provider.key_source}
        self.verifier = Verifier([self.provider.issuer], sources, lambda: self.now)

    def build(self) -> DemoProvider:
        return DemoProvider(people(), public_url=URL, data=self.folder, demo_mode=True, clock=lambda: self.now)

    def caller(self, address: str) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(app=self.app, client=(address, 50000))
        return httpx2.AsyncClient(transport=transport, base_url=f"{URL}/demo-idp")

    async def authorize(self, person: str | None, tenant: str = "common", **odd: Any) -> httpx2.Response:
        """POST the sign-in page (GET with person None); a value of None takes a parameter away."""
        query = {
            "response_type": "code",
            "client_id": self.provider.console_client,
            "redirect_uri": CALLBACK,
            "scope": self.provider.console_scope,
            "state": "s",
            "nonce": "n",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | odd
        params = {name: value for name, value in query.items() if value is not None}
        address = f"/{tenant}/oauth2/v2.0/authorize"
        if person is None:
            return await self.http.get(address, params=params)
        return await self.http.post(address, params=params, data={"person": person}, headers={"origin": URL})

    async def code(self, person: str, **odd: Any) -> str:
        return answered(await self.authorize(person, **odd))["code"]

    async def redeem(self, code: str, **odd: Any) -> httpx2.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": self.provider.console_client,
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": PROOF,
        } | odd
        return await self.token({name: value for name, value in form.items() if value is not None})

    async def token(self, form: Mapping[str, str], tenant: str = "common", auth: Any = None) -> httpx2.Response:
        return await self.http.post(f"/{tenant}/oauth2/v2.0/token", data=form, auth=auth)


def answered(response: httpx2.Response) -> dict[str, str]:
    """The parameters of a redirect back to the client."""
    assert response.status_code == 302, response.text
    address = urlsplit(response.headers["location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == CALLBACK
    return {name: values[0] for name, values in parse_qs(address.query).items()}
