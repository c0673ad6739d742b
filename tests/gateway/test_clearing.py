"""What is old leaves, and nobody who goes on after an event has a gap that it is not told of (D-04, 3.3)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gateway.demo import ids as names
from tenancy import clearing
from tenancy.clearing import clear
from tests.gateway.clocks import behind, rows
from tests.gateway.sockets.watching import CHANGES, retitle
from tests.resolvers.desk import case, do
from tests.world import NOON, World

WEEK = timedelta(days=7)
CONTOSO = names.of("contoso")
EVENTS = "select id, created_at from app.outbox_event where tenant_id = $1 order by id"
ADD = """
insert into app.outbox_event (tenant_id, topic, subject_id, payload, created_at)
select $1, 'nothing', $1, '{}', $2::timestamptz - age from unnest($3::interval[]) with ordinality as given(age, place)
order by place
"""
ALL_OLD = "update app.outbox_event set created_at = $1"


async def _ages(world: World, ages: list[timedelta]) -> list[int]:
    """Let this tenant have events of these ages, in this order, and no others; their ids."""
    async with behind(world.address) as connection:
        await connection.execute("delete from app.outbox_event where tenant_id = $1", CONTOSO)
        await connection.execute(ADD, CONTOSO, NOON, ages)
    return [row["id"] for row in await rows(world.address, EVENTS, CONTOSO)]


async def _cleared(world: World) -> list[int]:
    await clear(world.gateway.database, NOON, WEEK)
    return [row["id"] for row in await rows(world.address, EVENTS, CONTOSO)]


@pytest.mark.parametrize("batch", [1, 2, 1_000])
async def test_the_oldest_events_leave_and_no_gap_is_made(
    fresh_world: World, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    """An old event behind a young one stays: transactions that began earlier may be told later"""
    monkeypatch.setattr(clearing, "BATCH", batch)
    young, old = timedelta(days=6), timedelta(days=8)
    ids = await _ages(fresh_world, [old, old, old, young, old, young])
    assert await _cleared(fresh_world) == ids[3:]
    ids = await _ages(fresh_world, [old, old, old])
    assert await _cleared(fresh_world) == ids[2:]
    ids = await _ages(fresh_world, [young, old])
    assert await _cleared(fresh_world) == ids


async def test_who_goes_on_after_what_was_removed_is_told_to_read_again(fresh_world: World) -> None:
    """And who comes back after the last event that there is has missed nothing"""
    before = (await fresh_world.data("mo", "{ latestEventId }"))["latestEventId"]
    await retitle(fresh_world, "K1", "Once")
    last = (await fresh_world.data("mo", "{ latestEventId }"))["latestEventId"]
    async with behind(fresh_world.address) as connection:
        await connection.execute(ALL_OLD, NOON - timedelta(days=8))
    await clear(fresh_world.gateway.database, NOON, WEEK)
    assert await _refusal(fresh_world, "mo", before) == {
        "code": "BAD_USER_INPUT",
        "field": "after",
        "rule": "D-04",
        "details": {"resync": True},
    }
    await retitle(fresh_world, "K1", "Again")
    _, told = await fresh_world.heard("mo", CHANGES, {"id": case("K1"), "after": last})
    assert [each["data"]["caseChanged"]["case"]["title"] for each in told] == ["Again"]


async def _refusal(world: World, viewer: str, after: str, **more: Any) -> Any:
    _, told = await world.heard(viewer, CHANGES, {"id": case("K1"), "after": after}, **more)
    return told[0]["errors"][0]["extensions"]


async def test_a_place_before_the_first_event_is_good_for_as_long_as_events_are_kept(fresh_world: World) -> None:
    await _ages(fresh_world, [])
    first = (await fresh_world.data("mo", "{ latestEventId }"))["latestEventId"]
    await retitle(fresh_world, "K1", "First")
    for days, good in ((7, True), (8, False)):
        at = NOON + timedelta(days=days)
        if good:
            _, told = await fresh_world.heard("mo", CHANGES, {"id": case("K1"), "after": first}, at=at)
            assert told[0]["data"]["caseChanged"]["case"] == {"title": "First"}
        else:
            assert (await _refusal(fresh_world, "mo", first, at=at))["details"] == {"resync": True}


async def test_keys_are_kept_for_a_day(fresh_world: World) -> None:
    given = {"idempotencyKey": "once", "caseId": case("K1"), "recordType": "NOTE", "subject": "Said"}
    entries = "select count(*) from app.timeline_entry where subject = 'Said'"
    for hours, there in ((0, 1), (23, 1), (25, 2)):
        at = NOON + timedelta(hours=hours)
        await clear(fresh_world.gateway.database, at, WEEK)
        done = await do(fresh_world, "mo", "addTimelineEntry", given, answer="planned", at=at)
        assert done["userErrors"] == []
        assert (await rows(fresh_world.address, entries))[0][0] == there


async def test_the_process_clears_by_itself_and_alone(fresh_world: World) -> None:
    """Two at once are one: the other one leaves the work to the first"""
    ids = await _ages(fresh_world, [timedelta(days=8)] * 3)
    fresh_world.stand_at(NOON)
    async with behind(fresh_world.address) as connection, connection.transaction():
        await connection.execute(clearing._ALONE)
        assert await _cleared(fresh_world) == ids
    async with fresh_world.gateway.clearing.running(), asyncio.timeout(20):
        while len(await rows(fresh_world.address, EVENTS, CONTOSO)) > 1:  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.05)
