"""Clocks that time alone has changed: warned at their warning time, failed at their failure time (2.4, AE-71, AE-73).

Readers are right without it (`status_at`); this writes the change down, once, and tells those who listen. Several
workers may do it at the same time: each takes the clocks that nobody holds, and a clock that changed meanwhile is no
longer due. A clock that a command holds is left to that command, or to the next turn.
"""

from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.types import DateTime, Integer

from resolvers.case_clocks import CLOCK, clock_of
from resolvers.promises import columns, hours_of
from resolvers.rules.sla_clock import aged
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.doors import Doors
from tenancy.statements import Reach, Statement
from tenancy.words import RUNNING_CLOCKS, ClockStatus

BATCH = 100
"""Clocks of one transaction: few enough to hold no command up."""

_NOW = bindparam("now", type_=DateTime(timezone=True))

_RUNNING = or_(*(t.SlaClock.status == status for status in RUNNING_CLOCKS))

_DUE = Statement(
    select(*CLOCK, t.Sla.business_hours, t.Case.workspace_id)
    .join(t.SlaClock.item)
    .join(t.SlaItem.sla)
    .join(t.SlaClock.case)
    .where(
        or_(
            and_(_RUNNING, t.SlaClock.failure_time <= _NOW),
            and_(t.SlaClock.status == ClockStatus.IN_PROGRESS, t.SlaClock.warning_time <= _NOW),
        )
    )
    .order_by(t.SlaClock.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=t.SlaClock, skip_locked=True),
    reach=Reach.TENANT,
)


async def age_clocks(doors: Doors, tenant_id: str) -> int:
    """Write down what time did to the clocks of one tenant; how many were changed."""
    done = 0
    while True:
        async with doors.working(tenant_id) as change:
            rows = await change.rows(_DUE, now=change.now, most=BATCH)
            for row in rows:
                await _age(change, row)
        done += len(rows)
        if len(rows) < BATCH:
            return done


async def _age(change: Change, row: Any) -> None:
    clock = aged(clock_of(row), change.now, hours_of(row["business_hours"]))
    await change.alter(t.SlaClock, row["id"], columns(clock))
    act = "FAIL_CLOCK" if clock.status is ClockStatus.NONCOMPLIANT else "WARN_CLOCK"
    change.audit(act, "SlaClock", row["id"], case=row["incident_id"], failure=clock.failure_time.isoformat())
    change.publish("clock", row["id"], row["workspace_id"], case=row["incident_id"])
