"""idle_world       a demo world of one's own whose application writes no exports by itself"""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from tenancy.embedded import Cluster
from tests.ground import copy
from tests.world import World, opened

_numbers = count(1)


@pytest.fixture
async def idle_world(cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path) -> AsyncIterator[World]:
    async with (
        copy(cluster, world_template, f"idle_{worker_id}_{next(_numbers)}") as address,
        opened(address, tmp_path / "idle", export_workers=0) as found,
    ):
        yield found
