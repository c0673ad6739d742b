"""The add-on section: the packages of one agreement at a time (CA-20..24, CA-28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, not_, select
from sqlalchemy.types import Date, Uuid

from resolvers import ids
from resolvers.activity import PACKAGE_SHOWN, Activity, many, mapped_agreements
from resolvers.listings import Listing, Order
from resolvers.rules.consumption import PackageStatus, only_agreement
from resolvers.rules.refused import Refused
from tenancy import tables as t
from tenancy.errors import BusinessRefusal, NotFound
from tenancy.statements import Statement
from tenancy.words import Section

ADD_ONS = Listing(
    "customerActivity.addOn",
    t.Package,
    {
        "add_on": t.Package.section == Section.ADD_ON,
        "workspaces": PACKAGE_SHOWN,
        "agreement": t.Package.agreement_id == bindparam("agreement", type_=Uuid(as_uuid=False)),
        "packages": t.Package.id == many("packages"),
        "today": bindparam("today", type_=Date).between(t.Package.starts_on, t.Package.ends_on),
        "inactive": not_(bindparam("inactive", type_=Date).between(t.Package.starts_on, t.Package.ends_on)),
    },
    Order("starts_on", (("starts_on", False),)),
)

_NAMED = Statement(select(t.Package.id).where(t.Package.id == many("packages"), PACKAGE_SHOWN))


@dataclass(frozen=True)
class AddOn:
    """The add-on section of one agreement."""

    activity: Activity
    agreement_id: str
    package_ids: tuple[str, ...] | None
    status: PackageStatus | None

    @property
    def values(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "add_on": None,
            "workspaces": self.activity.workspace_ids,
            "agreement": self.agreement_id,
        }
        if self.package_ids is not None:
            found["packages"] = self.package_ids
        if self.status is not None:
            found["today" if self.status is PackageStatus.ACTIVE else "inactive"] = self.activity.as_of
        return found


async def add_on(
    activity: Activity, agreement_id: str | None, package_ids: Sequence[str] | None, status: PackageStatus | None
) -> AddOn:
    """The add-on section of one agreement at a time (CA-21): the one named here, else the only one of the page.

    NOT_FOUND for an agreement or package that is not mapped to the selection, as for one that is not there (D-31).
    """
    named = activity.agreement_ids or ()
    if agreement_id is not None:
        named = await mapped_agreements(activity.context, [agreement_id], activity.workspace_ids, "agreement_id")
    packages = None if package_ids is None else await _mapped_packages(activity, package_ids)
    one = only_agreement(named)
    if isinstance(one, Refused):
        raise BusinessRefusal(one.code, rule=one.rule, field=one.field)
    if activity.agreement_ids is not None and one not in activity.agreement_ids:
        raise NotFound(field="agreement_id")
    return AddOn(activity, one, packages, status)


async def _mapped_packages(activity: Activity, package_ids: Sequence[str]) -> tuple[str, ...]:
    named = tuple(ids.of("Package", id, field="package_ids") for id in package_ids)
    rows = await activity.context.scope.rows(_NAMED, packages=named, workspaces=activity.workspace_ids)
    if len(rows) != len(set(named)):
        raise NotFound(field="package_ids")
    return named
