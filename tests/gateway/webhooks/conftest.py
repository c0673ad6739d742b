"""place       the addresses of a demo world of one's own
hooks_world  that world behind an application that may call loopback
receiver     a receiver on loopback"""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from tenancy.embedded import Cluster
from tests.gateway.webhooks.hooks import calling
from tests.gateway.webhooks.receiver import Receiver, receiving
from tests.ground import Address, copy
from tests.world import World

_numbers = count(1)


@pytest.fixture
async def place(cluster: Cluster, world_template: str, worker_id: str) -> AsyncIterator[Address]:
    async with copy(cluster, world_template, f"hooks_{worker_id}_{next(_numbers)}") as address:
        yield address


@pytest.fixture
async def hooks_world(place: Address, tmp_path: Path) -> AsyncIterator[World]:
    async with calling(place, tmp_path / "hooks") as found:
        yield found


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found
