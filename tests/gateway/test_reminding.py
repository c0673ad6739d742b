"""Open invitations are called to mind by mail: on their days, once, whoever else does it and whatever fails (2.1)."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.demo import ids as names
from gateway.mail import Carrier
from gateway.reminding import BLOCKED, Reminding
from resolvers import ids
from resolvers.invitations_reminding import LEASE, hold
from resolvers.mailing import Mail, Reminder
from resolvers.rules.reminders import INVITATION_DAYS, MOST_TRIES, PAUSES
from tests.gateway.clocks import behind, rows
from tests.resolvers.desk import do
from tests.world import World, opened

MONDAY = datetime(2025, 6, 16, 9, tzinfo=UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
W1 = ids.encode("Workspace", names.of("contoso/W1"))
INVITE = {"idempotencyKey": "k", "workspaceId": W1, "emails": ["eve@contoso.com"], "roles": []}
ACTS = """select action, subject_id from app.audit_entry
where action in ('REMIND_INVITATION', 'GIVE_UP_REMINDER') order by id"""
ROW = "select * from app.invitation where email = $1"
REVOKE = "mutation ($id: ID!) { revokeInvitation(input: {id: $id}) { invitation { status } } }"
LAST = "query ($id: ID!) { node(id: $id) { ... on Invitation { remindersSent lastRemindedAt } } }"


class Box(Carrier):
    """Takes mails; the first `failures` of them it refuses, and each takes a moment, so that others come between."""

    def __init__(self, failures: int = 0) -> None:
        self.failures, self.tried, self.taken = failures, 0, list[Mail]()

    async def deliver(self, letter: Mail) -> None:
        self.tried += 1
        await asyncio.sleep(0.01)
        if self.tried <= self.failures:
            raise ConnectionRefusedError
        self.taken.append(letter)


def worker(world: World, box: Box, days: tuple[int, ...] = INVITATION_DAYS) -> Reminding:
    gateway = world.gateway
    return Reminding(gateway.database, gateway.house.doors, gateway.ground.clock, box, days)


async def invited(world: World, *emails: str) -> list[str]:
    given = {**INVITE, "emails": list(emails or INVITE["emails"])}
    made = await do(world, "maya", "inviteUsers", given, at=MONDAY, answer="invitations { id }")
    return [each["id"] for each in made["invitations"]]


async def look(world: World, reminding: Reminding, at: datetime) -> None:
    world.stand_at(at)
    await reminding.turn()


async def the_row(world: World, email: str = "eve@contoso.com") -> Any:
    (row,) = await rows(world.address, ROW, email)
    return row


async def test_an_unused_invitation_is_called_to_mind_on_its_days(fresh_world: World) -> None:
    """2.1: looked at twice each day until long after its end; the seventh day, the twenty-third, the last but one"""
    (id,) = await invited(fresh_world)
    box = Box()
    reminding, found = worker(fresh_world, box), []
    for half in range(80):
        before = len(box.taken)
        await look(fresh_world, reminding, MONDAY + half * DAY / 2)
        found += [half / 2] * (len(box.taken) - before)
    assert found == [7, 23, 29]
    assert {type(each) for each in box.taken} == {Reminder}
    assert {each.email for each in box.taken} == {"eve@contoso.com"}
    assert [row["action"] for row in await rows(fresh_world.address, ACTS)] == ["REMIND_INVITATION"] * 3
    told = await fresh_world.data("maya", LAST, {"id": id}, at=MONDAY + 40 * DAY)
    assert told["node"] == {"remindersSent": 3, "lastRemindedAt": "2025-07-15T09:00:00+00:00"}


async def test_the_link_that_was_sent_stays_good(fresh_world: World) -> None:
    """I-4, WS-20: a reminder writes no secret"""
    await invited(fresh_world)
    before = await the_row(fresh_world)
    await look(fresh_world, worker(fresh_world, Box()), MONDAY + 7 * DAY)
    after = await the_row(fresh_world)
    assert after["reminders_sent"] == 1
    assert (after["token_hash"], after["expires_at"]) == (before["token_hash"], before["expires_at"])


@pytest.mark.parametrize("status", ["REVOKED", "REDEEMED"])
async def test_what_is_used_or_taken_back_is_not_called_to_mind(fresh_world: World, status: str) -> None:
    (id,) = await invited(fresh_world)
    if status == "REVOKED":
        await fresh_world.data("maya", REVOKE, {"id": id}, at=MONDAY)
    else:
        async with behind(fresh_world.address) as connection:
            used = "status = 'REDEEMED', redeemed_at = $2, redeemed_by = invited_by"
            await connection.execute(
                f"update app.invitation set {used} where id = $1",  # noqa: S608  words of our own
                ids.of("Invitation", id),
                MONDAY,
            )
    box = Box()
    await look(fresh_world, worker(fresh_world, box), MONDAY + 7 * DAY)
    assert box.taken == []


async def test_a_link_that_was_sent_again_is_counted_from_then(fresh_world: World) -> None:
    (id,) = await invited(fresh_world)
    again = {"idempotencyKey": "again", "id": id}
    await do(fresh_world, "maya", "resendInvitation", again, at=MONDAY + 5 * DAY, answer="invitation { id }")
    box = Box()
    reminding = worker(fresh_world, box)
    await look(fresh_world, reminding, MONDAY + 7 * DAY)
    assert box.taken == []
    await look(fresh_world, reminding, MONDAY + 12 * DAY)
    assert len(box.taken) == 1


async def test_of_what_was_slept_through_one_goes_out(fresh_world: World) -> None:
    """After a stop of three weeks: one, and the next on its day"""
    await invited(fresh_world)
    box = Box()
    reminding = worker(fresh_world, box)
    await look(fresh_world, reminding, MONDAY + 24 * DAY)
    await look(fresh_world, reminding, MONDAY + 28 * DAY)
    assert len(box.taken) == 1
    await look(fresh_world, reminding, MONDAY + 29 * DAY)
    assert len(box.taken) == 2


async def test_whoever_slept_past_the_end_reminds_nobody(fresh_world: World) -> None:
    await invited(fresh_world)
    box = Box()
    await look(fresh_world, worker(fresh_world, box), MONDAY + 30 * DAY)
    assert (box.taken, (await the_row(fresh_world))["remind_at"]) == ([], None)


async def test_many_workers_send_each_reminder_once(fresh_world: World, tmp_path: Path) -> None:
    """Several processes, one truth: SKIP LOCKED shares them, and what is held is nobody else's"""
    emails = [f"eve{number}@contoso.com" for number in range(20)]
    await invited(fresh_world, *emails)
    box = Box()
    async with opened(fresh_world.address, tmp_path / "other") as other:
        for world in (fresh_world, other):
            world.stand_at(MONDAY + 7 * DAY)
        await asyncio.gather(*(worker(world, box).turn() for world in (fresh_world, other) for _ in range(3)))
    assert sorted(each.email for each in box.taken) == sorted(emails)
    assert len({each.mark for each in box.taken}) == 20
    assert len(await rows(fresh_world.address, ACTS)) == 20


