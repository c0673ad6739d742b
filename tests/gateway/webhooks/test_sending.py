"""From an event to a receiver: signed, in order, again when it was not taken, and never without rights."""

import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gateway.demo import ids as names
from resolvers import ids
from tenancy.importing import import_records
from tests.gateway.exports.jobs import ended, exported, fetch, start
from tests.gateway.webhooks.hooks import (
    INSIGHTS,
    LATER,
    READER,
    calling,
    customer,
    happens,
    hooked,
    seen,
    send,
    verified,
    wake,
)
from tests.gateway.webhooks.receiver import Receiver, answer
from tests.ground import Address
from tests.world import NOON, World

REVOKE = "mutation ($input: RevokeApplicationInput!) { revokeApplication(input: $input) { userErrors { code } } }"
REDELIVER = "mutation ($input: RedeliverInput!) { redeliver(input: $input) { deliveries { state } } }"
JOB_OF = "query ($exportJobId: ID!) { exportJob(id: $exportJobId) { url } }"


async def test_what_a_file_brings_is_told_with_the_data_of_the_document(hooks_world: World, receiver: Receiver) -> None:
    hook = await hooked(hooks_world, receiver, "CUSTOMER_LOADED", "PORTFOLIO_LOADED")
    told = await hooked(hooks_world, receiver, document=INSIGHTS)
    row = {"table": "license_activity", "tenant_id": names.of("contoso"), "user_key": "new", "active_on": "2025-06-14"}
    async with hooks_world.gateway.database.system() as connection:
        asked = "select id from app.subscription where tenant_id = $1 and service_code = 'O365' limit 1"
        row |= {"subscription_id": await connection.fetchval(asked, row["tenant_id"]), "workload_code": "EXCHANGE"}
    report = await import_records(hooks_world.address.system, "activity", [row], at=NOON)
    assert report.ok, report.problems
    await send(hooks_world)
    by_hook = [got for got in receiver.received if verified(got, hook.secret)]
    assert [got.json["type"] for got in by_hook] == ["customer.loaded", "portfolio.loaded"]
    assert [got.json["sequence"] for got in by_hook] == [1, 2]
    (with_data,) = [got for got in receiver.received if verified(got, told.secret)]
    assert with_data.json == {
        "id": with_data.headers["webhook-id"],
        "type": "customer.loaded",
        "timestamp": "2025-06-15T12:00:00Z",
        "sequence": 1,
        "customerTenantId": customer("contoso"),
        "data": {"customerInsights": {"customer": {"name": "Contoso"}}},
    }
    assert abs(int(with_data.headers["webhook-timestamp"]) - time.time()) < 300
    again = await import_records(hooks_world.address.system, "activity", [row], at=NOON)
    assert again.ok
    await send(hooks_world)
    assert len(receiver.received) == 3, "a file that holds nothing new is no news"


async def test_a_message_that_is_not_taken_comes_again_later_and_later_under_the_same_id(
    hooks_world: World, receiver: Receiver
) -> None:
    hook = await hooked(hooks_world, receiver)
    receiver.script = [answer(500), answer(302, "location: /"), answer(503)]
    await happens(hooks_world, "contoso")
    at, pauses = NOON, []
    for attempt in (1, 2, 3):
        await send(hooks_world, at)
        (delivery,) = (await seen(hooks_world, hook))[1]
        assert (delivery["attempts"], delivery["state"], delivery["fault"]) == (attempt, "WAITING", "STATUS")
        await send(hooks_world, at)
        assert len(receiver.received) == attempt, "never before its time"
        due = datetime.fromisoformat(delivery["dueAt"])
        pauses.append((due - at).total_seconds())
        at = due
    for pause, even in zip(pauses, (5, 15, 45), strict=True):
        assert even * 0.8 <= pause <= even * 1.2
    await send(hooks_world, at)
    found, (delivery,) = await seen(hooks_world, hook)
    assert (delivery["state"], delivery["status"], delivery["fault"]) == ("DELIVERED", 204, None)
    assert found["failingSince"] is None
    assert len({got.headers["webhook-id"] for got in receiver.received}) == 1
    assert delivery["id"] == receiver.received[0].headers["webhook-id"]


