"""Snapshots, readers who leave, crashes, and too many at once (E-04, E-05, E-06, E-11)."""

import asyncio
import signal
import sys
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from gateway.demo import ids as names
from resolvers import ids
from tests.gateway.exports.events import (
    begun,
    failure,
    has_state,
    lease_runs_out,
    quiet,
    refused,
    served,
    told,
    waits,
    write_on,
)
from tests.gateway.exports.jobs import CANCEL, W1, ended, fetch, job, rows, start, until, use
from tests.world import NOON, World, opened


async def test_e_04_rows_and_sums_speak_of_one_moment_whatever_is_written_meanwhile(fresh_world: World) -> None:
    await use(fresh_world, 3_000)
    id = await start(fresh_world, "maya", "CONSUMPTION", workspaceIds=[W1])
    writing = asyncio.create_task(write_on(fresh_world))
    done = await ended(fresh_world, "maya", id)
    writing.cancel()
    found = rows(await fetch(fresh_world, "maya", done["url"]))
    manifest = done["manifest"]
    assert len(found) == manifest["rowCount"]
    assert str(sum(Decimal(row["quantity"]) for row in found)) == manifest["sums"][0]["sum"]


async def test_e_05_cancelling_stops_the_statement_within_two_seconds(fresh_world: World) -> None:
    await use(fresh_world, 20_000)
    id = await start(fresh_world, "maya", "CONSUMPTION", "XLSX")
    await until(lambda: has_state(fresh_world, "maya", id, "RUNNING"), 60)
    answer = (await fresh_world.data("maya", CANCEL, {"input": {"id": id}}))["cancelExport"]
    assert answer == {"userErrors": [], "job": {"state": "CANCELLED"}}
    assert await until(lambda: quiet(fresh_world), 2) < 2
    await asyncio.sleep(0.2)
    assert list(fresh_world.gateway.folder.path.iterdir()) == []
    again = (await fresh_world.data("maya", CANCEL, {"input": {"id": id}}))["cancelExport"]
    assert again == answer


async def test_e_05_a_reader_who_leaves_stops_the_statement(fresh_world: World) -> None:
    """A portfolio that is written while somebody waits for it."""
    owner = await asyncpg.connect(fresh_world.address.owner)
    stuck = owner.transaction()
    await stuck.start()
    await owner.execute("lock table app.portfolio_licence in access exclusive mode")
    left = asyncio.Event()
    serving = asyncio.create_task(served(fresh_world, "/exports/portfolio/deployment.csv", left))
    await until(lambda: waits(fresh_world), 5)
    left.set()
    assert await until(lambda: quiet(fresh_world), 1) < 1
    assert await serving == []
    await stuck.rollback()
    await owner.close()


async def test_e_06_a_process_that_is_killed_leaves_no_file_and_its_job_is_done_by_another(
    idle_world: World, tmp_path: Path
) -> None:
    world = idle_world
    await use(world, 30_000)
    id = await start(world, "maya", "CONSUMPTION", "XLSX")
    address, folder = world.address, tmp_path / "shared"
    command = [sys.executable, "-m", "tests.gateway.exports.worker", str(folder), address.app, address.system]
    process = await asyncio.create_subprocess_exec(*command, cwd=Path(__file__).parents[3])
    await until(lambda: begun(world, id), 90)
    process.send_signal(signal.SIGKILL)
    await process.wait()
    assert [each for each in (folder / "exports").iterdir() if not each.name.startswith(".")] == []
    assert (await job(world, "maya", id))["url"] is None
    async with opened(address, tmp_path / "heir", exports=str(folder / "exports")) as heir:
        heir.stand_at(NOON)
        assert not await heir.gateway.exports.once()  # the lease of the dead still runs
        await lease_runs_out(world)
        done = await ended(heir, "maya", id)
        assert (done["state"], done["manifest"]["rowCount"]) == ("DONE", done["rowsTotal"])
        assert len((await fetch(heir, "maya", done["url"])).content) == int(done["manifest"]["sizeBytes"])


async def test_e_06_a_job_that_kills_every_process_fails_in_the_end(idle_world: World) -> None:
    id = await start(idle_world, "maya", "CASES")
    queue, now = idle_world.gateway.exports._queue, NOON
    for attempt in (1, 2, 3):
        taken = await queue.take(now)
        assert taken is not None
        assert taken.attempt == attempt
        await lease_runs_out(idle_world)
    assert await queue.take(now) is None
    assert await failure(idle_world, id) == "UNAVAILABLE"
    assert await told(idle_world, id) == ["QUEUED", "FAILED"]
    assert await queue.take(now) is None
    assert await told(idle_world, id) == ["QUEUED", "FAILED"], "once"


