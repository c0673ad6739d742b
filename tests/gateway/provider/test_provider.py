"""A certified OpenID provider that we did not write (npm: oidc-provider), on this machine, over real HTTP.

Discovery, keys and their rotation, mapped claims, a browser's sign-in with a proof key, and a program's token: the
other end is the provider's own code, so a misreading that the demo provider shares with us would show here.
"""

import asyncio
import contextlib
import json
import re
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
import pytest

from gateway.demo.people import person
from gateway.identity import Issuer, Verifier
from gateway.identity.issuers import ClaimNames
from tenancy.errors import Unauthenticated
from tests.gateway.browser import OURS
from tests.gateway.test_process import free_port
from tests.ground import Address
from tests.world import URL, World, opened

HERE: Final = Path(__file__).parent
AUDIENCE: Final = "support-gateway"
SECRET: Final = "a secret of the tests, long enough"
APPLICATIONS: Final = ("robot", "reader", "unlisted")
PATIENCE: Final = 60.0

pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (HERE / "node_modules" / "oidc-provider").is_dir(),
    reason="no Node.js, or its packages are not installed: `make test` does that where there is npm",
)


class Outside:
    """The provider's process, and how this gateway is told of it."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self._process, self.url = process, f"http://127.0.0.1:{port}"
        self.discovery = f"{self.url}/.well-known/openid-configuration"
        self.issuer = Issuer(
            issuer=self.url,
            audience=AUDIENCE,
            clients=frozenset({"portal", "robot", "reader"}),
            discovery_url=self.discovery,
            claims=ClaimNames(
                tenant_claim="organisation",
                tenants=frozenset({person("gil").tid, person("robot").tid}),
                oid_claim="object_id",
                client_claim="client_id",
            ),
        )

    async def say(self, word: str) -> None:
        """Tell it to do something, and wait until it is done."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{word}\n".encode())
        await self.hear(word)

    async def hear(self, word: str) -> None:
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            while line := await self._process.stdout.readline():
                if line.decode().strip() == word:
                    return
        raise AssertionError("the provider has ended")

    async def token(self, program: str) -> str:
        """An application's access token: client credentials."""
        async with httpx2.AsyncClient(trust_env=False) as client:
            form = {"grant_type": "client_credentials", "scope": "access_as_user"}
            answer = await client.post(f"{self.url}/token", data=form, auth=(program, SECRET), timeout=PATIENCE)
        return str(answer.json()["access_token"])


def _claims(key: str) -> dict[str, str]:
    someone = person(key)
    return {"organisation": someone.tid, "object_id": someone.oid, "name": someone.name, "email": someone.email}


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    port = free_port()
    told = {
        "port": port,
        "audience": AUDIENCE,
        "redirect": f"{URL}/sign-in/callback",
        "people": {key: _claims(key) for key in ("gil", "zoe")} | {"alien": _claims("gil") | {"organisation": "x"}},
        "applications": {key: _claims("robot" if key == "unlisted" else key) for key in APPLICATIONS},
    }
    process = await asyncio.create_subprocess_exec(
        "node",
        str(HERE / "provider.mjs"),
        json.dumps(told),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,  # it warns that its sign-in page is for development
    )
    found = Outside(process, port)
    try:
        await found.hear("ready")
        yield found
    finally:
        process.kill()
        await process.communicate()


@contextlib.asynccontextmanager
async def _gateway(outside: Outside, address: Address, folder: Path) -> AsyncIterator[World]:
    """The gateway of production with this provider and no other, on the rows of the demo world."""
    known: dict[str, Any] = {
        "demo": False,
        "issuers": (outside.issuer,),
        "sign_in_discovery": outside.discovery,
        "sign_in_client": "portal",
        "sign_in_scope": "access_as_user",
    }
    async with opened(address, folder, **known) as world:
        yield world


@pytest.fixture
async def gateway(outside: Outside, world_database: Address, tmp_path: Path) -> AsyncIterator[World]:
    async with _gateway(outside, world_database, tmp_path) as world:
        yield world


