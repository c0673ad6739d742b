"""Telling both ends of a delegated relationship that it ends: at thirty days, seven and one (3.5).

Each of the two is told in its own tenant, in a transaction of its own, and what it was told stands in the row: so each
end is told once for each of those days, whoever else does it, and again when the end was moved.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.types import DateTime

from resolvers.loaders import KEYS
from resolvers.partners import FACTS, relationship
from resolvers.rules.partnerships import to_tell
from resolvers.rules.reminders import DELEGATION_DAYS
from tenancy import partnerships
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.database import Row
from tenancy.doors import Doors
from tenancy.statements import Statement
from tenancy.words import RelationshipKind

ENDING: Final = "delegation.ending"
"""Topic of the event. Nobody's rights change by it, so it is not one of `tenancy.follower.RIGHTS`."""

BATCH: Final = 100
"""Relationships of one transaction."""

_R = t.PartnerRelationship
_COLUMNS = (
    *(_R.id, _R.tenant_id, _R.partner_tenant_id),
    *(getattr(_R, name) for name in FACTS),
    *(_R.customer_told_end, _R.customer_told_days, _R.partner_told_end, _R.partner_told_days),
)
_NEAR = Statement(
    select(*_COLUMNS)
    .where(
        _R.kind == RelationshipKind.DELEGATED,
        _R.ends_at > bindparam("now", type_=DateTime(timezone=True)),
        _R.ends_at <= bindparam("horizon", type_=DateTime(timezone=True)),
    )
    .order_by(_R.id)
)
# The relationship itself is locked, not its ends: whoever moves it waits, and is seen here.
_LOCK = Statement(select(*_COLUMNS).where(_R.id == KEYS).order_by(_R.id).with_for_update(skip_locked=True))


async def tell_ends(doors: Doors, tenant_id: str) -> int:
    """Tell one tenant, a customer or a partner, of what ends in so many days; of how many relationships it was told."""
    async with doors.working(tenant_id) as change:
        rows = await change.rows(_NEAR, now=change.now, horizon=change.now + timedelta(days=max(DELEGATION_DAYS)))
        waiting = [row["id"] for row in rows if _days(change, row) is not None]
    told = 0
    for first in range(0, len(waiting), BATCH):
        async with doors.working(tenant_id) as change:
            for row in await change.rows(_LOCK, keys=waiting[first : first + BATCH]):
                told += await _tell(change, row)
    return told


async def _tell(change: Change, row: Row) -> bool:
    """Asked again under the lock: somebody may have told it meanwhile, or have ended it."""
    days = _days(change, row)
    if days is None:
        return False
    end = row["ends_at"]
    await partnerships.told(change, row["id"], end, days)
    change.audit("TELL_OF_END", "PartnerRelationship", row["id"], days=days, ends=end.isoformat())
    change.publish(ENDING, row["id"], days=days, ends=end.isoformat())
    return True


def _days(change: Change, row: Row) -> int | None:
    side = "customer" if change.viewer.tenant_id == row["tenant_id"] else "partner"
    return to_tell(relationship(row), row[f"{side}_told_end"], row[f"{side}_told_days"], change.now)
