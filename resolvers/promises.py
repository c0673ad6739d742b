"""The SLA of a case and the clocks that it starts (CS-33, CS-45; AE-70, AE-74)."""

from collections.abc import Mapping, Sequence
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
from tenancy.statements import Reach, Statement, same
from tenancy.words import Kpi, SlaState

_WHAT = select(
    t.Sla.id,
    t.Sla.is_default,
    t.Sla.business_hours,
    t.SlaItem.id.label("item_id"),
    t.SlaItem.kpi,
    t.SlaItem.applicable_when,
    t.SlaItem.warn_minutes,
    t.SlaItem.fail_minutes,
).outerjoin(t.SlaItem, same(t.SlaItem.sla_id, t.Sla.id))


def _in_force(*named: Any) -> Statement:
    """The active SLAs among those named, and the default one: a row for each item, and one for an SLA without any."""
    return Statement(_WHAT.where(t.Sla.state == SlaState.ACTIVE, or_(t.Sla.is_default, *named)), reach=Reach.TENANT)


_BY_ID = _in_force(t.Sla.id == KEYS)

_ID = Uuid(as_uuid=False)
LIKELY = _in_force(
    t.Sla.id == bindparam("sla_id", type_=_ID),
    t.Sla.id.in_(select(t.Entitlement.sla_id).where(t.Entitlement.id == bindparam("entitlement_id", type_=_ID))),
)
"""What `promise` needs to know, before the entitlement is locked: it may get another SLA until then."""


@dataclass(frozen=True)
class Promise:
    """The chosen SLA with its business hours, as decoded from its row, and the rows of its items."""

    choice: Choice
    hours: Calendar | None
    items: Sequence[Any]


async def promise(
    change: Change, manual: str | None, entitlement: str | None, likely: Sequence[Any] = ()
) -> Promise | None:
    """The SLA of a case: set by hand, else the entitlement's, else the default one; draft ones do not count.

    `likely` are rows of LIKELY, if somebody has read them; they are read again when they lack one that is asked for."""
    named = {id for id in (manual, entitlement) if id}
    rows = likely
    if not rows or not named <= {row["id"] for row in rows}:
        rows = await change.rows(_BY_ID, keys=sorted(named))
    active = {row["id"]: row for row in rows}
    default = next((row["id"] for row in rows if row["is_default"]), None)
    choice = choose(_of(manual, active), _of(entitlement, active), default)
    if choice is None:
        return None
    items = [row for row in rows if row["id"] == choice.sla_id and row["item_id"]]
    return Promise(choice, hours_of(active[choice.sla_id]["business_hours"]), items)


async def start_clocks(
    change: Change, case_id: str, given: Promise | None, facts: Mapping[str, Any], since: datetime
) -> list[str]:
    """Start one clock for each KPI that the SLA tracks for this case; their ids."""
    if given is None:
        return []
    rows = {row["item_id"]: row for row in given.items}
    found = []
    for item in promised([item_of(id, row) for id, row in rows.items()], facts):
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


def item_of(id: str, row: Any) -> Item:
    """One measure of an SLA as its row holds it."""
    condition = parse(orjson.loads(row["applicable_when"])) if row["applicable_when"] else None
    assert not isinstance(condition, Refused), "Conditions are checked when they are written."
    return Item(id, Kpi(row["kpi"]), condition, row["fail_minutes"])