async def test_a_receiver_says_when_it_wants_to_hear_again(hooks_world: World, receiver: Receiver) -> None:
    hook = await hooked(hooks_world, receiver)
    receiver.script = [answer(429, "retry-after: 3600")]
    await happens(hooks_world, "contoso")
    await send(hooks_world)
    (delivery,) = (await seen(hooks_world, hook))[1]
    assert datetime.fromisoformat(delivery["dueAt"]) == NOON + timedelta(hours=1)


async def test_one_that_is_not_taken_holds_up_nothing_behind_it_and_its_number_tells(
    hooks_world: World, receiver: Receiver
) -> None:
    await hooked(hooks_world, receiver)
    receiver.script = [answer(500)]
    await happens(hooks_world, "contoso", "tailspin", "wingtip")
    await send(hooks_world)
    await send(hooks_world, LATER)
    assert [got.json["sequence"] for got in receiver.received] == [1, 2, 3, 1]


async def test_a_dead_letter_is_seen_and_sent_once_more(place: Address, tmp_path: Path, receiver: Receiver) -> None:
    async with calling(place, tmp_path, webhook_attempts=2) as world:
        hook = await hooked(world, receiver)
        receiver.script = [answer(500), answer(400)]
        await happens(world, "contoso")
        await send(world)
        await send(world, LATER)
        (dead,) = (await seen(world, hook, "DEAD"))[1]
        assert (dead["attempts"], dead["status"], dead["dueAt"]) == (2, 400, None)
        assert (await seen(world, hook, "DEAD", viewer="pam"))[1] == [dead]
        await send(world, LATER + timedelta(days=1))
        assert len(receiver.received) == 2
        again = await world.data("reader", REDELIVER, {"input": {"ids": [dead["id"]]}})
        assert again["redeliver"]["deliveries"] == [{"state": "WAITING"}]
        await send(world)
        assert (await seen(world, hook))[1][0]["state"] == "DELIVERED"
        assert {got.headers["webhook-id"] for got in receiver.received} == {dead["id"]}


async def test_a_receiver_that_is_gone_or_fails_for_days_is_called_no_more_until_somebody_says_so(
    hooks_world: World, receiver: Receiver
) -> None:
    hook = await hooked(hooks_world, receiver)
    receiver.script = [answer(410), answer(500), answer(500)]
    await happens(hooks_world, "contoso")
    await send(hooks_world)
    assert (await seen(hooks_world, hook))[0]["reason"] == "GONE"
    await happens(hooks_world, "tailspin")
    await send(hooks_world, LATER)
    assert len(receiver.received) == 1
    assert (await wake(hooks_world, hook))["state"] == "ACTIVE"
    await send(hooks_world, LATER)
    assert (await seen(hooks_world, hook))[0]["state"] == "ACTIVE"
    receiver.script = [answer(500), answer(500)]
    await send(hooks_world, LATER + timedelta(days=6))
    assert (await seen(hooks_world, hook))[0]["reason"] == "FAILING"
    receiver.script = []
    await wake(hooks_world, hook)
    await send(hooks_world, LATER + timedelta(days=7))
    assert {each["state"] for each in (await seen(hooks_world, hook))[1]} == {"DELIVERED"}


async def test_w_11_without_the_right_nothing_is_sent(hooks_world: World, receiver: Receiver) -> None:
    hook = await hooked(hooks_world, receiver, document=INSIGHTS)
    await happens(hooks_world, "contoso")
    revoked = {"input": {"applicationId": READER}}
    assert (await hooks_world.data("pam", REVOKE, revoked))["revokeApplication"]["userErrors"] == []
    await send(hooks_world)
    found, (delivery,) = await seen(hooks_world, hook, viewer="pam")
    assert (found["state"], found["reason"]) == ("DISABLED", "RIGHTS")
    assert (delivery["state"], delivery["fault"]) == ("DROPPED", "RIGHTS")
    await happens(hooks_world, "contoso")
    await send(hooks_world, LATER)
    assert receiver.received == []


