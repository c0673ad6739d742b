"""What the street hears while an issuer's keys are away (K-08, K-09)."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from gateway.identity import Issuer
from tests.gateway.identity.forge import API, CONSOLE, TEMPLATE, token
from tests.gateway.identity.test_key_endpoint import Moody, serving
from tests.ground import Address
from tests.world import opened

WHO = "{ viewer { name } }"


def _keys_at(url: str) -> dict[str, Any]:
    """Settings of a gateway that knows one issuer."""
    issuer = Issuer(issuer=TEMPLATE, audience=API, clients=frozenset({CONSOLE}), jwks_url=url)
    return {"demo": False, "issuers": (issuer,)}


def _bearer() -> dict[str, str]:
    """A good token that nobody has seen."""
    now = int(time.time())
    return {"authorization": f"Bearer {token(iat=now, nbf=now, exp=now + 600, uti=str(uuid4()))}"}


async def test_k_09_a_start_without_keys_asks_good_tokens_to_come_back(world_database: Address, tmp_path: Path) -> None:
    """503 and not 401: who has a good token must not be told that it is none."""
    async with (
        serving(Moody("error")) as moody,
        opened(world_database, tmp_path, **_keys_at(f"{moody.url}/keys")) as world,
    ):
        ready = await world.client.get("/readyz")
        assert (ready.status_code, ready.json()["keys"]) == (503, False)
        answer = await world.ask(None, WHO, headers=_bearer())
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (503, "UNAVAILABLE")
        assert int(answer.headers["retry-after"]) > 0


async def test_k_08_with_the_last_good_keys_it_is_ready_and_says_that_it_is_degraded(
    world_database: Address, tmp_path: Path
) -> None:
    async with serving(Moody()) as moody, opened(world_database, tmp_path, **_keys_at(f"{moody.url}/keys")) as world:
        assert (await world.ask(None, WHO, headers=_bearer())).status_code == 200
        moody.mood = "error"
        for _, ring in world.gateway.verifier._rings:
            assert not await ring.refresh()
        ready = await world.client.get("/readyz")
        assert (ready.status_code, ready.json()["keys"], ready.json()["degraded"]) == (200, True, True)
        assert (await world.ask(None, WHO, headers=_bearer())).status_code == 200
