"""Several processes, and processes that end: each message is sent by one of them (F-05, T-25)."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from gateway.webhooks import courier
from tests.gateway.webhooks.hooks import LATER, calling, happens, hooked, seen, send, verified
from tests.gateway.webhooks.receiver import Receiver, answer
from tests.ground import Address
from tests.world import NOON, World


async def test_f_05_what_waited_when_a_process_stopped_is_sent_by_the_next_one(
    place: Address, tmp_path: Path, receiver: Receiver
) -> None:
    async with calling(place, tmp_path / "first") as world:
        hook = await hooked(world, receiver)
        receiver.script = [answer(500)]
        await happens(world, "contoso", "tailspin")
        await send(world)
    async with calling(place, tmp_path / "second") as world:
        await send(world, LATER)
        assert [each["state"] for each in (await seen(world, hook))[1]] == ["DELIVERED"] * 2
    assert [got.json["sequence"] for got in receiver.received] == [1, 2, 1]


async def test_f_05_a_message_of_a_process_that_was_killed_is_free_when_its_lease_is_over(
    hooks_world: World, receiver: Receiver
) -> None:
    hook = await hooked(hooks_world, receiver)
    await happens(hooks_world, "contoso")
    queue = hooks_world.gateway.webhooks._queue
    assert await queue.pour(NOON)
    taken = await queue.take(NOON)
    assert taken is not None
    assert await queue.take(NOON) is None, "somebody has it"
    async with hooks_world.gateway.database.system() as connection:
        await connection.execute(
            "update app.webhook set busy_until = now() - interval '1 second' where state = 'ACTIVE'"
        )
    await send(hooks_world)
    (delivery,) = (await seen(hooks_world, hook))[1]
    assert (delivery["state"], delivery["attempts"]) == ("DELIVERED", 2)
    await queue.give_back(taken)
    assert (await seen(hooks_world, hook))[1] == [delivery], "whoever was only slow changes nothing any more"


async def test_two_processes_send_each_message_once_and_in_order(
    place: Address, tmp_path: Path, receiver: Receiver
) -> None:
    receiver.slow = 0.005
    async with (
        calling(place, tmp_path / "one", webhook_workers=4) as one,
        calling(place, tmp_path / "other", webhook_workers=4) as other,
    ):
        other.stand_at(NOON)
        hooks = [await hooked(one, receiver) for _ in range(3)]
        await happens(one, *["contoso", "tailspin", "wingtip"] * 4)
        await receiver.heard(36)
        await asyncio.sleep(0.5)
    assert set(Counter(got.headers["webhook-id"] for got in receiver.received).values()) == {1}
    for hook in hooks:
        mine = [got.json["sequence"] for got in receiver.received if verified(got, hook.secret)]
        assert mine == list(range(1, 13))


async def test_a_process_that_stops_in_peace_gives_back_what_it_has_not_brought(
    place: Address, tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courier, "WHOLE_SECONDS", 60.0)
    receiver.slow = 30.0
    async with calling(place, tmp_path / "one", webhook_workers=1) as world:
        hook = await hooked(world, receiver)
        await happens(world, "contoso")
        await receiver.heard(1)
    receiver.slow = 0.0
    async with calling(place, tmp_path / "two") as world:
        await send(world)
        (delivery,) = (await seen(world, hook))[1]
    assert (delivery["state"], delivery["attempts"]) == ("DELIVERED", 1)
