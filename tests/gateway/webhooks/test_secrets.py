"""What signs messages: told once, kept sealed, replaced without a gap."""

from pathlib import Path

from pydantic import SecretStr

from tests.gateway.webhooks.hooks import ADMINISTRATOR, LATER, calling, happens, hooked, seen, send, verified
from tests.gateway.webhooks.receiver import Receiver
from tests.ground import Address
from tests.world import NOON, World

ROTATE = """
mutation ($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) { secret webhook { version } } }
"""


async def test_while_a_secret_is_replaced_both_count_and_afterwards_the_new_one(
    hooks_world: World, receiver: Receiver
) -> None:
    hook = await hooked(hooks_world, receiver)
    input = {"id": hook.id, "version": 1, "overlapHours": 24}
    new = (await hooks_world.data(ADMINISTRATOR, ROTATE, {"input": input}))["rotateWebhookSecret"]["secret"]
    for at in (NOON, LATER):
        await happens(hooks_world, "contoso")
        await send(hooks_world, at)
    during, after = receiver.received
    assert [verified(during, each) for each in (hook.secret, new)] == [True, True]
    assert [verified(after, each) for each in (hook.secret, new)] == [False, True]


async def test_a_secret_is_nowhere_to_be_read(hooks_world: World, receiver: Receiver) -> None:
    hook = await hooked(hooks_world, receiver)
    async with hooks_world.gateway.database.system() as connection:
        kept = await connection.fetch(
            "select w::text from app.webhook w union all select k::text from app.idempotency_key k"
            " union all select a::text from app.audit_entry a union all select e::text from app.outbox_event e"
        )
    assert not [row[0] for row in kept if hook.secret.removeprefix("whsec_") in row[0]]


async def test_the_house_that_has_another_secret_signs_nothing(
    place: Address, tmp_path: Path, receiver: Receiver
) -> None:
    async with calling(place, tmp_path / "before") as world:
        hook = await hooked(world, receiver)
        await happens(world, "contoso")
    async with calling(place, tmp_path / "after", secret=SecretStr("another secret, just as long as it was")) as world:
        await send(world)
        assert (await seen(world, hook))[1][0]["fault"] == "SECRET"
    assert receiver.received == []
