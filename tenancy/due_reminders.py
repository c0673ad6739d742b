"""In which tenants somebody is to be reminded: questions across tenants as gw_system, which touch no row.

What is due is done tenant by tenant behind `Doors.working`, as with clocks (`tenancy.due`).
"""

from datetime import datetime
from typing import Final

from tenancy.database import Database, Row
from tenancy.words import InvitationStatus

_INVITATIONS: Final = f"""
select distinct tenant_id from app.invitation
where status = '{InvitationStatus.PENDING}' and remind_at <= $1 order by tenant_id
"""


async def invitations_due(database: Database, now: datetime) -> tuple[str, ...]:
    """Tenants in which an open invitation is to be called to mind. Raises Unavailable."""
    async with database.system() as connection:
        rows: list[Row] = await connection.fetch(_INVITATIONS, now, record_class=Row)
        return tuple(row["tenant_id"] for row in rows)