async def _choose(world: World, key: str) -> str:
    """A browser begins to sign in, signs in and agrees at the provider; where the provider sends it back to."""
    begun = await world.client.get("/sign-in")
    assert begun.status_code == 302, begun.text
    place = begun.headers["location"]
    async with httpx2.AsyncClient(trust_env=False, timeout=PATIENCE) as browser:
        for _ in range(12):
            page = await browser.get(place)
            if page.status_code == 200:
                prompt = re.search(r'name="prompt" value="(\w+)"', page.text)
                action = re.search(r'action="([^"]+)"', page.text)
                assert prompt, page.text
                assert action, page.text
                form = {"prompt": prompt[1], "login": key, "password": "any"}
                page = await browser.post(urljoin(place, action[1]), data=form)
            place = urljoin(place, page.headers["location"])
            if place.startswith(f"{URL}/sign-in/callback"):
                return place
    raise AssertionError(f"it never came back: {place}")


async def test_a_person_signs_in_and_is_who_the_tables_say(outside: Outside, gateway: World) -> None:
    """K-27: code, proof key, nonce and the answerer's name; then a console session that reads and signs out."""
    place = await _choose(gateway, "gil")
    assert parse_qs(urlsplit(place).query)["iss"] == [outside.url]
    done = await gateway.client.get(place)
    assert (done.status_code, done.headers.get("location")) == (303, "/console"), done.text
    told = (await gateway.client.get("/session")).json()
    assert (told["name"], told["accountType"], told["administrator"]) == ("Gil Grant", "WORK_SCHOOL", True)
    asked = {"query": "{ viewer { name accountType } }"}
    answer = await gateway.client.post("/graphql", json=asked, headers=OURS)
    assert answer.json() == {"data": {"viewer": {"name": "Gil Grant", "accountType": "WORK_SCHOOL"}}}
    again = await gateway.client.get(place)
    assert again.status_code == 400
    assert (await gateway.client.post("/sign-out", headers=OURS)).status_code == 204
    assert (await gateway.client.get("/session")).status_code == 401


async def test_somebody_of_an_organisation_that_it_may_not_speak_for_is_nobody(gateway: World) -> None:
    done = await gateway.client.get(await _choose(gateway, "alien"))
    assert done.status_code == 400
    assert (await gateway.client.get("/session")).status_code == 401


async def test_a_client_that_is_not_on_the_list_is_refused(outside: Outside, gateway: World) -> None:
    """With the truest of tokens."""
    headers = {"authorization": f"Bearer {await outside.token('unlisted')}"}
    answer = await gateway.ask(None, "{ viewer { name } }", headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


async def test_k_19_a_programs_token_opens_nothing_without_a_grant(outside: Outside, gateway: World) -> None:
    """K-19, D-30: and with one what was granted, no case."""
    insights = "{ portfolioInsights(groupBy: SERVICE) { total { licensesSold } } }"
    robot = {"authorization": f"Bearer {await outside.token('robot')}"}
    refused = await gateway.ask(None, insights, headers=robot)
    assert (refused.status_code, refused.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    reader = {"authorization": f"Bearer {await outside.token('reader')}"}
    assert "errors" not in (await gateway.ask(None, insights, headers=reader)).json()
    cases = await gateway.ask(None, "{ cases(view: ALL) { totalCount } }", headers=reader)
    assert cases.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_k_07_a_key_is_good_from_its_publication_until_it_is_withdrawn(outside: Outside) -> None:
    """K-05, K-07: one fetch finds the new key; the old one goes with the next hourly fetch."""
    ahead = 0.0
    verifier = Verifier([outside.issuer], clock=lambda: time.time() + ahead)

    async def known(token: str) -> str:
        return (await verifier.verify([f"Bearer {token}".encode()])).oid

    old = await outside.token("reader")
    assert await known(old) == person("reader").oid
    await outside.say("publish")
    new = await outside.token("reader")
    assert await known(new) == person("reader").oid
    assert await known(old) == person("reader").oid
    await outside.say("withdraw")
    ahead = 400.0
    for _, ring in verifier._rings:
        assert await ring.refresh()
    assert await known(new) == person("reader").oid
    with pytest.raises(Unauthenticated):
        await known(old)