async def test_e_06_a_file_that_cannot_be_written_is_tried_three_times_and_fails(
    idle_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk looks like a database that is away; neither is tried again without end, nor at once."""
    tried = []

    async def full(*_: object) -> None:
        tried.append(1)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gateway.exports.runner.write", full)
    id = await start(idle_world, "maya", "CASES")
    exports = idle_world.gateway.exports
    for attempt in (1, 2, 3):
        assert await exports.once()
        assert not await exports.once(), "not before its lease is over"
        assert len(tried) == attempt
        await lease_runs_out(idle_world)
    assert await failure(idle_world, id) == "UNAVAILABLE"
    assert await told(idle_world, id) == ["QUEUED", "FAILED"]


async def test_e_06_a_process_that_was_only_slow_finds_the_job_no_longer_its_own(idle_world: World) -> None:
    await start(idle_world, "maya", "CASES")
    queue = idle_world.gateway.exports._queue
    slow = await queue.take(NOON)
    assert slow is not None
    await lease_runs_out(idle_world)
    assert await idle_world.gateway.exports.once()
    assert not await queue.hold(slow, 1, 2)
    await queue.fail(slow, "INTERNAL", None, NOON)
    owner = await asyncpg.connect(idle_world.address.owner)
    assert await owner.fetchval("select state from app.export_job where id = $1", slow.id) == "DONE"
    await owner.close()


async def test_a_file_that_will_not_come_is_told_once_to_whoever_waits_for_it(idle_world: World) -> None:
    """H-10: as one that is done or cancelled."""
    id = await start(idle_world, "maya", "CASES")
    queue = idle_world.gateway.exports._queue
    taken = await queue.take(NOON)
    assert taken is not None
    for _ in range(2):
        await queue.fail(taken, "FORBIDDEN", {"needs": "membership"}, NOON)
    assert await told(idle_world, id) == ["QUEUED", "FAILED"]
    assert (await job(idle_world, "maya", id))["failure"] == {"code": "FORBIDDEN", "details": ["needs: membership"]}


async def test_e_06_a_process_that_stops_gives_its_job_back(idle_world: World, tmp_path: Path) -> None:
    """F-11: and a deploy costs no attempt."""
    await use(idle_world, 20_000)
    async with opened(idle_world.address, tmp_path / "other") as other:
        id = await start(other, "maya", "CONSUMPTION", "XLSX")
        await until(lambda: has_state(other, "maya", id, "RUNNING"), 60)
    owner = await asyncpg.connect(idle_world.address.owner)
    kept = await owner.fetchrow(
        "select state, attempt, lease_until from app.export_job where id = $1", ids.of("ExportJob", id)
    )
    await owner.close()
    assert kept is not None
    assert tuple(kept) == ("QUEUED", 0, None)
    assert list((tmp_path / "other" / "exports").iterdir()) == []


async def test_e_11_the_third_export_of_a_tenant_is_rate_limited(idle_world: World) -> None:
    first, _ = [await start(idle_world, viewer, "CASES") for viewer in ("maya", "gil")]
    assert await refused(idle_world, "cy") == "RATE_LIMITED"
    assert await start(idle_world, "fred", "CASES")  # another tenant
    await idle_world.data("maya", CANCEL, {"input": {"id": first}})
    assert await start(idle_world, "cy", "CASES")


async def test_e_11_five_at_once_are_two(idle_world: World) -> None:
    asked = [refused(idle_world, viewer) for viewer in ("maya", "gil", "cy", "rae", "sam")]
    answers = await asyncio.gather(*asked)
    assert sorted(map(str, answers)) == ["None", "None", "RATE_LIMITED", "RATE_LIMITED", "RATE_LIMITED"]


async def test_e_11_files_and_jobs_stand_in_one_line(fresh_world: World) -> None:
    """A portfolio that is fetched at once waits for no place: there is one, or not (429)."""
    owner = await asyncpg.connect(fresh_world.address.owner)
    partner = names.of("partner-p")
    for place in (0, 1):
        await owner.execute("select pg_advisory_lock(hashtextextended($1, $2))", f"export:{partner}", place)
    answer = await fetch(fresh_world, "petra", "/exports/portfolio/deployment.csv")
    assert answer.status_code == 429
    assert answer.headers["retry-after"]
    id = await start(fresh_world, "petra", "PORTFOLIO_USAGE")
    await asyncio.sleep(1.5)
    assert (await job(fresh_world, "petra", id))["state"] in ("QUEUED", "RUNNING")
    await owner.close()
    assert (await ended(fresh_world, "petra", id))["state"] == "DONE"


async def test_jobs_are_taken_by_one_process_each(idle_world: World) -> None:
    for viewer in ("maya", "gil", "fred"):
        await start(idle_world, viewer, "CASES")
    queue = idle_world.gateway.exports._queue
    taken = await asyncio.gather(*(queue.take(NOON) for _ in range(6)))
    found = [each.id for each in taken if each is not None]
    assert len(found) == len(set(found)) == 3
