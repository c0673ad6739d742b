"""Writing the relationship between two tenants: the one row that a command of either end may touch (3.5).

Everything else that is written belongs to the viewer's own tenant, so `Change.add` and `Change.alter` do not do here;
row-level security lets a statement through that names the current tenant at either end.
"""

from collections.abc import Iterable
from datetime import datetime

from tenancy.changes import Change, Touch
from tenancy.tables import PartnerRelationship
from tenancy.words import RelationshipKind, RelationshipStatus, Role

_OFFER = """
insert into app.partner_relationship
  (tenant_id, partner_tenant_id, kind, status, roles, auto_extend_days, duration_days)
values ($1, $2, $3, $4, $5, $6, $7) returning id
"""
_MOVE = """
update app.partner_relationship
set status = $3, activated_at = coalesce($4, activated_at), ends_at = coalesce($5, ends_at)
where id = $1 and $2 in (tenant_id, partner_tenant_id)
"""
# What each of the two was told last is its own.
_TOLD = """
update app.partner_relationship set
  customer_told_end = case when tenant_id = $2 then $3 else customer_told_end end,
  customer_told_days = case when tenant_id = $2 then $4 else customer_told_days end,
  partner_told_end = case when partner_tenant_id = $2 then $3 else partner_told_end end,
  partner_told_days = case when partner_tenant_id = $2 then $4 else partner_told_days end
where id = $1 and $2 in (tenant_id, partner_tenant_id)
"""


async def offer(
    change: Change,
    customer_id: str,
    roles: Iterable[Role],
    duration_days: int,
    auto_extend_days: int,
    status: RelationshipStatus,
) -> str:
    """A delegated relationship from the viewer's tenant, a partner, to a customer; its id."""
    kind = RelationshipKind.DELEGATED
    ends = (customer_id, change.viewer.tenant_id)
    (row,) = await change.run(_OFFER, *ends, kind, status, sorted(roles), auto_extend_days, duration_days)
    id = str(row["id"])
    change.note(Touch.CREATED, PartnerRelationship, {"id": id, "status": status})
    return id


async def advance(
    change: Change,
    id: str,
    status: RelationshipStatus,
    *,
    activated_at: datetime | None = None,
    ends_at: datetime | None = None,
) -> None:
    """Bring a relationship of the viewer's tenant, partner or customer, to a status."""
    await change.run(_MOVE, id, change.viewer.tenant_id, status, activated_at, ends_at)
    change.note(Touch.CHANGED, PartnerRelationship, {"id": id, "status": status})


async def told(change: Change, id: str, end: datetime, days: int) -> None:
    """Remember that the tenant of this change, partner or customer, was told of this end so many days before it."""
    await change.run(_TOLD, id, change.viewer.tenant_id, end, days)
