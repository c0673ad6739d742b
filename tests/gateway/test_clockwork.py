"""Time's own work is done once and on time, whoever else does it, and whatever happened meanwhile (CS-45..47, T-25)."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.clockwork import LONGEST_SECONDS, REST_SECONDS
from resolvers import ids, sla_aging
from tests.gateway.clocks import FLIPS, behind, rows
from tests.resolvers.desk import customer, do, entitlement
from tests.world import World, opened

MONDAY = datetime(2025, 6, 16, 9, tzinfo=UTC)
OPEN = {"idempotencyKey": "k", "title": "Cold", "supportKind": "PROBLEM_RESOLUTION", "customerId": customer("tostado")}
EVENTS = "select subject_id, count(*) from app.outbox_event where topic = 'clock' group by subject_id"
CLOCKS = """
select i.kpi, c.id, c.status, c.warning_time, c.failure_time, c.terminal_at, c.active_minutes
from app.sla_kpi_instance c join app.sla_item i on i.id = c.sla_item_id where c.incident_id = $1 order by i.kpi
"""


async def settle(world: World, at: datetime) -> None:
    """Let one worker do all that is due at a moment."""
    world.stand_at(at)
    while not await world.gateway.clockwork.turn():
        pass


async def gold_case(world: World) -> str:
    """A case of Monday nine o'clock: response by ten, solution by five with a warning at three (AE-71)."""
    given = {**OPEN, "entitlementId": entitlement("terms-gold")}
    made = await do(world, "rae", "createCase", given, at=MONDAY, answer="case { id }")
    return ids.of("Case", made["case"]["id"])


async def test_a_clock_warns_and_fails_at_its_own_moments(fresh_world: World) -> None:
    """CS-45, CS-47: in progress, nearing, non-compliant; dated with the moment that was promised, not with the look"""
    await settle(fresh_world, MONDAY)
    case = await gold_case(fresh_world)
    seen = []
    for hour, minute in [(9, 59), (10, 0), (14, 59), (15, 0), (16, 59), (17, 3)]:
        await settle(fresh_world, MONDAY.replace(hour=hour, minute=minute))
        seen.append([row["status"] for row in await rows(fresh_world.address, CLOCKS, case)])
    assert seen == [
        ["IN_PROGRESS", "IN_PROGRESS"],
        ["NONCOMPLIANT", "IN_PROGRESS"],
        ["NONCOMPLIANT", "IN_PROGRESS"],
        ["NONCOMPLIANT", "NEARING_NONCOMPLIANCE"],
        ["NONCOMPLIANT", "NEARING_NONCOMPLIANCE"],
        ["NONCOMPLIANT", "NONCOMPLIANT"],
    ]
    _, solution = await rows(fresh_world.address, CLOCKS, case)
    assert (solution["terminal_at"], solution["active_minutes"]) == (MONDAY.replace(hour=17), 480)


async def test_every_flip_is_written_down_and_told_once(fresh_world: World) -> None:
    """H-10: an audit entry and an event for each, in the flip's own transaction"""
    await settle(fresh_world, MONDAY)
    before = len(await rows(fresh_world.address, FLIPS))
    case = await gold_case(fresh_world)
    mine = [row["id"] for row in await rows(fresh_world.address, CLOCKS, case)]
    await settle(fresh_world, MONDAY.replace(hour=15))
    await settle(fresh_world, MONDAY.replace(hour=15))
    flips = [row for row in await rows(fresh_world.address, FLIPS) if row["subject_id"] in mine]
    assert sorted(row["action"] for row in flips) == ["FAIL_CLOCK", "WARN_CLOCK"]
    assert len(await rows(fresh_world.address, FLIPS)) >= before + 2
    told = {row["subject_id"]: row["count"] for row in await rows(fresh_world.address, EVENTS)}
    assert [told[id] for id in mine] == [2, 2]  # its start and its one flip
    assert await rows(fresh_world.address, _BROKEN_SEALS) == []


_RUN = "select id from app.sla_kpi_instance where status in ('IN_PROGRESS', 'NEARING_NONCOMPLIANCE')"

_BROKEN_SEALS = """
select id from (select id, tenant_id, previous_hash, lag(hash) over (partition by tenant_id order by id) as before
                from app.audit_entry) sealed
where previous_hash is distinct from before
"""


async def test_a_late_worker_catches_up_without_the_step_between(fresh_world: World) -> None:
    """After a stop over the week-end a clock that should have warned and failed is failed, once"""
    await settle(fresh_world, MONDAY)
    case = await gold_case(fresh_world)
    await settle(fresh_world, MONDAY + timedelta(days=3))
    assert [row["status"] for row in await rows(fresh_world.address, CLOCKS, case)] == ["NONCOMPLIANT"] * 2
    mine = [row["id"] for row in await rows(fresh_world.address, CLOCKS, case)]
    flips = [row["action"] for row in await rows(fresh_world.address, FLIPS) if row["subject_id"] in mine]
    assert flips == ["FAIL_CLOCK"] * 2


