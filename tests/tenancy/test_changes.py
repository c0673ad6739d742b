"""Writing through the viewer's door, and the trace that it leaves (H-10, D-06)."""

import asyncio
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from uuid import UUID

import asyncpg
import orjson
import pytest
from sqlalchemy import select

from gateway.demo import ids
from tenancy.changes import Change, Touch, audit_text
from tenancy.doors import Doors
from tenancy.errors import Forbidden
from tenancy.statements import Statement, ready
from tenancy.tables import Consumption, IdempotencyKey, RoutingRule, Subject, SupportGroupMember
from tenancy.words import KeyState, Priority
from tests.tenancy.callers import CONTOSO, identity
from tests.tenancy.connections import Connection

ENTRIES = "select * from app.audit_entry where tenant_id = $1 order by id"


async def test_rows_are_added_altered_and_removed_in_the_viewers_tenant(doors: Doors) -> None:
    async with doors.planning(identity("mo")) as change:
        id = await change.add(Subject, {"title": "one"})
        named = await change.add(Subject, {"id": ids.of("a subject"), "title": "two", "parent_id": id})
        await change.add_all(Subject, [{"title": "three"}, {"title": "four"}])
        await change.add_all(Subject, [])
        assert named == ids.of("a subject")
        rows = await change.run("select title, tenant_id from app.subject where parent_id = $1 or id = $1", id)
        assert {tuple(row) for row in rows} == {("one", CONTOSO), ("two", CONTOSO)}
        rule = ids.of("contoso/R2-4")
        await change.alter(RoutingRule, rule, {"name": "other"})
        assert await change.value(Statement(select(RoutingRule.name).where(RoutingRule.id == rule))) == "other"
        await change.remove(RoutingRule, {"id": rule})
        assert await change.rows(Statement(select(RoutingRule.name).where(RoutingRule.id == rule))) == []
        touched = [(each.touch, each.table, each.key) for each in change.touched]
        assert touched[:2] == [(Touch.CREATED, Subject, id), (Touch.CREATED, Subject, named)]
        assert touched[4:] == [(Touch.REMOVED, RoutingRule, rule)]


async def test_a_row_without_an_id_is_named_by_its_columns(doors: Doors) -> None:
    async with doors.planning(identity("mo")) as change:
        key = {"group_id": ids.of("contoso/G1"), "user_id": ids.user("kim")}
        assert await change.add(SupportGroupMember, key) == ""
        (touched,) = change.touched
        assert touched.key == f"group_id={key['group_id']}|user_id={key['user_id']}"


async def test_a_key_that_is_taken_is_not_inserted_twice(doors: Doors) -> None:
    """The first half of idempotency (C-05)."""
    async with doors.planning(identity("mo")) as change:
        named = {"principal": change.viewer.user_id, "mutation": "m", "key": "k"}
        row = {**named, "request_hash": b"h", "state": KeyState.RUNNING, "created_at": change.now}
        assert [await change.add_new(IdempotencyKey, row) for _ in range(2)] == [True, False]
        assert change.touched == ()


@pytest.mark.parametrize("verb", ["alter", "remove"])
async def test_a_write_that_names_no_row_is_refused(doors: Doors, verb: str) -> None:
    """Without a column it would be about every row of the tenant."""
    async with doors.planning(identity("mo")) as change:
        with pytest.raises(ValueError, match="one column"):
            await (change.alter(Subject, {}, {"title": "x"}) if verb == "alter" else change.remove(Subject, {}))


async def test_nothing_is_written_without_a_tenant(doors: Doors) -> None:
    """T-25: before the first query."""
    async with doors.planning(identity("nils")) as change:
        asked = change.wire.statements
        for attempt in (
            change.add(Subject, {"title": "x"}),
            change.add_new(Subject, {"title": "x"}),
            change.add_all(Subject, [{"title": "x"}]),
            change.alter(Subject, ids.of("x"), {"title": "x"}),
            change.remove(Subject, {"id": ids.of("x")}),
        ):
            with pytest.raises(Forbidden):
                await attempt
        assert change.wire.statements == asked


async def test_the_ledger_is_only_added_to(doors: Doors) -> None:
    """I-8: not even by the code of the house."""
    async with doors.planning(identity("cora"), CONTOSO) as change:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await change.remove(Consumption, {"id": ids.of("contoso/x")})


async def test_effects_leave_their_trace_in_the_same_transaction(doors: Doors, past: Connection) -> None:
    """H-10: an event and an audit entry, or nothing at all."""
    before = await past.fetch(ENTRIES, CONTOSO)
    async with doors.changing(identity("mo")) as change:
        _leave_traces(change)
    entries = (await past.fetch(ENTRIES, CONTOSO))[len(before) :]
    assert [(row["action"], row["subject_type"]) for row in entries] == [("FIRST", "Case"), ("SECOND", "Case")]
    assert str(entries[0]["principal"]) == ids.user("mo")
    event = await past.fetchrow("select * from app.outbox_event order by id desc limit 1")
    assert event is not None
    assert (str(event["tenant_id"]), event["topic"], orjson.loads(event["payload"])) == (
        CONTOSO,
        "case",
        {"change": "x"},
    )


def _leave_traces(change: Change) -> None:
    change.audit("FIRST", "Case", ids.of("contoso/K1"), amount="1.00", b=1, a=2)
    change.audit("SECOND", "Case", ids.of("contoso/K1"))
    change.publish("case", ids.of("contoso/K1"), ids.of("contoso/W1"), change="x")


async def test_each_audit_entry_seals_the_one_before_it(doors: Doors, past: Connection) -> None:
    """D-06: changed or removed, an entry breaks the chain."""
    async with doors.changing(identity("mo")) as change:
        _leave_traces(change)
    *_, first, second = await past.fetch(ENTRIES, CONTOSO)
    detail = {"amount": "1.00", "a": 2, "b": 1}
    who = (CONTOSO, ids.user("mo"))
    sealed = audit_text(*who, "FIRST", "Case", ids.of("contoso/K1"), detail, doors.clock.now())
    assert first["hash"] == sha256((first["previous_hash"] or b"") + sealed.encode()).digest()
    assert second["previous_hash"] == first["hash"]


async def test_an_audit_chain_has_one_line_even_when_many_write_at_once(doors: Doors, past: Connection) -> None:
    async def act(number: int) -> None:
        async with doors.changing(identity("mo")) as change:
            change.audit(f"ACT_{number}", "Case", ids.of("contoso/K1"))

    await asyncio.gather(*map(act, range(8)))
    rows = await past.fetch(ENTRIES, CONTOSO)
    later = rows[-8:]
    assert {row["action"] for row in later} == {f"ACT_{number}" for number in range(8)}
    assert [row["previous_hash"] for row in later] == [row["hash"] for row in rows[-9:-1]]


def test_values_as_the_driver_takes_them() -> None:
    day = date(2025, 6, 15)
    given = [None, "x", UUID(int=1), Decimal("1.50"), day, Priority.HIGH, [Decimal(2)], {"a": day}, timedelta(1)]
    assert [ready(value) for value in given] == [
        None,
        "x",
        str(UUID(int=1)),
        "1.50",
        "2025-06-15",
        "HIGH",
        ["2"],
        '{"a":"2025-06-15"}',
        timedelta(1),
    ]
