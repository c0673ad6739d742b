"""Rows that wait for the next statement, and go together."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select

from gateway.demo import ids
from tenancy.changes import Change
from tenancy.doors import Doors
from tenancy.gathered import Gathered, Shape
from tenancy.statements import Statement
from tenancy.tables import IdempotencyKey, Invitation, RoutingRule, Subject
from tenancy.words import InvitationStatus, KeyState, Role
from tests.tenancy.callers import CONTOSO, identity

TITLES = "select title from app.subject where id = any($1::uuid[]) order by title"


async def test_rows_of_several_tables_go_in_one_statement_before_the_next(doors: Doors) -> None:
    """A child stands before its parent here: keys are looked at when all are there."""
    async with doors.planning(identity("mo")) as change:
        named = [ids.of(f"a subject {number}") for number in range(3)]
        asked = change.asked
        for number, id in enumerate(named):
            await change.add(Subject, {"id": id, "title": str(number), "parent_id": (*named[1:], None)[number]})
        await change.add(Invitation, _invitation(change))
        assert change.asked == asked
        assert [row["title"] for row in await change.run(TITLES, named)] == ["0", "1", "2"]
        assert change.asked == asked + 2


async def test_whoever_reads_on_the_same_wire_finds_them(doors: Doors) -> None:
    """Another standpoint of the same command, which knows nothing of what it added."""
    async with doors.planning(identity("mo")) as change:
        id = await change.add(Subject, {"title": "one"})
        found = await change.seen_by(change.viewer).rows(Statement(select(Subject.title).where(Subject.id == id)))
        assert [row["title"] for row in found] == ["one"]


@pytest.mark.parametrize("condition", [{"a": ['"', "é"]}, '{"a": ["\\"", "é"]}'], ids=["document", "text"])
async def test_every_kind_of_value_arrives_as_it_was_given(doors: Doors, condition: Any) -> None:
    async with doors.planning(identity("mo")) as change:
        rule = await _rule(change, condition)
        invitation = await change.add(Invitation, _invitation(change))
        (row,) = await change.run(
            "select condition = $1::jsonb as same, name, position, queue_id from app.routing_rule where id = $2",
            condition,
            rule,
        )
        (other,) = await change.run("select * from app.invitation where id = $1", invitation)
    assert tuple(row) == (True, 'a "name"\n', 90, None)
    assert {name: other[name] for name in _invitation(change)} == _invitation(change)


def _invitation(change: Change) -> dict[str, Any]:
    return {
        "workspace_id": ids.of("contoso/W1"),
        "email": "somebody@example.com",
        "roles": [Role.MEMBER, Role.SUPPORT_CONTACT],
        "token_hash": b"\x00\xff'",
        "status": InvitationStatus.PENDING,
        "expires_at": change.now + timedelta(microseconds=1),
        "invited_by": ids.user("mo"),
        "created_at": change.now,
    }


async def _rule(change: Change, condition: Any) -> str:
    (row,) = await change.run("select rule_set_id from app.routing_rule where id = $1", ids.of("contoso/R2-4"))
    given = {"rule_set_id": row[0], "position": 90, "name": 'a "name"\n', "condition": condition}
    return await change.add(RoutingRule, {**given, "queue_id": None, "assignee_id": ids.user("mo")})


async def test_a_row_of_the_commands_own_is_altered_with_the_next_rows(doors: Doors) -> None:
    async with doors.planning(identity("mo")) as change:
        key = {"principal": change.viewer.user_id, "mutation": "m", "key": "k"}
        row = {**key, "request_hash": b"\x00\xff", "state": KeyState.RUNNING, "created_at": change.now}
        other = {**row, "key": "other"}
        assert await change.add_new(IdempotencyKey, row)
        assert await change.add_new(IdempotencyKey, other)
        change.alter_own(IdempotencyKey, key, {"state": KeyState.DONE, "answer": {"id": "x"}})
        found = await change.run("select * from app.idempotency_key where mutation = 'm' order by key")
        told = [(each["state"], each["answer"], each["request_hash"], each["created_at"]) for each in found]
    assert told == [
        ("DONE", '{"id": "x"}', b"\x00\xff", change.now),
        ("RUNNING", None, b"\x00\xff", change.now),
    ]


async def test_what_fails_fails_before_anything_is_kept(doors: Doors) -> None:
    """The rows are sent before the commit at the latest, and a row that cannot be ends the command."""
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with doors.changing(identity("mo")) as change:
            await change.add(Subject, {"title": "one", "parent_id": ids.of("nothing")})
    async with doors.planning(identity("mo")) as change:
        assert await change.run("select 1 from app.subject where title = 'one'") == []


def test_what_waits_is_written_tenant_by_tenant_and_once() -> None:
    waiting = Gathered()
    subject = Shape(Subject, ("title",))
    for tenant, title in ((CONTOSO, "one"), (ids.of("other"), "two"), (CONTOSO, "three")):
        waiting.add(tenant, subject, {"title": title})
    assert [(tenant, arguments[1]) for tenant, _, arguments in waiting.taken()] == [
        (CONTOSO, '[{"title":"one"},{"title":"three"}]'),
        (ids.of("other"), '[{"title":"two"}]'),
    ]
    assert not waiting
    assert list(waiting.taken()) == []