async def test_a_paused_clock_and_one_without_warning_are_left_alone(fresh_world: World) -> None:
    """AE-71, AE-75"""
    await settle(fresh_world, MONDAY)
    case = await gold_case(fresh_world)
    async with behind(fresh_world.address) as connection:
        await connection.execute(
            "update app.sla_kpi_instance set status = 'PAUSED', paused_on = $2 where incident_id = $1", case, MONDAY
        )
    await settle(fresh_world, MONDAY + timedelta(days=1))
    assert [row["status"] for row in await rows(fresh_world.address, CLOCKS, case)] == ["PAUSED"] * 2


async def test_what_readers_see_is_what_is_written_afterwards(fresh_world: World) -> None:
    """`status_at` is the truth between a moment and the write that follows it"""
    await settle(fresh_world, MONDAY)
    case = await gold_case(fresh_world)
    asked = "query ($id: ID!) { case(id: $id) { slaInstances { kpi status failureTime secondsToFailure } } }"
    given = {"id": ids.encode("Case", case)}
    at = MONDAY.replace(hour=15, minute=1)
    before = await fresh_world.data("mo", asked, given, at=at)
    await settle(fresh_world, at)
    assert await fresh_world.data("mo", asked, given, at=at) == before


async def test_many_workers_flip_each_clock_once(fresh_world: World, tmp_path: Path) -> None:
    """Several processes, one truth: SKIP LOCKED shares the work, and the condition is asked again under the lock"""
    await settle(fresh_world, MONDAY)
    for number in range(12):
        given = {**OPEN, "idempotencyKey": str(number)}
        await do(fresh_world, "rae", "createCase", given, at=MONDAY, answer="case { id }")
    due = await rows(fresh_world.address, _RUN)
    before = len(await rows(fresh_world.address, FLIPS))
    later = MONDAY + timedelta(days=60)
    async with opened(fresh_world.address, tmp_path / "other") as other:
        fresh_world.stand_at(later)
        other.stand_at(later)
        workers = [world.gateway.clockwork.turn() for world in (fresh_world, other) for _ in range(3)]
        await asyncio.gather(*workers)
    flips = await rows(fresh_world.address, FLIPS)
    assert len(flips) - before == len(due) >= 24
    assert len({row["subject_id"] for row in flips[before:]}) == len(due)


async def test_a_clock_that_a_command_holds_is_left_for_the_next_turn(fresh_world: World) -> None:
    await settle(fresh_world, MONDAY)
    case = await gold_case(fresh_world)
    late = MONDAY + timedelta(days=1)
    fresh_world.stand_at(late)
    async with behind(fresh_world.address) as connection:
        async with connection.transaction():
            await connection.fetch("select 1 from app.sla_kpi_instance where incident_id = $1 for update", case)
            await fresh_world.gateway.clockwork.turn()
            assert await fresh_world.gateway.clockwork.turn() == REST_SECONDS
        assert await fresh_world.gateway.clockwork.turn() == 0.0
    assert [row["status"] for row in await rows(fresh_world.address, CLOCKS, case)] == ["NONCOMPLIANT"] * 2


async def test_more_clocks_than_one_batch_are_all_done(fresh_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sla_aging, "BATCH", 3)
    await settle(fresh_world, MONDAY + timedelta(days=60))
    assert await rows(fresh_world.address, _RUN) == []
    assert await fresh_world.gateway.clockwork.turn() == LONGEST_SECONDS


@pytest.mark.parametrize("tenant", [None, "", "not-a-uuid"])
async def test_a_job_without_a_tenant_fails_before_its_first_query(fresh_world: World, tenant: Any) -> None:
    """T-25"""
    async with fresh_world.listening() as heard:
        with pytest.raises(ValueError, match=r"tenant|UUID"):
            async with fresh_world.gateway.house.doors.working(tenant):
                pass
    assert heard == []


async def test_the_house_at_work_sees_one_tenant_only(fresh_world: World) -> None:
    """T-25: as gw_app, inside its fence, every statement with its tenant"""
    found = await rows(fresh_world.address, "select tenant_id, count(*) from app.incident group by 1")
    counts = {str(row["tenant_id"]): row["count"] for row in found}
    assert len(counts) > 1
    for tenant, count in counts.items():
        async with fresh_world.gateway.house.doors.working(tenant) as change:
            (row,) = await change.run("select count(*), min(tenant_id::text) from app.incident")
            assert (row[0], row[1]) == (count, tenant)
