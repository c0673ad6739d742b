"""Before personal accounts are kept out, one can see who listens: at whichever process, and nobody who left (A-03)."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg

from tests.gateway.sockets.watching import CHANGES, FIGURES, did
from tests.live import Live, listening
from tests.talk import identified
from tests.world import NOON

W1 = identified("Workspace", "fabrikam/W1")
K1 = identified("Case", "fabrikam/K1")
PLAN = """
mutation ($input: SetPersonalAccountsInput!) {
  setPersonalAccounts(input: $input, plan: true) {
    cutOff { subscriptions { totalCount nodes { watched begunAt user { displayName } } } }
  }
}
"""
PABLO = [("Pablo Pinto", "CASE", NOON.isoformat())]
LATE = 20.0


async def _listed(live: Live) -> list[Any]:
    planned = await live.data("fred", PLAN, {"input": {"workspaceId": W1, "allowed": False}})
    found = planned["setPersonalAccounts"]["cutOff"]["subscriptions"]
    assert found["totalCount"] == len(found["nodes"])
    return [(node["user"]["displayName"], node["watched"], node["begunAt"]) for node in found["nodes"]]


async def _until(live: Live, expected: list[Any]) -> None:
    """The roll runs a second behind."""
    async with asyncio.timeout(LATE):
        while (found := await _listed(live)) != expected:  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.2)
    assert found == expected


async def _shared(live: Live) -> None:
    """K1 is opened to pablo, who has a personal account, and to finn, who has not."""
    for name in ("pablo", "finn"):
        share = {"idempotencyKey": name, "caseId": K1, "userId": identified("User", name)}
        await did(live, "fran", "shareCase", share)


async def test_a_03_the_plan_lists_who_listens_at_any_process(live_world: Live, tmp_path: Path) -> None:
    await _shared(live_world)
    async with (
        listening(live_world.address, tmp_path / "second") as other,
        live_world.talking("pablo") as personal,
        live_world.talking("finn") as work,
    ):
        for client in (personal, work):
            await client.subscribe("1", CHANGES, {"id": K1})
        await _until(other, PABLO)
        await personal.say("complete", id="1")
        await _until(other, [])


async def test_a_03_a_process_that_died_leaves_nobody_on_the_list(live_world: Live) -> None:
    """Its rows are still there when another asks, and tell nothing once it was silent for a minute."""
    await _shared(live_world)
    async with live_world.talking("pablo") as client:
        await client.subscribe("1", CHANGES, {"id": K1})
        await _until(live_world, PABLO)
        past = await asyncpg.connect(live_world.address.owner)
        try:
            await past.execute("update app.live_subscription set seen_at = now() - interval '61 seconds'")
            assert await _listed(live_world) == []
        finally:
            await past.close()


async def test_a_03_a_list_that_a_crash_emptied_is_written_again(live_world: Live) -> None:
    await _shared(live_world)
    async with live_world.talking("pablo") as client:
        await client.subscribe("1", CHANGES, {"id": K1})
        await _until(live_world, PABLO)
        past = await asyncpg.connect(live_world.address.owner)
        try:
            await past.execute("truncate app.live_subscription")
        finally:
            await past.close()
        live_world.gateway.relay._roll._spoke_at = 0.0
        await _until(live_world, PABLO)


async def test_figures_of_several_workspaces_are_listed_in_each(live_world: Live) -> None:
    """A subscription that tells of several workspaces is cut off with any of them."""
    async with live_world.talking("cam") as client:
        both = [identified("Workspace", f"contoso/{name}") for name in ("W1", "W2")]
        await client.subscribe("1", FIGURES, {"w": both})
        past = await asyncpg.connect(live_world.address.owner)
        try:
            async with asyncio.timeout(LATE):
                while await past.fetchval("select count(*) from app.live_subscription") != len(both):  # noqa: ASYNC110  nobody tells a test
                    await asyncio.sleep(0.2)
        finally:
            await past.close()
        assert len(live_world.gateway.relay._roll._written) == len(both)
