"""The clocks of cases after a change: paused, resumed, met, canceled, or started for what now applies (AE-70..75)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from resolvers.loaders import KEYS
from resolvers.promises import columns, hours_of, item_of
from resolvers.rules.business_hours import Calendar
from resolvers.rules.sla_clock import Clock, Item, Situation, follow, promised, situation, start
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.statements import Reach, Statement
from tenancy.words import CaseState, CaseStatus, ClockStatus

CLOCK = tuple(getattr(t.SlaClock, column.key) for column in t.SlaClock.__table__.columns)
"""Every column of a clock."""

_LOCK = Statement(
    select(*CLOCK).where(t.SlaClock.incident_id == KEYS).order_by(t.SlaClock.id).with_for_update(of=t.SlaClock),
    reach=Reach.TENANT,
)

_ITEMS = Statement(
    select(
        t.SlaItem.id,
        t.SlaItem.sla_id,
        t.SlaItem.kpi,
        t.SlaItem.applicable_when,
        t.SlaItem.warn_minutes,
        t.SlaItem.fail_minutes,
        t.SlaItem.allow_pause,
        t.SlaItem.pause_statuses,
        t.Sla.business_hours,
    )
    .join(t.SlaItem.sla)
    .where(
        or_(t.SlaItem.sla_id == KEYS, t.SlaItem.id == any_(bindparam("items", type_=ARRAY(Uuid(as_uuid=False))))),
    ),
    reach=Reach.TENANT,
)

_RECALCULATES = Statement(
    select(t.Tenant.recalculate_sla).where(t.Tenant.id == bindparam("tenant", type_=Uuid(as_uuid=False)))
)


@dataclass(frozen=True)
class Measure:
    """One item of an SLA with everything that its clocks need."""

    item: Item
    sla_id: str
    warn_minutes: int | None
    pausing: frozenset[str]
    hours: Calendar | None

    def situation(self, case: Mapping[str, Any], applies: bool) -> Situation:
        """How the case stands to this promise."""
        state, status = CaseState(case["state"]), CaseStatus(case["status"])
        return situation(self.item.kpi, state, status, case["first_response_sent"], applies, self.pausing)


async def follow_clocks(change: Change, cases: Sequence[Mapping[str, Any]]) -> None:
    """Let the clocks of these locked cases, given as they are after the change, catch up with it."""
    clocks: dict[str, list[Any]] = {case["id"]: [] for case in cases}
    for row in await change.rows(_LOCK, keys=sorted(clocks)):
        clocks[row["incident_id"]].append(row)
    measures = await _measures(change, cases, clocks)
    if not measures:
        return
    recalculates = bool(await change.value(_RECALCULATES, tenant=change.viewer.tenant_id))
    for case in cases:
        wanted = _wanted(case, measures)
        for row in clocks[case["id"]]:
            await _follow(change, case, row, measures[row["sla_item_id"]], row["sla_item_id"] in wanted, recalculates)
        await _start(change, case, clocks[case["id"]], [measures[id] for id in wanted])


async def _measures(
    change: Change, cases: Sequence[Mapping[str, Any]], clocks: Mapping[str, Iterable[Any]]
) -> dict[str, Measure]:
    """The items of the cases' SLAs, and those of clocks that already ran."""
    slas = sorted({case["sla_id"] for case in cases if case["sla_id"]})
    known = sorted({row["sla_item_id"] for rows in clocks.values() for row in rows})
    if not slas and not known:
        return {}
    return {row["id"]: _measure(row) for row in await change.rows(_ITEMS, keys=slas, items=known)}


def _measure(row: Any) -> Measure:
    pausing = frozenset(row["pause_statuses"]) if row["allow_pause"] else frozenset()
    return Measure(
        item_of(row["id"], row), row["sla_id"], row["warn_minutes"], pausing, hours_of(row["business_hours"])
    )


def _wanted(case: Mapping[str, Any], measures: Mapping[str, Measure]) -> list[str]:
    """The items under which the case stands now."""
    own = [measure.item for measure in measures.values() if measure.sla_id == case["sla_id"]]
    return [item.id for item in promised(own, case)]


async def _follow(
    change: Change, case: Mapping[str, Any], row: Any, measure: Measure, applies: bool, recalculates: bool
) -> None:
    before = clock_of(row)
    after = follow(before, measure.situation(case, applies), change.now, measure.hours, recalculates)
    if after != before:
        await change.alter(t.SlaClock, row["id"], columns(after))
        change.publish("clock", row["id"], case["workspace_id"], case=case["id"])


async def _start(change: Change, case: Mapping[str, Any], rows: Sequence[Any], measures: Iterable[Measure]) -> None:
    """Clocks for promises that have none yet; they run from the creation of the case, whenever they came to apply."""
    if case["state"] != CaseState.ACTIVE:
        return
    latest = {row["sla_item_id"]: row for row in sorted(rows, key=lambda row: row["terminal_at"] or change.now)}
    standing = {row["sla_item_id"] for row in rows if row["status"] != ClockStatus.CANCELED}
    for measure in measures:
        if measure.item.id in standing:
            continue
        clock = start(case["created_at"], measure.warn_minutes, measure.item.fail_minutes, measure.hours)
        clock = follow(clock, measure.situation(case, True), change.now, measure.hours)
        before = latest.get(measure.item.id)
        known = {"incident_id": case["id"], "sla_item_id": measure.item.id, "previous_id": before and before["id"]}
        id = await change.add(t.SlaClock, {**known, **columns(clock)})
        change.publish("clock", id, case["workspace_id"], case=case["id"])


def clock_of(row: Any) -> Clock:
    """The clock that a row holds."""
    return Clock(
        status=ClockStatus(row["status"]),
        applicable_from=row["applicable_from"],
        warning_time=row["warning_time"],
        failure_time=row["failure_time"],
        paused_on=row["paused_on"],
        paused_minutes=row["paused_minutes"],
        active_minutes=row["active_minutes"],
        succeeded_on=row["succeeded_on"],
        terminal_at=row["terminal_at"],
    )
