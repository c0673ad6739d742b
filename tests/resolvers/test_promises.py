"""What a new case is promised and what is written down with it, as the tables hold it (AE-70, AE-74, AE-75, AE-77)."""

from datetime import UTC, datetime
from typing import Any

import asyncpg

from tests.talk import identified
from tests.world import World

FRIDAY = datetime(2025, 6, 13, 16, 30, tzinfo=UTC)
OPEN = "mutation ($i: CreateCaseInput!) { createCase(input: $i) { case { ticketNumber } userErrors { code } } }"


async def opened_case(world: World, viewer: str, **given: Any) -> str:
    """The uuid of a case that was opened on Friday afternoon."""
    wanted = {"idempotencyKey": "k", "title": "Cold", "supportKind": "PROBLEM_RESOLUTION", **given}
    data = await world.data(viewer, OPEN, {"i": wanted}, at=FRIDAY)
    assert data["createCase"]["userErrors"] == []
    found = await rows(
        world, "select id from app.incident where ticket_number = $1", data["createCase"]["case"]["ticketNumber"]
    )
    return str(found[0]["id"])


async def rows(world: World, sql: str, *arguments: Any) -> list[asyncpg.Record]:
    """What the jobs' role sees: every tenant."""
    connection = await asyncpg.connect(world.address.system)
    try:
        return list(await connection.fetch(sql, *arguments))
    finally:
        await connection.close()


CLOCKS = """
select i.kpi, c.status, c.applicable_from, c.warning_time, c.failure_time, c.paused_minutes, c.terminal_at
from app.sla_kpi_instance c join app.sla_item i on i.tenant_id = c.tenant_id and i.id = c.sla_item_id
where c.incident_id = $1 order by i.kpi
"""


async def test_clocks_run_in_office_hours(fresh_world: World) -> None:
    """AE-70: half an hour on Friday, the rest from nine o'clock on Monday; two KPIs"""
    case = await opened_case(
        fresh_world,
        "rae",
        customerId=identified("Customer", "contoso/tostado"),
        entitlementId=identified("Entitlement", "contoso/terms-gold"),
    )
    response, solution = await rows(fresh_world, CLOCKS, case)
    assert (response["kpi"], solution["kpi"]) == ("FIRST_RESPONSE", "RESOLVE")
    assert response["failure_time"] == datetime(2025, 6, 16, 9, 30, tzinfo=UTC)
    assert solution["failure_time"] == datetime(2025, 6, 16, 16, 30, tzinfo=UTC)
    assert solution["warning_time"] == datetime(2025, 6, 16, 14, 30, tzinfo=UTC)
    assert response["warning_time"] is None  # AE-75: without one it never warns
    assert {row["status"] for row in (response, solution)} == {"IN_PROGRESS"}
    assert {row["applicable_from"] for row in (response, solution)} == {FRIDAY}


async def test_the_default_promise_runs_around_the_clock(fresh_world: World) -> None:
    """AE-74: no other SLA, so the tenant's default"""
    case = await opened_case(fresh_world, "cy", workspaceId=identified("Workspace", "contoso/W1"))
    response, _ = await rows(fresh_world, CLOCKS, case)
    assert response["warning_time"] == datetime(2025, 6, 13, 19, 30, tzinfo=UTC)
    assert response["failure_time"] == datetime(2025, 6, 13, 20, 30, tzinfo=UTC)


async def test_a_new_case_has_one_post_one_entry_and_its_events(fresh_world: World) -> None:
    """AE-77, I-19, H-10: written in the transaction of the case"""
    case = await opened_case(
        fresh_world,
        "cy",
        workspaceId=identified("Workspace", "contoso/W1"),
        entitlementId=identified("Entitlement", "contoso/B1-reactive"),
    )
    (post,) = await rows(
        fresh_world, "select record_type, created_at from app.timeline_entry where incident_id = $1", case
    )
    assert (post["record_type"], post["created_at"]) == ("AUTO_POST", FRIDAY)
    (process,) = await rows(fresh_world, "select stage, process_status, state from app.incident where id = $1", case)
    assert tuple(process) == ("IDENTIFY", "ACTIVE", "ACTIVE")
    (charge,) = await rows(
        fresh_world, "select quantity, workspace_id from app.consumption where incident_id = $1", case
    )
    assert charge["quantity"] == 1
    entries = await rows(fresh_world, "select action, detail from app.audit_entry where subject_id = $1", case)
    assert [entry["action"] for entry in entries] == ["CREATE_CASE"]
    events = await rows(fresh_world, "select topic, subject_id from app.outbox_event where created_at = $1", FRIDAY)
    assert ("case", case) in {(event["topic"], str(event["subject_id"])) for event in events}
    assert sorted(event["topic"] for event in events) == ["activity", "case", "clock", "clock", "timeline"]
