"""Tells that totals of the Customer Activity page have changed for another reason than use: what is mapped to a
workspace, and who is a support contact there (CA-18, D-35)."""

from collections.abc import Iterable

from sqlalchemy import select

from resolvers.loaders import KEYS
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.statements import Reach, Statement
from tenancy.words import Category, Role

_OF_PACKAGES = Statement(
    select(t.Entitlement.id).where(t.Entitlement.package_id == KEYS).order_by(t.Entitlement.id), reach=Reach.TENANT
)


async def packages_moved(change: Change, workspace_id: str, package_ids: Iterable[str]) -> None:
    """Packages have come to a workspace, or left it: every line of them counts there from now on, or no more."""
    keys = sorted(set(package_ids))
    for row in await change.rows(_OF_PACKAGES, keys=keys) if keys else ():
        change.publish("activity", row["id"], workspace_id)


def roles_moved(change: Change, workspace_id: str | None, roles: Iterable[Role]) -> None:
    """Somebody has these roles in a workspace now, or no more: support contacts are counted."""
    if workspace_id is not None and Role.SUPPORT_CONTACT in set(roles):
        change.publish("activity", workspace_id, workspace_id, category=Category.SUPPORT_CONTACTS)
