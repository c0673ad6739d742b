"""No gap and nothing twice: whoever goes on after its last event, at any process, hears each event once (D-04)."""

import asyncio
import random
from pathlib import Path
from typing import Any

from tests.gateway.sockets.watching import ENTRIES, did
from tests.live import Live, listening
from tests.resolvers.desk import case

NOTES = 40


async def _write(live: Live, writer: int) -> None:
    """Notes on the same case, each in a transaction of its own, from several hands at once."""
    for number in range(NOTES // 4):
        note = {"idempotencyKey": f"{writer}-{number}", "caseId": case("K1"), "recordType": "NOTE"}
        await did(live, "mo", "addTimelineEntry", {**note, "subject": f"{writer}-{number}"})


async def _listen(places: list[Live], after: str, heard: list[str]) -> None:
    """Hear all notes, now at one process and now at another, leaving each after a few."""
    chance = random.Random(1)
    while len(heard) < NOTES:
        async with places[len(heard) % 2].talking("mo") as client:
            await client.subscribe("1", ENTRIES, {"id": case("K1"), "after": after})
            for _ in range(min(chance.randint(1, 7), NOTES - len(heard))):
                told: Any = (await client.data(30))["timelineAdded"]
                after = told["eventId"]
                heard.append(told["entry"]["subject"])


async def test_d_04_each_event_is_heard_once_by_who_comes_back_at_two_processes(
    live_world: Live, tmp_path: Path
) -> None:
    after = (await live_world.data("mo", "{ latestEventId }"))["latestEventId"]
    async with listening(live_world.address, tmp_path / "second") as other:
        heard: list[str] = []
        async with asyncio.TaskGroup() as group:
            group.create_task(_listen([live_world, other], after, heard))
            for writer in range(4):
                group.create_task(_write(live_world if writer % 2 else other, writer))
    assert len(heard) == len(set(heard)) == NOTES
