"""The SLA of a case and the clocks that it starts (CS-33, CS-45; AE-70, AE-74)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Uuid, bindparam, or_, select

from resolvers.loaders import KEYS
from resolvers.rules.business_hours import Calendar
from resolvers.rules.calendars import parse_calendar
from resolvers.rules.conditions import parse
from resolvers.rules.refused import Refused
from resolvers.rules.sla_clock import Choice, Clock, Item, choose, promised, start
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.statements import Reach, Statement
from tenancy.words import Kpi, SlaState

_ACTIVE = Statement(
    select(t.Sla.id, t.Sla.is_default, t.Sla.business_hours).where(
        t.Sla.state == SlaState.ACTIVE, or_(t.Sla.is_default, t.Sla.id == KEYS)
    ),
    reach=Reach.TENANT,
)

_ITEMS = Statement(
    select(
        t.SlaItem.id, t.SlaItem.kpi, t.SlaItem.applicable_when, t.SlaItem.warn_minutes, t.SlaItem.fail_minutes
    ).where(t.SlaItem.sla_id == bindparam("sla", type_=Uuid(as_uuid=False))),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class Promise:
    """The chosen SLA with its business hours, as decoded from its row."""

    choice: Choice
    hours: Calendar | None


async def promise(change: Change, manual: str | None, entitlement: str | None) -> Promise | None:
    """The SLA of a case: set by hand, else the entitlement's, else the default one; draft ones do not count."""
    rows = await change.rows(_ACTIVE, keys=[id for id in (manual, entitlement) if id])
    active = {row["id"]: row for row in rows}
    default = next((row["id"] for row in rows if row["is_default"]), None)
    choice = choose(_of(manual, active), _of(entitlement, active), default)
    return None if choice is None else Promise(choice, hours_of(active[choice.sla_id]["business_hours"]))


async def start_clocks(
    change: Change, case_id: str, given: Promise | None, facts: Mapping[str, Any], since: datetime
) -> list[str]:
    """Start one clock for each KPI that the SLA tracks for this case; their ids."""
    if given is None:
        return []
    rows = {row["id"]: row for row in await change.rows(_ITEMS, sla=given.choice.sla_id)}
    found = []
    for item in promised([item_of(row) for row in rows.values()], facts):
        row = rows[item.id]
        clock = start(since, row["warn_minutes"], row["fail_minutes"], given.hours)
        found.append(await change.add(t.SlaClock, {"incident_id": case_id, "sla_item_id": item.id, **columns(clock)}))
        change.publish("clock", found[-1], facts.get("workspace_id"), case=case_id)
    return found


def columns(clock: Clock) -> dict[str, Any]:
    """A clock as columns of its row."""
    return {
        "status": clock.status,
        "applicable_from": clock.applicable_from,
        "warning_time": clock.warning_time,
        "failure_time": clock.failure_time,
        "paused_on": clock.paused_on,
        "paused_minutes": clock.paused_minutes,
        "active_minutes": clock.active_minutes,
        "succeeded_on": clock.succeeded_on,
        "terminal_at": clock.terminal_at,
    }


def _of(id: str | None, active: Mapping[str, Any]) -> str | None:
    return id if id in active else None


def hours_of(document: str | None) -> Calendar | None:
    """Business hours as their row holds them; None is around the clock."""
    hours = parse_calendar(orjson.loads(document)) if document else None
    assert not isinstance(hours, Refused), "Business hours are checked when they are written."
    return hours


def item_of(row: Any) -> Item:
    """One measure of an SLA as its row holds it."""
    condition = parse(orjson.loads(row["applicable_when"])) if row["applicable_when"] else None
    assert not isinstance(condition, Refused), "Conditions are checked when they are written."
    return Item(row["id"], Kpi(row["kpi"]), condition, row["fail_minutes"])
