"""Tells that totals of the Customer Activity page have changed for another reason than use: what is mapped to a
workspace, who is a support contact there, and which cases are additional ones (CA-18, CA-35, D-35).

Entitlements that the desk draws up for its customers are no lines of packages, and not on the page: nothing is told of
their lives. Nor is anything told of what the calendar does.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select

from resolvers.loaders import KEYS
from resolvers.rules.additional_cases import BACKING, SERVICES, unbacked
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.statements import Reach, Statement
from tenancy.words import Category, Role, SupportKind

CATEGORIES: Final[Mapping[SupportKind, Category]] = {
    SupportKind.ADVISORY: Category.ADVISORY_SUPPORT,
    SupportKind.PROBLEM_RESOLUTION: Category.REACTIVE_SUPPORT,
}
"""Service of the panel of additional cases -> the category of the same kind of support."""

_OF_PACKAGES = Statement(
    select(t.Entitlement.id).where(t.Entitlement.package_id == KEYS).order_by(t.Entitlement.id), reach=Reach.TENANT
)


async def packages_moved(change: Change, workspace_id: str, package_ids: Iterable[str]) -> None:
    """Packages have come to a workspace, or left it: every line of them counts there from now on, or no more."""
    keys = sorted(set(package_ids))
    for row in await change.rows(_OF_PACKAGES, keys=keys) if keys else ():
        change.publish("activity", row["id"], workspace_id)
    for service in SERVICES if keys else ():
        _additional(change, workspace_id, workspace_id, service)


def case_moved(change: Change, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
    """A case was opened (`before` is None), or its row was changed: it may be an additional one now, or no more."""
    if after["workspace_id"] is None or after["support_kind"] not in SERVICES:
        return
    moved = before is None or any(before[name] != after[name] for name in BACKING)
    if moved and any(unbacked(case) for case in (before, after) if case is not None):
        _additional(change, after["id"], after["workspace_id"], SupportKind(after["support_kind"]))


def roles_moved(change: Change, workspace_id: str | None, roles: Iterable[Role]) -> None:
    """Somebody has these roles in a workspace now, or no more: support contacts are counted."""
    if workspace_id is not None and Role.SUPPORT_CONTACT in set(roles):
        change.publish("activity", workspace_id, workspace_id, category=Category.SUPPORT_CONTACTS)


def _additional(change: Change, subject_id: str, workspace_id: str, service: SupportKind) -> None:
    change.publish("activity", subject_id, workspace_id, category=CATEGORIES[service], service=service)