@pytest.mark.parametrize(
    ("document", "about"),
    [
        (INSIGHTS, "fabrikam"),  # a customer whose link is over (D-27)
        ("{ cases { totalCount } portfolioInsights(groupBy: SERVICE) { totalCount } }", "contoso"),  # D-30
        ('{ node(id: "x") { id } }', "contoso"),
    ],
)
async def test_d_30_what_the_application_may_not_read_is_no_part_of_a_message(
    hooks_world: World, receiver: Receiver, document: str, about: str
) -> None:
    """Nor is what it may read beside it: the message is dropped, and the next one is sent."""
    hook = await hooked(hooks_world, receiver)
    async with hooks_world.gateway.database.system() as connection:
        # As if it had been stored while its fields were open.
        await connection.execute("update app.webhook set document = $2 where id = $1", *_stored(hook.id, document))
    await happens(hooks_world, about)
    await send(hooks_world)
    assert receiver.received == []
    found, (delivery,) = await seen(hooks_world, hook)
    assert (delivery["state"], delivery["fault"], found["state"]) == ("DROPPED", "RIGHTS", "ACTIVE")


async def test_events_of_others_are_no_news_here(hooks_world: World, receiver: Receiver) -> None:
    """T-25: neither those of another partner, nor those of the customer itself, nor of anything else."""
    hook = await hooked(hooks_world, receiver, "CUSTOMER_LOADED", "PORTFOLIO_LOADED", "EXPORT_DONE")
    await happens(hooks_world, "fabrikam", partner="partner-q")
    await happens(hooks_world, partner="partner-q")
    await happens(hooks_world, "contoso", partner="contoso")
    await send(hooks_world)
    assert (await seen(hooks_world, hook))[1] == []
    assert receiver.received == []


async def test_an_application_is_told_that_its_own_export_is_done_and_fetches_it(
    hooks_world: World, receiver: Receiver
) -> None:
    """D-30, PC-13: nobody else's, and the link is its own."""
    await hooked(hooks_world, receiver, "EXPORT_DONE", document=JOB_OF)
    others = await exported(hooks_world, "pam", "PORTFOLIO_USAGE")
    job = await exported(hooks_world, "reader", "PORTFOLIO_USAGE")
    await send(hooks_world)
    (got,) = receiver.received
    assert (got.json["type"], got.json["exportJobId"]) == ("export.done", job["id"])
    url = got.json["data"]["exportJob"]["url"]
    assert (await fetch(hooks_world, "reader", url)).status_code == 200
    assert (await fetch(hooks_world, "reader", others["url"])).status_code == 404


async def test_an_application_is_told_that_its_own_export_has_failed_and_why(
    hooks_world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits unattended must not wait for ever: nobody else's failure, and not as a file that can be fetched."""
    failure = "query ($exportJobId: ID!) { exportJob(id: $exportJobId) { state url failure { code } } }"
    hook = await hooked(hooks_world, receiver, "EXPORT_DONE", "EXPORT_FAILED", document=failure)

    async def broken(*_: object) -> None:
        raise ValueError("a surprise")

    monkeypatch.setattr("gateway.exports.runner.write", broken)
    for viewer in ("pam", "reader"):
        job = await ended(hooks_world, viewer, await start(hooks_world, viewer, "PORTFOLIO_USAGE"))
        assert job["state"] == "FAILED"
    await send(hooks_world)
    (got,) = receiver.received
    assert (got.json["type"], got.json["exportJobId"]) == ("export.failed", job["id"])
    assert got.json["data"] == {"exportJob": {"state": "FAILED", "url": None, "failure": {"code": "INTERNAL"}}}
    (delivery,) = (await seen(hooks_world, hook))[1]
    assert (delivery["topic"], delivery["state"]) == ("EXPORT_FAILED", "DELIVERED")


def _stored(hook: str, document: str) -> tuple[str, str]:
    return ids.of("Webhook", hook, field="id"), document
