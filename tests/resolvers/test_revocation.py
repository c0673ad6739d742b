"""A right that was taken away is gone with the next request, also under load (H-8, D-3, A-03, A-09, T-16)."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from gateway.demo import ids as names
from resolvers import ids
from tests.world import World

W1 = ids.encode("Workspace", names.of("contoso/W1"))
K20 = ids.encode("Case", names.of("contoso/K20"))
ROUNDS = 15
READERS = ("maya", "cy", "di", "rae")

ACCOUNTS = """mutation ($allowed: Boolean!) {
  setPersonalAccounts(input: {workspaceId: "%s", allowed: $allowed}) { userErrors { code } }
}"""
SHARE = """mutation ($key: String!) {
  shareCase(input: {idempotencyKey: $key, caseId: "%s", userId: "%s"}) { userErrors { code } }
}"""
UNSHARE = """mutation { unshareCase(input: {caseId: "%s", userId: "%s"}) { userErrors { code } } }"""
ROLE = """mutation ($key: String!) {
  grantRole(input: {idempotencyKey: $key, userId: "%s", role: VIEW_ALL_SUPPORT_REQUESTS, workspaceId: "%s"}) {
    userErrors { code }
  }
}"""
UNROLE = """mutation {
  revokeRole(input: {userId: "%s", role: VIEW_ALL_SUPPORT_REQUESTS, workspaceId: "%s"}) { userErrors { code } }
}"""

Act = Callable[[World, str], Awaitable[Any]]


@contextlib.asynccontextmanager
async def load(world: World) -> AsyncIterator[None]:
    """People who read without a pause meanwhile."""

    async def read(viewer: str) -> None:
        while True:
            await world.ask(viewer, "{ cases(view: ALL, first: 25) { nodes { title owner { displayName } } } }")

    readers = [asyncio.create_task(read(viewer)) for viewer in READERS]
    try:
        yield
    finally:
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)


def _person(key: str) -> str:
    return ids.encode("User", names.user(key))


async def _let_in(world: World, key: str) -> None:
    await world.data("gil", ACCOUNTS % W1, {"allowed": True})


async def _keep_out(world: World, key: str) -> None:
    await world.data("gil", ACCOUNTS % W1, {"allowed": False})


async def _share(world: World, key: str) -> None:
    await world.data("maya", SHARE % (K20, _person("ed")), {"key": key})


async def _unshare(world: World, key: str) -> None:
    await world.data("maya", UNSHARE % (K20, _person("ed")))


async def _grant(world: World, key: str) -> None:
    await world.data("maya", ROLE % (_person("ed"), W1), {"key": key})


async def _revoke(world: World, key: str) -> None:
    await world.data("maya", UNROLE % (_person("ed"), W1))


@pytest.mark.parametrize(
    ("give", "take", "viewer", "sight"),
    [
        (_let_in, _keep_out, "pat", f'{{ workspace(id: "{W1}") {{ name }} }}'),
        (_share, _unshare, "ed", f'{{ case(id: "{K20}") {{ title }} }}'),
        (_grant, _revoke, "ed", f'{{ case(id: "{K20}") {{ title }} }}'),
    ],
    ids=["account rule", "share", "role"],
)
async def test_what_is_taken_away_is_gone_with_the_next_request(
    fresh_world: World, give: Act, take: Act, viewer: str, sight: str
) -> None:
    """Every round: seen while it is given, refused by the first request after the answer to the taking."""
    took: list[float] = []
    async with load(fresh_world):
        for number in range(ROUNDS):
            await give(fresh_world, f"key-{number}")
            assert "errors" not in (await fresh_world.ask(viewer, sight)).json()
            await take(fresh_world, f"key-{number}")
            begun = time.perf_counter()
            assert "errors" in (await fresh_world.ask(viewer, sight)).json()
            took.append(time.perf_counter() - begun)
    assert max(took) < 1
