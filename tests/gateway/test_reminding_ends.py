"""Both ends of a delegated relationship are told that it ends: at thirty days, seven and one, each once (3.5)."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.demo import ids as names
from gateway.mail_carriers import FileCarrier, Writer
from gateway.reminding import Reminding
from resolvers import ids, partners_reminding
from tests.gateway.clocks import behind, rows
from tests.world import World, opened

END = datetime(2026, 3, 1, tzinfo=UTC)
"""When what Fabrikam lends to the partner ends, in the demo world."""
DAY = timedelta(days=1)
FABRIKAM, PARTNER = names.of("fabrikam"), names.of("partner-p")
LENT = names.of("fabrikam/partner-p/DELEGATED")
EVENTS = """select tenant_id, (payload ->> 'days')::int as days, (payload ->> 'ends')::timestamptz as ends
from app.outbox_event where topic = 'delegation.ending' order by id"""
ACTS = "select tenant_id, detail from app.audit_entry where action = 'TELL_OF_END' order by id"
HEAR = """subscription { delegationEnding {
  days endsAt relationship { id status daysLeft partner { name } customer { name } } } }"""


def worker(world: World) -> Reminding:
    gateway, carrier = world.gateway, FileCarrier(Path("nowhere"), Writer("", ""))
    return Reminding(gateway.database, gateway.house.doors, gateway.ground.clock, carrier, ())


async def look(world: World, at: datetime) -> None:
    world.stand_at(at)
    await worker(world).turn()


async def told(world: World) -> list[tuple[str, int]]:
    """Who was told, and how many days before the end."""
    names_of = {FABRIKAM: "customer", PARTNER: "partner"}
    return sorted((names_of[str(row["tenant_id"])], row["days"]) for row in await rows(world.address, EVENTS))


async def bent(world: World, **values: Any) -> None:
    """Somebody wrote the relationship anew."""
    columns = ", ".join(f"{name} = ${place}" for place, name in enumerate(values, 2))
    async with behind(world.address) as connection:
        sql = f"update app.partner_relationship set {columns} where id = $1"  # noqa: S608  columns of our own
        await connection.execute(sql, LENT, *values.values())


BOTH = [(side, days) for side in ("customer", "partner") for days in (1, 7, 30)]


async def test_both_ends_are_told_at_thirty_seven_and_one_day(fresh_world: World) -> None:
    """Looked at twice each day, from long before until after the end"""
    seen = []
    for half in range(-80, 4):
        before = await told(fresh_world)
        await look(fresh_world, END + half * DAY / 2)
        seen += [half / 2] * (len(await told(fresh_world)) - len(before))
    assert seen == [-30, -30, -7, -7, -1, -1]
    assert await told(fresh_world) == BOTH
    assert len(await rows(fresh_world.address, ACTS)) == 6


async def test_of_what_was_slept_through_the_latest_is_told(fresh_world: World) -> None:
    for before in (5 * DAY, 4 * DAY):
        await look(fresh_world, END - before)
    assert await told(fresh_world) == [("customer", 7), ("partner", 7)]


async def test_an_end_that_was_moved_is_another_end(fresh_world: World) -> None:
    """An extension by another half year: the old days are over, the new ones come, each once for each end"""
    await look(fresh_world, END - 30 * DAY)
    await bent(fresh_world, ends_at=END + 180 * DAY)
    for days in (-29, -7, -1, 0, 149):
        await look(fresh_world, END + days * DAY)
    assert len(await told(fresh_world)) == 2
    await look(fresh_world, END + 150 * DAY)
    await look(fresh_world, END + 151 * DAY)
    assert await told(fresh_world) == [("customer", 30), ("customer", 30), ("partner", 30), ("partner", 30)]
    assert {row["ends"] for row in await rows(fresh_world.address, EVENTS)} == {END, END + 180 * DAY}


async def test_an_end_that_came_nearer_is_told_at_once(fresh_world: World) -> None:
    await look(fresh_world, END - 30 * DAY)
    await bent(fresh_world, ends_at=END - 25 * DAY)
    await look(fresh_world, END - 30 * DAY)
    assert await told(fresh_world) == [("customer", 7), ("customer", 30), ("partner", 7), ("partner", 30)]


@pytest.mark.parametrize(
    "values",
    [
        {"auto_extend_days": 180},
        {"status": "TERMINATED"},
        {"kind": "RESELLER"},
        {"ends_at": None},
        {"activated_at": END - 5 * DAY},
        {"activated_at": None},
    ],
    ids=str,
)
async def test_what_goes_on_or_is_over_is_not_told(fresh_world: World, values: dict[str, Any]) -> None:
    """I-20: an end that is put off by agreement is no end; days before the beginning do not count"""
    await bent(fresh_world, **values)
    await look(fresh_world, END - 6 * DAY)
    assert await told(fresh_world) == []


async def test_many_workers_tell_each_side_once(fresh_world: World, tmp_path: Path) -> None:
    async with opened(fresh_world.address, tmp_path / "other") as other:
        for world in (fresh_world, other):
            world.stand_at(END - 7 * DAY)
        await asyncio.gather(*(worker(world).turn() for world in (fresh_world, other) for _ in range(3)))
    await look(fresh_world, END - 7 * DAY)  # the row was held for one side while another looked for the other
    assert await told(fresh_world) == [("customer", 7), ("partner", 7)]


async def test_more_than_one_batch_is_all_told(fresh_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the one that was told before is not told again with them"""
    monkeypatch.setattr(partners_reminding, "BATCH", 2)
    await look(fresh_world, END - DAY)
    async with behind(fresh_world.address) as connection:
        await connection.execute(
            """insert into app.partner_relationship
                 (tenant_id, partner_tenant_id, kind, status, roles, activated_at, ends_at)
               select tenant_id, partner_tenant_id, kind, status, roles, activated_at, ends_at
               from app.partner_relationship, generate_series(1, 4) where id = $1""",
            LENT,
        )
    await look(fresh_world, END - DAY)
    assert await told(fresh_world) == [("customer", 1)] * 5 + [("partner", 1)] * 5


@pytest.mark.parametrize("person", ["petra", "fred"])
async def test_whoever_listens_hears_it(fresh_world: World, person: str) -> None:
    """5.5: the partner's agent at home, and the customer's administrator"""
    place = await fresh_world.data(person, "{ latestEventId }", at=END - 8 * DAY)
    await look(fresh_world, END - 7 * DAY)
    asked = HEAR.replace("delegationEnding", "delegationEnding(after: $after)").replace(
        "subscription", "subscription ($after: String)"
    )
    given = {"after": place["latestEventId"]}
    status, heard = await fresh_world.heard(person, asked, given, at=END - 7 * DAY)
    (event,) = [each["data"]["delegationEnding"] for each in heard]
    assert status == 200
    assert (event["days"], event["endsAt"]) == (7, "2026-03-01T00:00:00+00:00")
    assert event["relationship"]["id"] == ids.encode("PartnerRelationship", LENT)
    assert (event["relationship"]["status"], event["relationship"]["daysLeft"]) == ("EXPIRING", 7)
