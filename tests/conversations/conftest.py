"""A world in which nothing moves but by what is said."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tenancy.embedded import Cluster
from tests.ground import copy
from tests.world import World, opened


@pytest.fixture
async def fresh_world(cluster: Cluster, world_template: str, worker_id: str, tmp_path: Path) -> AsyncIterator[World]:
    """Exports stay queued: one that is written meanwhile would be a change that nobody in the conversation made."""
    async with (
        copy(cluster, world_template, f"conversation_{worker_id}") as address,
        opened(address, tmp_path, export_workers=0) as found,
    ):
        yield found