async def test_a_way_that_is_blocked_loses_nothing(fresh_world: World) -> None:
    """The mail server fails: each waits longer, a blocked way is left alone for a while, and then all go out once"""
    await invited(fresh_world, *(f"eve{number}@contoso.com" for number in range(BLOCKED + 2)))
    box = Box(failures=BLOCKED)
    reminding, at = worker(fresh_world, box), MONDAY + 7 * DAY
    await look(fresh_world, reminding, at)
    assert (box.tried, box.taken) == (BLOCKED, [])
    await look(fresh_world, reminding, at + PAUSES[0] - timedelta(seconds=1))
    assert len(box.taken) == 2  # those that had not been tried
    await look(fresh_world, reminding, at + PAUSES[0])
    assert len({each.email for each in box.taken}) == len(box.taken) == BLOCKED + 2
    assert (reminding.sent, reminding.failed) == (BLOCKED + 2, BLOCKED)


async def test_what_nobody_takes_is_given_up_for_the_next(fresh_world: World) -> None:
    """Retries are bounded, written down, and the next day of the plan stands"""
    await invited(fresh_world)
    box = Box(failures=MOST_TRIES)
    reminding, at = worker(fresh_world, box), MONDAY + 7 * DAY
    for minute in range(0, 24 * 60, 10):
        await look(fresh_world, reminding, at + minute * MINUTE)
    assert (box.tried, box.taken) == (MOST_TRIES, [])
    assert [row["action"] for row in await rows(fresh_world.address, ACTS)] == ["GIVE_UP_REMINDER"]
    row = await the_row(fresh_world)
    assert (row["remind_at"], row["reminder_tries"], row["reminders_sent"]) == (MONDAY + 23 * DAY, 0, 0)
    await look(fresh_world, reminding, MONDAY + 23 * DAY)
    assert len(box.taken) == 1


