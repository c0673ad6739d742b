"""Time's own work in real time: at most a second late, idle when nothing is due, and never lost (CS-45..47, F-03)."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.clockwork import Clockwork
from tenancy.clock import Clock
from tenancy.errors import Unavailable
from tests.gateway.clocks import FLIPS, behind, rows
from tests.gateway.test_process import serving
from tests.ground import Address
from tests.world import World


async def _soon(address: Address, first: float, then: float) -> str:
    """Make one clock of the world fall due in so many real seconds, all others never; its id."""
    async with behind(address) as connection:
        now = datetime.now(UTC)
        await connection.execute("update app.sla_kpi_instance set failure_time = $1, warning_time = null", _never(now))
        id = await connection.fetchval("select id from app.sla_kpi_instance where status = 'IN_PROGRESS' limit 1")
        await connection.execute(
            "update app.sla_kpi_instance set applicable_from = $2, warning_time = $3, failure_time = $4 where id = $1",
            id,
            now,
            now + timedelta(seconds=first),
            now + timedelta(seconds=then),
        )
        await connection.execute("select pg_notify('outbox', '')")
        return str(id)


def _never(now: datetime) -> datetime:
    return now + timedelta(days=1000)


async def _lateness(address: Address, id: str) -> dict[str, float]:
    """Seconds from the promised moment to the flip, as its audit entry dates it."""
    (clock,) = await rows(address, "select warning_time, failure_time from app.sla_kpi_instance where id = $1", id)
    due = {"WARN_CLOCK": clock["warning_time"], "FAIL_CLOCK": clock["failure_time"]}
    flips = await rows(address, f"{FLIPS} and subject_id = $1", id)
    return {row["action"]: (row["created_at"] - due[row["action"]]).total_seconds() for row in flips}


async def test_a_clock_is_at_most_a_second_late(fresh_world: World) -> None:
    """Also one that begins while the worker sleeps: it is woken by what commands publish"""
    gateway = fresh_world.gateway
    gateway.ground.clock.source = Clock().source
    await _soon(fresh_world.address, 500, 1000)
    async with gateway.clockwork.running():
        await asyncio.sleep(0.5)
        id = await _soon(fresh_world.address, 1.0, 2.0)
        await asyncio.sleep(3.0)
    found = await _lateness(fresh_world.address, id)
    assert found.keys() == {"WARN_CLOCK", "FAIL_CLOCK"}
    assert all(0 <= late < 1 for late in found.values()), found


async def test_an_idle_worker_asks_nothing(fresh_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sleeps until the next moment, rather than look again and again"""
    gateway = fresh_world.gateway
    gateway.ground.clock.source = Clock().source
    await _soon(fresh_world.address, 500, 1000)
    turns = []

    async def counted(self: Clockwork) -> float:
        turns.append(await turn(self))
        return turns[-1]

    turn = Clockwork.turn
    monkeypatch.setattr(Clockwork, "turn", counted)
    async with gateway.clockwork.running():
        await asyncio.sleep(2.0)
    assert len(turns) == 1


async def test_a_worker_outlives_its_database(
    fresh_world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """F-03: what one turn meets does not end the work, nor slow it down later; a lost listener is opened again"""
    gateway = fresh_world.gateway
    gateway.ground.clock.source = Clock().source
    await _soon(fresh_world.address, 500, 1000)
    failing = [Unavailable()] * 8 + [OSError()]

    async def unlucky(self: Clockwork) -> float:
        if failing:
            raise failing.pop()
        return await turn(self)

    turn = Clockwork.turn
    monkeypatch.setattr(Clockwork, "turn", unlucky)
    monkeypatch.setattr("gateway.clockwork.LATER_SECONDS", 0.05)
    with caplog.at_level(logging.WARNING, "gateway.clockwork"):
        async with gateway.clockwork.running():
            await asyncio.sleep(1.0)
            async with behind(fresh_world.address) as connection:
                await connection.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and query ilike 'listen%'"
                )
            id = await _soon(fresh_world.address, 1.0, 500)
            await asyncio.sleep(2.0)
    assert [record.args for record in caplog.records] == [(1, "OSError"), *((n, "Unavailable") for n in (2, 4, 8))]
    assert (await _lateness(fresh_world.address, id)).keys() == {"WARN_CLOCK"}


async def test_a_killed_process_loses_nothing_and_the_next_one_catches_up(fresh_world: World, tmp_path: Path) -> None:
    """kill -9 before the moment, two new processes after it: one flip each"""
    address, clocks = fresh_world.address, {"GATEWAY_CLOCKS": "true"}
    await _soon(address, 500, 1000)
    with serving(address, tmp_path / "first", **clocks) as (_, child):
        id = await _soon(address, 1.5, 500.0)
        child.kill()
        child.communicate()
    await asyncio.sleep(2.0)
    assert await _lateness(address, id) == {}
    with serving(address, tmp_path / "one", **clocks), serving(address, tmp_path / "other", **clocks):
        await asyncio.sleep(1.5)
    assert (await _lateness(address, id)).keys() == {"WARN_CLOCK"}
    assert len(await rows(address, f"{FLIPS} and subject_id = $1", id)) == 1
