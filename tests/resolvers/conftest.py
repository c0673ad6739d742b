"""A world with room for many at once."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from tenancy.embedded import Cluster
from tests.ground import copy
from tests.resolvers.crowd import ROOM
from tests.world import World, opened

_numbers = count(1)


@pytest.fixture
async def crowded(cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path) -> AsyncIterator[World]:
    """A copy of the demo world that as many connections work on as a crowd has hands."""
    async with (
        copy(cluster, world_template, f"crowd_{worker_id}_{next(_numbers)}") as address,
        opened(address, tmp_path, **ROOM) as found,
    ):
        yield found
