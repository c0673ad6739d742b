"""Faults of the wire to the database, as clients see them (F-01 to F-05)."""

import asyncio
import time
from pathlib import Path

import pytest

from gateway.answers import LONGEST_PAUSE
from tenancy import outage
from tests.gateway.proxy import through
from tests.gateway.test_endpoint import code
from tests.ground import Address
from tests.live import listening
from tests.world import World, opened

READ = "{ cases { totalCount } }"
CREATE = "mutation ($i: CreateCaseInput!) { createCase(input: $i) { case { id title } userErrors { code } } }"
SOON = {str(second) for second in range(1, LONGEST_PAUSE + 1)}
"""Not all clients come back in the same moment."""
AGAIN = {"code": "UNAVAILABLE", "retryable": True}
GIVEN = {"i": {"idempotencyKey": "cut", "title": "Cut off", "supportKind": "OTHER"}}


async def good_again(world: World, seconds: float = 25.0) -> float:
    """How long it took until an answer was good."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if "data" in (answer := await world.ask("rae", READ)).json():
            assert answer.status_code == 200
            return time.monotonic() - started
        await asyncio.sleep(0.05)
    raise AssertionError("no good answer")


async def test_f04_a_slow_wire_is_a_deadline_and_the_worker_goes_on(world_database: Address, tmp_path: Path) -> None:
    async with (
        through(world_database) as address,
        opened(address, tmp_path, request_seconds=1.0) as world,
    ):
        await good_again(world)
        address.proxy.delay = 0.8
        started = time.monotonic()
        answer = await world.ask("rae", "{ cases { nodes { owner { displayName } } } viewer { name } }")
        assert (answer.status_code, code(answer)) == (504, "DEADLINE_EXCEEDED")
        assert time.monotonic() - started < 10
        address.proxy.delay = 0.0
        await good_again(world)


async def test_f05_a_commit_whose_answer_was_lost_is_repeated_by_its_key(fresh_world: World, tmp_path: Path) -> None:
    async with through(fresh_world.address) as address, opened(address, tmp_path / "cut") as world:
        await good_again(world)
        address.proxy.cut_at_commit = 1
        lost = await world.ask("rae", CREATE, GIVEN)
        assert address.proxy.cuts == 1
        assert lost.json()["errors"][0]["extensions"] == AGAIN
        assert (lost.status_code, lost.headers["retry-after"] in SOON, "data" in lost.json()) == (503, True, False)
        again = await world.data("rae", CREATE, GIVEN)
        assert again["createCase"]["case"]["title"] == "Cut off"
        today = '{ cases(view: ALL, filter: {createdSince: "2025-06-15T00:00:00Z"}) { totalCount } }'
        found = await world.data("rae", today)
        assert found["cases"]["totalCount"] == 1


async def test_f05_what_one_command_did_is_told_when_the_next_one_is_cut(fresh_world: World, tmp_path: Path) -> None:
    """The first one stands: 200, and the client hears which of the two to send again"""
    both = """mutation ($a: CreateCaseInput!, $b: CreateCaseInput!) {
      first: createCase(input: $a) { case { title } }
      second: createCase(input: $b) { case { title } }
    }"""
    given = {"a": GIVEN["i"], "b": {**GIVEN["i"], "idempotencyKey": "second"}}
    async with through(fresh_world.address) as address, opened(address, tmp_path / "cut") as world:
        await good_again(world)
        address.proxy.cut_at_commit = 3  # the first command's, that of what it shows, the second's
        answer = await world.ask("rae", both, given)
        assert (answer.status_code, address.proxy.cuts) == (200, 1)
        assert answer.json()["data"] == {"first": {"case": {"title": "Cut off"}}, "second": None}
        (error,) = answer.json()["errors"]
        assert (error["path"], error["extensions"]) == (["second"], AGAIN)


async def test_f05_sockets_and_streams_tell_the_same(fresh_world: World, tmp_path: Path) -> None:
    """They have no status: code and hint are in the message, whether a result came of it or none"""
    async with through(fresh_world.address) as address, listening(address, tmp_path / "live") as live:
        await good_again(live)
        async with live.talking("rae") as client:
            while not live.gateway.relay._followers:  # noqa: ASYNC110  its own look at rights is over, which commits too
                await asyncio.sleep(0.01)
            address.proxy.cut_at_commit = 1
            await client.subscribe("1", CREATE, GIVEN)
            said = await client.hear()
            assert (said["type"], said["payload"]["data"]) == ("next", {"createCase": None})
            assert said["payload"]["errors"][0]["extensions"] == AGAIN
            assert (await client.hear())["type"] == "complete"
            address.proxy.away = True
            address.proxy.cut()
            await client.subscribe("2", READ)
            said = await client.hear()
            assert (said["type"], said["payload"][0]["extensions"]) == ("error", AGAIN)
            _, (told,) = await live.heard("rae", READ)
            assert told["errors"][0]["extensions"] == AGAIN
        address.proxy.away = False
        await good_again(live)
        address.proxy.cut_at_commit = 1
        _, (told,) = await live.heard("rae", CREATE, {"i": {**GIVEN["i"], "idempotencyKey": "stream"}})
        assert (told["data"], told["errors"][0]["extensions"]) == ({"createCase": None}, AGAIN)


async def test_f01_a_connection_that_is_cut_costs_one_answer_at_most(world_database: Address, tmp_path: Path) -> None:
    async with through(world_database) as address, opened(address, tmp_path) as world:
        await good_again(world)
        address.proxy.delay = 0.3
        asked = asyncio.create_task(world.ask("rae", READ))
        await asyncio.sleep(0.1)
        address.proxy.cut()
        answer = await asked
        assert (answer.status_code, code(answer), answer.headers["retry-after"] in SOON) == (503, "UNAVAILABLE", True)
        assert answer.json()["errors"][0]["extensions"]["retryable"] is True
        address.proxy.delay = 0.0
        assert (await world.ask("rae", READ)).status_code == 200


async def test_f02_a_database_that_is_away_for_a_moment_is_waited_for(
    world_database: Address, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How short a moment is, is told in tests/tenancy/database/test_outage.py; here the machine may be busy."""
    monkeypatch.setattr(outage, "BRIEF", 10.0)
    async with through(world_database) as address, opened(address, tmp_path) as world:
        await good_again(world)
        address.proxy.away = True
        address.proxy.cut()
        # Whoever is at work when it happens has lost its transaction; the idle connections have to hear of it first.
        async with asyncio.timeout(10):
            idle = world.gateway.database._app.parking._idle
            while not all(each.driver.is_closed() for each in idle):  # noqa: ASYNC110  nobody tells a test
                await asyncio.sleep(0.01)
        asked = [asyncio.create_task(world.ask("rae", READ)) for _ in range(30)]
        await asyncio.sleep(0.3)
        assert not any(each.done() for each in asked)
        address.proxy.away = False
        assert [(await each).status_code for each in asked] == [200] * 30


async def test_f03_while_the_database_is_away_answers_are_quick_and_afterwards_good(
    world_database: Address, tmp_path: Path
) -> None:
    async with through(world_database) as address, opened(address, tmp_path) as world:
        await good_again(world)
        address.proxy.away = True
        address.proxy.cut()
        started = time.monotonic()
        answers = await asyncio.gather(*(world.ask("rae", READ) for _ in range(100)))
        assert [(each.status_code, each.headers["retry-after"] in SOON) for each in answers] == [(503, True)] * 100
        assert time.monotonic() - started < 4
        started = time.monotonic()
        assert (await world.ask("rae", READ)).status_code == 503
        assert time.monotonic() - started < 1
        assert (await world.client.get("/readyz")).status_code == 503
        assert time.monotonic() - started < 5
        assert (await world.client.get("/livez")).status_code == 200
        address.proxy.away = False
        await good_again(world)
        assert (await world.client.get("/readyz")).status_code == 200
