"""Is the process alive, and should it get traffic."""

from pathlib import Path

from tenancy.selfcheck import REVISION
from tests.ground import Address
from tests.world import World, opened


async def test_a_living_process_says_so_to_anybody(world: World) -> None:
    answer = await world.client.get("/livez")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_a_ready_process_has_its_database_and_its_keys(world: World) -> None:
    answer = await world.client.get("/readyz")
    assert answer.status_code == 200
    told = answer.json()
    assert told.pop("keyAge") >= 0
    assert told.pop("pool") == {"size": 8, "lent": 0}
    assert told == {
        "status": "ready",
        "staying": True,
        "worker": {"number": 1, "of": 1},
        "database": True,
        "keys": True,
        "schema": True,
        "revision": REVISION,
        "degraded": False,
        "durable": True,
        "engine": "breadth-first",
    }


async def test_readiness_needs_no_connection_of_the_pool(world: World) -> None:
    """F-03: a pool that is all lent out is busy, not broken"""
    async with world.gateway.database.driver():
        lent = world.gateway.database.lent
        assert (await world.client.get("/readyz")).status_code == 200
        assert world.gateway.database.lent == lent


async def test_without_its_database_it_lives_and_is_not_ready(world_database: Address, tmp_path: Path) -> None:
    """F-01"""

    class Away(Address):
        @property
        def app(self) -> str:
            return "postgresql://gw_app@127.0.0.1:1/nothing"

    async with opened(Away(world_database.cluster, "nothing"), tmp_path) as world:
        assert (await world.client.get("/livez")).status_code == 200
        answer = await world.client.get("/readyz")
    assert (answer.status_code, answer.json()["status"], answer.json()["database"]) == (503, "not ready", False)
