"""An event loop that stands still is seen, counted and told of (R7)."""

import asyncio
import time
from pathlib import Path

from gateway.lateness import STALL, Lateness
from tests.gateway.test_operations import Reader
from tests.ground import Address
from tests.world import opened


async def test_r7_who_keeps_everybody_waiting_is_named(world_database: Address, tmp_path: Path) -> None:
    reader = Reader()
    async with opened(world_database, tmp_path, log_operations="all") as world:
        world.gateway.logbook._target = reader.into
        await world.ask("rae", "query Known { viewer { name } }")
        with world.gateway.operations.watched() as entry:
            entry.document = "0123456789abcdef"
            await asyncio.sleep(0.05)
            time.sleep(0.3)  # noqa: ASYNC251  this is the stall
            await asyncio.sleep(0.05)
        metrics = (await world.client.get("/metrics")).text
        assert 0.2 < world.gateway.parts.lateness.lately == world.gateway.parts.lateness.longest < 5
        await asyncio.sleep(0.3)
    beyond, total = (
        float(line.rsplit(" ", 1)[1])
        for bound in (f'{{le="{STALL}"}}', '{le="+Inf"}')
        for line in metrics.splitlines()
        if line.startswith(f"gateway_loop_late_seconds_bucket{bound}")
    )
    assert total - beyond >= 1
    stalls = [line for line in reader.lines() if line["event"] == "stall"]
    assert {"0123456789abcdef"} in [set(line["documents"]) for line in stalls]
    assert all(line["milliseconds"] > STALL * 1000 for line in stalls)
    assert min(line["worked"] for line in stalls) < 200, "who sleeps does not work"


async def test_what_was_long_ago_is_not_lately(world_database: Address, tmp_path: Path) -> None:
    now = 1_000.0
    async with opened(world_database, tmp_path) as world:
        lateness = Lateness(world.gateway.operations, lambda: now)
        lateness.note(0.5, 0.4)
        for later, lately in ((30, 0.5), (59, 0.5), (61, 0.5), (119, 0.5), (181, 0.0)):
            now = 1_000.0 + later
            assert lateness.lately == lately, later
        assert lateness.longest == 0.5
