"""A right that was taken away is gone with the next request, also under load (H-8, D-3, A-03, A-09, K-23, T-16).

How long that takes at two servers over real HTTP is measured by `make revocation`.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from tests.revoking.forms import FORMS, Form
from tests.world import World

ROUNDS = 5
READERS = ("maya", "cy", "di", "rae")


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


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
async def test_k_23_what_is_taken_away_is_gone_with_the_next_request(fresh_world: World, form: Form) -> None:
    """K-23: every round seen while it is given, refused by the first request after the answer to the taking."""

    async def ask(
        viewer: str, query: str, variables: Mapping[str, Any] | None = None, tenant: str | None = None
    ) -> dict[str, Any]:
        headers = {"x-tenant": tenant} if tenant else {}
        body: dict[str, Any] = (await fresh_world.ask(viewer, query, variables, headers=headers)).json()
        return body

    took: list[float] = []
    async with load(fresh_world):
        for number in range(ROUNDS):
            id = await form.give(ask, f"key-{number}")
            assert await form.seen(ask)
            await form.take(ask, f"key-{number}", id)
            begun = time.perf_counter()
            assert not await form.seen(ask)
            took.append(time.perf_counter() - begun)
    assert min(took) < 1  # `make revocation` measures; here the machine is busy with other tests
