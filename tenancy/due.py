"""What falls due across tenants: the clock worker's one question as gw_system, the expiry clock of security 3.1.

It learns in which tenants something is due and when the next moment comes, and touches no row: what is due is done
tenant by tenant behind `Doors.working`.
"""

from dataclasses import dataclass
from datetime import datetime

from tenancy.database import Database, Row
from tenancy.words import RUNNING_CLOCKS, ClockStatus

_RUNNING = ", ".join(f"'{status.value}'" for status in RUNNING_CLOCKS)
_FAILING = f"app.sla_kpi_instance where status in ({_RUNNING}) and failure_time"
_WARNING = f"app.sla_kpi_instance where status = '{ClockStatus.IN_PROGRESS.value}' and warning_time"

_DUE = f"""
select tenant_id from {_FAILING} <= $1 union select tenant_id from {_WARNING} <= $1 order by tenant_id
"""
_NEXT = f"""
select least((select min(failure_time) from {_FAILING} > $1), (select min(warning_time) from {_WARNING} > $1))
"""


@dataclass(frozen=True)
class Due:
    """Tenants in which a clock has passed its warning or failure and still runs; the next such moment, if any."""

    tenants: tuple[str, ...]
    next: datetime | None


async def due(database: Database, now: datetime) -> Due:
    """What is due at `now`. Raises Unavailable."""
    async with database.system() as connection:
        tenants: list[Row] = await connection.fetch(_DUE, now, record_class=Row)
        return Due(tuple(row["tenant_id"] for row in tenants), await connection.fetchval(_NEXT, now))
