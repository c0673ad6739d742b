"""API7: no webhook leads inside, neither when it is made, nor when it is changed, nor when what was open is shut."""

from pathlib import Path

import pytest

from tests.gateway.webhooks.hooks import (
    ADMINISTRATOR,
    CREATE,
    LATER,
    READER,
    UPDATE,
    calling,
    happens,
    hooked,
    seen,
    send,
)
from tests.gateway.webhooks.receiver import Receiver
from tests.ground import Address
from tests.world import World

INSIDE = (
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://[::ffff:127.0.0.1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://localhost/",
    "https://metadata/",
    "http://hooks.example.com/",
    "https://hooks.example.com:5432/",
    "https://hooks.example.com@127.0.0.1/",
)


@pytest.mark.parametrize("url", INSIDE)
async def test_an_address_of_the_inside_is_refused_when_it_is_given(world: World, url: str) -> None:
    """API7: by whoever makes a webhook, and by whoever turns one elsewhere."""
    made = {"idempotencyKey": url, "name": "Inside", "topics": ["PORTFOLIO_LOADED"], "url": url}
    made |= {"applicationId": READER}
    hooks = (await world.data(ADMINISTRATOR, "{ webhooks { nodes { id version name } } }"))["webhooks"]["nodes"]
    turned = {"id": hooks[0]["id"], "version": hooks[0]["version"], "url": url}
    for command, input in ((CREATE, made), (UPDATE, turned)):
        answer = (await world.ask(ADMINISTRATOR, command, {"input": input})).json()
        (error,) = answer["errors"]
        assert (error["extensions"]["code"], error["extensions"]["field"]) == ("BAD_USER_INPUT", "url")
        assert error["extensions"]["rule"] == "API7"
    assert (await world.data(ADMINISTRATOR, "{ webhooks { nodes { id version name } } }"))["webhooks"]["nodes"] == hooks


async def test_a_network_that_is_shut_later_is_called_no_more(
    place: Address, tmp_path: Path, receiver: Receiver
) -> None:
    """API7: the address is looked at before each attempt, not only when it was given."""
    async with calling(place, tmp_path / "open") as world:
        hook = await hooked(world, receiver)
    async with calling(place, tmp_path / "shut", webhook_networks=()) as world:
        await happens(world, "contoso")
        await send(world)
        (delivery,) = (await seen(world, hook))[1]
        assert (delivery["state"], delivery["fault"], delivery["status"]) == ("WAITING", "ADDRESS", None)
        assert receiver.received == []
    async with calling(place, tmp_path / "again") as world:
        await send(world, LATER)
        assert (await seen(world, hook))[1][0]["state"] == "DELIVERED"
