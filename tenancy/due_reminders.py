"""In which tenants somebody is to be reminded: questions across tenants as gw_system, which touch no row.

What is due is done tenant by tenant behind `Doors.working`, as with clocks (`tenancy.due`).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from tenancy.database import Database, Row
from tenancy.words import InvitationStatus

_INVITATIONS: Final = f"""
select distinct tenant_id from app.invitation
where status = '{InvitationStatus.PENDING}' and remind_at <= $1 order by tenant_id
"""

# Of each relationship that ends for good: the latest of the days $2 that has come, and which of the two has not heard.
_ENDS: Final = """
select distinct side.tenant_id
from app.partner_relationship r
cross join lateral (values
  (r.tenant_id, r.customer_told_end, r.customer_told_days),
  (r.partner_tenant_id, r.partner_told_end, r.partner_told_days)) as side (tenant_id, told_end, told_days)
cross join lateral (
  select min(day) as days from unnest($2::int[]) as day
  where r.ends_at - day * interval '24 hours' <= $1
    and r.ends_at - day * interval '24 hours' > r.activated_at) as reached
where r.kind = 'DELEGATED' and r.status in ('ACTIVE', 'EXPIRING') and r.auto_extend_days = 0
  and r.ends_at > $1 and r.ends_at <= $1 + (select max(day) from unnest($2::int[]) as day) * interval '24 hours'
  and (side.told_end is distinct from r.ends_at or side.told_days > reached.days) and reached.days is not null
order by side.tenant_id
"""


async def invitations_due(database: Database, now: datetime) -> tuple[str, ...]:
    """Tenants in which an open invitation is to be called to mind. Raises Unavailable."""
    async with database.system() as connection:
        rows: list[Row] = await connection.fetch(_INVITATIONS, now, record_class=Row)
        return tuple(row["tenant_id"] for row in rows)


async def ends_due(database: Database, now: datetime, days: Iterable[int]) -> tuple[str, ...]:
    """Tenants, of customers and of partners, that are to be told that a delegated relationship ends in so many days.
    Raises Unavailable."""
    async with database.system() as connection:
        rows: list[Row] = await connection.fetch(_ENDS, now, list(days), record_class=Row)
        return tuple(row["tenant_id"] for row in rows)
