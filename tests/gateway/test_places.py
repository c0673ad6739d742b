"""How many run at once: who waits, for how long, who is told no, and that a place is never lost."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.places import Places
from tenancy.errors import RateLimited, Unavailable
from tests.gateway.proxy import Through, through
from tests.gateway.test_endpoint import code
from tests.gateway.test_faults import SOON
from tests.ground import Address
from tests.live import listening
from tests.world import World, opened

NAME = "{ viewer { name } }"
READ = "{ cases { totalCount } }"


def places(most: int = 1, seconds: float = 0.05) -> Places:
    return Places(most, seconds, Unavailable)


async def entered(ground: Places, key: str) -> None:
    if not ground.took(key):
        await ground.wait(key)


async def test_who_waits_is_served_in_turn() -> None:
    ground, served = places(2, seconds=10), list[int]()
    await entered(ground, "a")
    await entered(ground, "a")

    async def come(number: int) -> None:
        await entered(ground, "a")
        served.append(number)

    waiting = []
    for number in range(2):
        waiting.append(asyncio.create_task(come(number)))
        await asyncio.sleep(0)
    assert (len(ground), ground.waiting, served) == (2, 2, [])
    ground.leave("a")
    await waiting[0]
    assert (len(ground), ground.waiting, served) == (2, 1, [0])
    ground.leave("a")
    await waiting[1]
    for _ in range(2):
        ground.leave("a")
    assert (len(ground), ground.waiting, ground._taken, ground._waiting) == (0, 0, {}, {})


async def test_nobody_waits_for_long_or_in_a_long_queue() -> None:
    ground = places(1, seconds=0.05)
    await entered(ground, "a")
    waiting = asyncio.create_task(entered(ground, "a"))
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):  # one may wait for one place: the second one hears it at once
        await entered(ground, "a")
    assert not waiting.done()
    with pytest.raises(Unavailable):
        await waiting
    assert ground.took("b"), "other keys have their own places"
    assert ground.waiting == 0


async def test_no_place_is_lost_to_those_who_leave_while_they_wait() -> None:
    ground = places(1, seconds=10)
    await entered(ground, "a")
    impatient, handed = (asyncio.create_task(entered(ground, "a")) for _ in range(2))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.gather(impatient, return_exceptions=True)
    second = asyncio.create_task(entered(ground, "a"))
    await asyncio.sleep(0)
    ground.leave("a")  # handed over to the one who is cancelled before it wakes
    second.cancel()
    handed.cancel()
    await asyncio.gather(second, handed, return_exceptions=True)
    assert (len(ground), ground.waiting) == (0, 0)
    assert ground.took("a")


@pytest.fixture
async def slow(world_database: Address) -> AsyncIterator[Through]:
    """The database at the end of a slow wire, once `delay` is set."""
    async with through(world_database) as address:
        yield address


async def refusals(world: World, address: Through, *viewers: str) -> list[tuple[int, str, bool]]:
    """What these hear who come while the first of them has its answer from a slow wire."""
    for viewer in viewers:
        await world.ask(viewer, NAME)
    address.proxy.delay = 0.5
    running = asyncio.create_task(world.ask(viewers[0], READ))
    async with asyncio.timeout(20):
        while not len(world.gateway.meter.crowd.process):  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)
    heard = await asyncio.gather(*(world.ask(viewer, READ) for viewer in viewers[1:]))
    address.proxy.delay = 0.0
    assert (await running).status_code == 200
    assert len(world.gateway.meter.crowd.process) == 0
    return [
        (each.status_code, code(each), each.headers["retry-after"] in SOON) for each in heard if each.status_code != 200
    ]


async def test_f07_a_principal_has_so_many_at_once(slow: Through, tmp_path: Path) -> None:
    async with opened(slow, tmp_path, in_flight_principal=1, in_flight_seconds=0.05) as world:
        assert await refusals(world, slow, "rae", "rae", "rae", "mo") == [(429, "RATE_LIMITED", True)] * 2


async def test_f17_a_tenant_has_so_many_at_once_and_others_notice_nothing(slow: Through, tmp_path: Path) -> None:
    async with opened(slow, tmp_path, in_flight_tenant=1, in_flight_seconds=0.05) as world:
        assert await refusals(world, slow, "rae", "mo", "maya", "flo") == [(429, "RATE_LIMITED", True)] * 2


async def test_f17_a_tenant_that_asks_for_everything_leaves_connections_to_others(
    slow: Through, tmp_path: Path
) -> None:
    """Sixteen at once of one tenant, for a pool of eight: another tenant does not stand behind them"""
    limits = {"running_tenant": 4, "in_flight_tenant": 16, "in_flight_principal": 16, "in_flight_seconds": 20.0}
    async with opened(slow, tmp_path, pool_size=8, **limits) as world:
        for viewer in ("rae", "flo"):
            await world.ask(viewer, READ)
        slow.proxy.delay = 0.3
        noisy = [asyncio.create_task(world.ask("rae", READ)) for _ in range(16)]
        await asyncio.sleep(0.1)
        quiet = await world.ask("flo", READ)
        done = sum(task.done() for task in noisy)
        slow.proxy.delay = 0.0
        assert {answer.status_code for answer in await asyncio.gather(*noisy)} == {200}
    assert quiet.status_code == 200
    assert done <= 8, "it was not served behind those who wait"


async def test_f07_a_process_has_so_many_at_once(slow: Through, tmp_path: Path) -> None:
    async with opened(slow, tmp_path, in_flight=1, in_flight_seconds=0.05) as world:
        assert await refusals(world, slow, "rae", "mo", "flo") == [(503, "UNAVAILABLE", True)] * 2


async def test_f07_a_refused_price_or_document_holds_no_place(world: World) -> None:
    for document in ("{", "{ nothing }", NAME):
        await world.ask("rae", document)
    crowd = world.gateway.meter.crowd
    assert (len(crowd.principals), len(crowd.tenants), len(crowd.process)) == (0, 0, 0)


async def test_w08_a_process_has_so_many_sockets(world_database: Address, tmp_path: Path) -> None:
    async with listening(world_database, tmp_path, sockets=2) as live:
        async with live.talking("rae"), live.knocking(), live.knocking() as third:
            assert await third.closed() == (1013, "Too many sockets")
        async with live.talking("mo") as again:
            await again.say("ping")
            assert await again.hear() == {"type": "pong"}


def test_refusals_say_which_crowd_it_was() -> None:
    assert RateLimited("principal at once", 1).extensions["details"] == {"policy": "principal at once", "retryAfter": 1}
