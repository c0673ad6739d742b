"""What stands around a case: its neighbours, its clocks, its customer (CS-19, CS-23, CS-24, CS-40, CS-45, CS-47)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, func, or_, select, true
from sqlalchemy.orm import aliased

from resolvers.batch import Level
from resolvers.case_clocks import CLOCK, clock_of
from resolvers.cases import ORDERS, CaseOrder
from resolvers.loaders import KEYS, columns_of
from resolvers.pages import Listing
from resolvers.rules.sla_clock import seconds_to_failure, status_at
from tenancy import tables as t
from tenancy.database import Row
from tenancy.errors import BadInput
from tenancy.remembered import remembered
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.words import RUNNING_CLOCKS, CaseState, ClockStatus, Kpi

NEIGHBOURS = 5
MOST_NEIGHBOURS = 25
"""How many recent or similar cases are shown: without being asked, and at most."""

MERGED = Listing("case.mergedCases", t.Case, order=ORDERS[CaseOrder.NEWEST], parent="master_id")

_CLOCKS = Statement(
    select(*CLOCK, t.SlaItem.kpi)
    .join(t.SlaClock.item)
    .where(t.SlaClock.incident_id == KEYS)
    .order_by(t.SlaClock.failure_time, t.SlaItem.kpi, t.SlaClock.terminal_at, t.SlaClock.sla_item_id, t.SlaClock.id)
)

_DUE = Statement(
    select(*CLOCK, t.SlaItem.kpi)
    .join(t.SlaClock.item)
    .where(or_(*(t.SlaClock.status == status for status in RUNNING_CLOCKS)))
    .order_by(t.SlaClock.failure_time, t.SlaClock.id)
    .limit(bindparam("limit", type_=Integer))
)

_ACTIVE_CASES = Statement(
    select(t.Case.customer_id, func.count().label("count"))
    .where(t.Case.customer_id == KEYS, t.Case.state == CaseState.ACTIVE)
    .group_by(t.Case.customer_id)
)


@dataclass(frozen=True)
class ClockFace:
    """A clock as it stands at the moment of the question: time alone may have warned or failed it (AE-73)."""

    id: str
    incident_id: str
    sla_item_id: str
    previous_id: str | None
    kpi: Kpi
    status: ClockStatus
    applicable_from: datetime
    warning_time: datetime | None
    failure_time: datetime
    paused_on: datetime | None
    paused_minutes: int
    active_minutes: int | None
    succeeded_on: datetime | None
    terminal_at: datetime | None
    seconds_to_failure: int | None


@dataclass(frozen=True)
class CustomerCard:
    """Whom a case is for, at a glance."""

    customer_id: str
    contact_id: str | None
    active_cases: int


async def clock_faces(scope: Scope, case_ids: Sequence[str]) -> list[list[ClockFace]]:
    """The clocks of each case, the one that fails first at the head."""
    found: dict[str, list[ClockFace]] = {id: [] for id in case_ids}
    for row in await scope.rows(_CLOCKS, keys=sorted(found)):
        found[row["incident_id"]].append(_face(row, scope.now))
    return [found[id] for id in case_ids]


async def faces_of(scope: Scope, named: Sequence[tuple[str, str | None]]) -> list[ClockFace | None]:
    """Single clocks, each named by its case and its id; None for one without a name, or that the viewer cannot see."""
    cases = sorted({case for case, clock in named if clock})
    shown = await clock_faces(scope, cases) if cases else []
    found = {face.id: face for faces in shown for face in faces}
    return [found.get(clock) if clock else None for _, clock in named]


async def due_clocks(scope: Scope, first: int) -> list[ClockFace]:
    """The running clocks that fail next, or already should have."""
    return [_face(row, scope.now) for row in await scope.rows(_DUE, limit=first)]


async def cards(scope: Scope, cases: Sequence[Any]) -> list[CustomerCard]:
    """The card of each case's customer; of its cases only those count that the viewer may see."""
    rows = await scope.rows(_ACTIVE_CASES, keys=sorted({case.customer_id for case in cases}))
    counts = {row["customer_id"]: row["count"] for row in rows}
    return [CustomerCard(each.customer_id, each.contact_id, counts.get(each.customer_id, 0)) for each in cases]


async def neighbours(info: Level, cases: Sequence[Any], same: str, first: int) -> list[list[Row]]:
    """For each case the newest others that have the same `customer_id` or `subject_id`, within what is visible."""
    if not 1 <= first <= MOST_NEIGHBOURS:
        raise BadInput(field="first", details={"minimum": 1, "maximum": MOST_NEIGHBOURS})
    found: dict[str, list[Row]] = {case.id: [] for case in cases}
    statement = _near(same, columns_of(t.Case, info.selection.columns, ("id",)))
    for row in await info.context.scope.rows(statement, keys=sorted(found), limit=first):
        found[row["near"]].append(row)
    return [found[case.id] for case in cases]


@remembered
def _near(same: str, columns: frozenset[str]) -> Statement:
    """One statement for all cases; each one's newest neighbours are found by an index and a limit of its own."""
    case, other = aliased(t.Case), aliased(t.Case)
    alike: ColumnElement[bool] = getattr(other, same) == getattr(case, same)
    near = (
        select(*(getattr(other, name) for name in sorted(columns)))
        .where(other.tenant_id == case.tenant_id, alike, other.id != case.id)
        .order_by(other.created_at.desc(), other.id)
        .limit(bindparam("limit", type_=Integer))
        .correlate(case)
        .lateral("near")
    )
    chosen = select(case.id.label("near"), *near.c).select_from(case).join(near, true())
    return Statement(chosen.where(case.id == KEYS))


def _face(row: Any, now: datetime) -> ClockFace:
    clock = clock_of(row)
    known = {name: row[name] for name in ("id", "incident_id", "sla_item_id", "previous_id")}
    timed = {name: getattr(clock, name) for name in clock.__dataclass_fields__ if name != "status"}
    return ClockFace(
        **known,
        **timed,
        kpi=Kpi(row["kpi"]),
        status=status_at(clock, now),
        seconds_to_failure=seconds_to_failure(clock, now),
    )