async def test_what_a_killed_process_held_falls_due_again(fresh_world: World) -> None:
    """It may have gone out just before: then the second one bears the same name"""
    await invited(fresh_world)
    at = MONDAY + 7 * DAY
    fresh_world.stand_at(at)
    tenant = str((await the_row(fresh_world))["tenant_id"])
    killed = await hold(fresh_world.gateway.house.doors, tenant, INVITATION_DAYS)
    assert killed is not None
    box = Box()
    await look(fresh_world, worker(fresh_world, box), at + LEASE - MINUTE)
    assert box.taken == []
    await look(fresh_world, worker(fresh_world, box), at + LEASE)
    assert box.taken == [killed.reminder]


@pytest.mark.parametrize("failures", [0, 1])
async def test_a_link_that_is_sent_again_meanwhile_keeps_its_new_plan(fresh_world: World, failures: int) -> None:
    """The row is not locked while a mail is under way, so a command may come between; it wins"""
    (id,) = await invited(fresh_world)
    at = MONDAY + 7 * DAY

    class Busy(Box):
        async def deliver(self, letter: Mail) -> None:
            again = {"idempotencyKey": "again", "id": id}
            await do(fresh_world, "maya", "resendInvitation", again, at=at, answer="invitation { id }")
            await super().deliver(letter)

    await look(fresh_world, worker(fresh_world, Busy(failures)), at)
    row = await the_row(fresh_world)
    assert (row["remind_at"], row["reminder_tries"]) == (at + 7 * DAY, 0)
    assert (row["reminders_sent"], row["last_reminded_at"]) == ((0, None) if failures else (1, at))


async def test_without_days_nobody_is_reminded(fresh_world: World) -> None:
    await invited(fresh_world)
    box = Box()
    await look(fresh_world, worker(fresh_world, box, ()), MONDAY + 7 * DAY)
    assert box.taken == []


async def test_a_running_gateway_reminds_by_its_own_carrier(fresh_world: World, tmp_path: Path) -> None:
    """As in production: the task of a process that follows clocks, and a file for each mail"""
    await invited(fresh_world)
    async with behind(fresh_world.address) as connection:
        await connection.execute(
            "update app.invitation set remind_at = now(), expires_at = now() + interval '1 day' where email = $1",
            "eve@contoso.com",
        )
    async with opened(fresh_world.address, tmp_path / "clocked", clocks=True) as clocked, asyncio.timeout(20):
        while not clocked.gateway.reminding.sent:  # noqa: ASYNC110  nobody tells a test
            await asyncio.sleep(0.05)
    (mail,) = (tmp_path / "clocked" / "mail").iterdir()
    assert "Reminder: invitation to" in mail.read_text()
