"""What whoever runs the house sees of webhooks: what came of attempts, how much waits, and nobody's name."""

import re
from datetime import timedelta
from pathlib import Path

from gateway.state import told_by
from tenancy.words import DeliveryFault
from tests.gateway.webhooks.hooks import ADMINISTRATOR, LATER, UPDATE, calling, happens, hooked, seen, send
from tests.gateway.webhooks.receiver import Receiver, answer
from tests.ground import Address
from tests.world import NOON, World


async def numbers(world: World) -> dict[str, float]:
    """Every series about webhooks, as Prometheus reads it."""
    text = (await world.client.get("/metrics")).text
    lines = re.findall(r"^(gateway_webhook\S*) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in lines if "_created" not in name}


async def test_attempts_are_counted_by_what_came_of_them(hooks_world: World, receiver: Receiver) -> None:
    await hooked(hooks_world, receiver)
    receiver.script = [answer(500)]
    await happens(hooks_world, "contoso", "tailspin")
    await send(hooks_world)
    await send(hooks_world, LATER)
    told = await numbers(hooks_world)
    by = {name: value for name, value in told.items() if name.startswith("gateway_webhook_attempts_total")}
    assert by == {
        'gateway_webhook_attempts_total{outcome="STATUS"}': 1,
        'gateway_webhook_attempts_total{outcome="DELIVERED"}': 2,
    }
    assert told["gateway_webhook_seconds_count"] == 3


async def test_outcomes_are_a_closed_list_and_no_series_names_anybody(hooks_world: World, receiver: Receiver) -> None:
    """A receiver's answers, addresses and names make no series of their own."""
    for status in (400, 404, 418, 500, 503):
        receiver.script.append(answer(status))
    await hooked(hooks_world, receiver, name="Anonymous")
    await happens(hooks_world, "contoso", "tailspin", "wingtip", "contoso", "tailspin")
    await send(hooks_world)
    names = list(await numbers(hooks_world))
    labels = {text for name in names for text in re.findall(r'outcome="(\w+)"', name)}
    assert labels <= {"DELIVERED", *DeliveryFault}
    assert labels == {"STATUS"}
    assert [name for name in names if "127.0.0.1" in name or "Anonymous" in name or "ontoso" in name] == []


async def test_what_waits_and_for_how_long_is_told_of_webhooks_that_send(
    place: Address, tmp_path: Path, receiver: Receiver
) -> None:
    async with calling(place, tmp_path) as world:
        hook = await hooked(world, receiver)
        receiver.script = [answer(500)]
        await happens(world, "contoso")
        await send(world)
        due = (await seen(world, hook))[1][0]["dueAt"]
        sender = world.gateway.webhooks
        await sender.look()
        assert (sender.standing.active, sender.standing.stopped, sender.standing.waiting) == (1, 3, 1)
        assert sender.late == 0, due
        world.stand_at(NOON + timedelta(hours=1))
        assert 3500 < sender.late < 3600
        assert (await numbers(world))["gateway_webhook_waiting"] == 1
        assert told_by(world.gateway.parts)["Webhooks"]()["messages yet to be sent"] == 1
        version = (await seen(world, hook))[0]["version"]
        await world.data(ADMINISTRATOR, UPDATE, {"input": {"id": hook.id, "version": version, "active": False}})
        await sender.look()
        assert (sender.standing.active, sender.standing.waiting, sender.late) == (0, 0, 0)
