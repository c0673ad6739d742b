"""An entitlement in the hand of a command: visible, the desk's own, and locked (2.3, CS-31).

Lines of packages are part of an agreement (WS-26): what was bought there is no matter of the customer's own desk.
"""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from resolvers.loaders import KEYS
from resolvers.refusals import granted
from resolvers.rules.case_states import current
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import Forbidden, NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import require

Facts = Mapping[str, Any]
"""The columns of one entitlement."""

_E = t.Entitlement
_COLUMNS = tuple(getattr(_E, column.key) for column in _E.__table__.columns)
_LOCK = Statement(select(*_COLUMNS).where(_E.id == KEYS).order_by(_E.id).with_for_update(of=_E))


def may_manage(change: Change) -> None:
    """Entitlements are drawn up by managers of the desk (5.6)."""
    require(change.viewer, Action.MANAGE_ENTITLEMENTS, rule="CS-31")


async def hold_entitlement(change: Change, entitlement_id: str, version: int | None) -> Facts:
    """The entitlement, locked until the command has ended; NOT_FOUND, FORBIDDEN, or CONFLICT with a stale version."""
    may_manage(change)
    (row,) = await lock_entitlements(change, [entitlement_id])
    if row["package_id"] is not None:
        raise Forbidden(field="entitlement_id", rule="WS-26")
    if version is not None:
        granted(current(row["version"], version))
    return row


async def lock_entitlements(change: Change, ids: Collection[str]) -> list[Facts]:
    """These entitlements, locked in the order of their ids as everybody locks them (C-04)."""
    rows = await change.rows(_LOCK, keys=sorted(ids))
    if len(rows) != len(ids):
        raise NotFound(field="entitlement_id")
    return [dict(row) for row in rows]


async def rewrite(change: Change, entitlement: Facts, new: Facts, done: str) -> None:
    """Write the columns and the next version; `done` names the act in the audit and to those who listen."""
    await change.alter(_E, entitlement["id"], {**new, "version": entitlement["version"] + 1})
    told(change, entitlement["id"], done)


def told(change: Change, entitlement_id: str, done: str, **detail: Any) -> None:
    """Audit entry and event of an act."""
    change.audit(f"{done}_ENTITLEMENT", "Entitlement", entitlement_id, **detail)
    change.publish("entitlement", entitlement_id, change=done)
