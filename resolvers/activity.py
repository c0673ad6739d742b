"""Customer Activity: what was bought and what was used, for chosen workspaces and agreements (CA-1..28).

Totals are complete whoever asks, so that they can be used for a renewal (D-19); who may ask is the question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, any_, bindparam, exists, not_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Uuid

from resolvers import ids
from resolvers.context import Context
from resolvers.entitlements import holders, ledger, mapped
from resolvers.pages import Listing, Order
from resolvers.rules.consumption import (
    ActivityGroup,
    CategoryLine,
    Line,
    PackageStatus,
    enterprise_wide,
    only_agreement,
)
from resolvers.rules.refused import Refused
from resolvers.workspaces import chosen
from tenancy import tables as t
from tenancy.errors import BusinessRefusal, NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.words import AllocationType, Category, Section


def _many(name: str) -> Any:
    return any_(bindparam(name, type_=ARRAY(Uuid(as_uuid=False))))


_today = bindparam("today", type_=Date)
_other_day = bindparam("not_today", type_=Date)
_selected = t.WorkspacePackage.workspace_id == _many("workspaces")
_of_package = and_(t.WorkspacePackage.tenant_id == t.Package.tenant_id, t.WorkspacePackage.package_id == t.Package.id)
_package_shown = exists().where(_of_package, _selected)
_of_agreement = and_(t.Package.tenant_id == t.Agreement.tenant_id, t.Package.agreement_id == t.Agreement.id)
_agreement_shown = exists(
    select(1).select_from(t.Package).join(t.WorkspacePackage, _of_package).where(_of_agreement, _selected)
)
_in_force = and_(t.Agreement.activated_at.is_not(None), _today.between(t.Agreement.starts_on, t.Agreement.ends_on))
_package_active = _today.between(t.Package.starts_on, t.Package.ends_on)

SHOWN = {
    "workspaces": _agreement_shown,
    "today": _in_force,
    "not_today": not_(
        and_(t.Agreement.activated_at.is_not(None), _other_day.between(t.Agreement.starts_on, t.Agreement.ends_on))
    ),
    "agreements": t.Agreement.id == _many("agreements"),
}
"""Filters of agreements: mapped to chosen workspaces, in force today or not, named."""

AGREEMENTS = Listing("customerActivity.agreements", t.Agreement, SHOWN, Order("starts_on", (("starts_on", False),)))

ADD_ONS = Listing(
    "customerActivity.addOn",
    t.Package,
    {
        "add_on": t.Package.section == Section.ADD_ON,
        "workspaces": _package_shown,
        "agreement": t.Package.agreement_id == bindparam("agreement", type_=Uuid(as_uuid=False)),
        "packages": t.Package.id == _many("packages"),
        "today": _package_active,
        "inactive": not_(bindparam("inactive", type_=Date).between(t.Package.starts_on, t.Package.ends_on)),
    },
    Order("starts_on", (("starts_on", False),)),
)

_LINES = (
    select(
        t.Entitlement.id,
        t.Entitlement.category,
        t.Entitlement.allocation_type,
        t.Entitlement.is_consumable,
        t.Entitlement.total_terms,
        t.Entitlement.package_id,
    )
    .join(t.Package, and_(t.Package.tenant_id == t.Entitlement.tenant_id, t.Package.id == t.Entitlement.package_id))
    .join(t.Agreement, _of_agreement)
    .where(t.Package.section == Section.ENTERPRISE_WIDE, _in_force, _package_shown)
    .order_by(t.Entitlement.id)
)

_ALL_LINES = Statement(_LINES)
_SOME_LINES = Statement(_LINES.where(t.Agreement.id == _many("agreements")))

_NAMED = Statement(select(t.Agreement.id).where(t.Agreement.id == _many("agreements"), _agreement_shown))


@dataclass(frozen=True)
class Activity:
    """The page for one selection, as of one day. `agreement_ids` None: all that are mapped to the selection."""

    context: Context = field(repr=False)
    workspace_ids: tuple[str, ...]
    agreement_ids: tuple[str, ...] | None
    as_of: date

    @property
    def values(self) -> dict[str, Any]:
        """The selection as values of filters."""
        found: dict[str, Any] = {"workspaces": self.workspace_ids}
        return found if self.agreement_ids is None else {**found, "agreements": self.agreement_ids}


@dataclass(frozen=True)
class ActivityCategory:
    """One heading of the enterprise-wide section, with a line for each unit under it (CA-19, AE-12)."""

    group: ActivityGroup
    lines: tuple["ActivityLine", ...]


@dataclass(frozen=True)
class ActivityLine:
    """What was bought and used in one category and unit; two places, None where unlimited or never recorded."""

    category: Category
    unit: AllocationType
    is_consumable: bool
    total: Decimal | None
    consumed_in_selection: Decimal | None
    consumed: Decimal | None
    remaining: Decimal | None


@dataclass(frozen=True)
class AddOn:
    """The add-on section of one agreement (CA-20..24)."""

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


async def open_activity(
    context: Context, workspace_ids: Iterable[str] | None, agreement_ids: Iterable[str] | None
) -> Activity:
    """The page, for those who may see it (CA-7..11); agreements must be mapped to the chosen workspaces."""
    places = await chosen(context, workspace_ids, Action.SEE_ACTIVITY, "CA-11")
    named = None if agreement_ids is None else [ids.of("Agreement", id) for id in agreement_ids]
    if named is not None:
        rows = await context.scope.rows(_NAMED, agreements=named, workspaces=places)
        if len(rows) != len(set(named)):
            raise NotFound()
    return Activity(context, tuple(places), None if named is None else tuple(named), context.scope.today)


async def categories(activity: Activity) -> list[ActivityCategory]:
    """The enterprise-wide section (CA-18, CA-19, D-8): a category that was not bought is absent."""
    scope = activity.context.scope
    statement = _ALL_LINES if activity.agreement_ids is None else _SOME_LINES
    rows = await scope.rows(statement, today=activity.as_of, **activity.values)
    places = await mapped(scope, [row["package_id"] for row in rows])
    used = await ledger(scope, [row["id"] for row in rows])
    contacts = {
        place for row in rows if row["category"] == Category.SUPPORT_CONTACTS for place in places[row["package_id"]]
    }
    people = await holders(scope, contacts) if contacts else []
    lines = [_line(row, places.get(row["package_id"], frozenset()), used.get(row["id"], {})) for row in rows]
    return _grouped(enterprise_wide(lines, frozenset(activity.workspace_ids), people))


def add_on(
    activity: Activity, agreement_id: str | None, package_ids: Sequence[str] | None, status: PackageStatus | None
) -> AddOn:
    """The add-on section of one agreement at a time (CA-21): the one named here, else the only one of the page."""
    named = [agreement_id] if agreement_id is not None else None
    one = only_agreement([ids.of("Agreement", id) for id in named] if named else activity.agreement_ids or ())
    if isinstance(one, Refused):
        raise BusinessRefusal(one.code, rule=one.rule, field=one.field)
    if activity.agreement_ids is not None and one not in activity.agreement_ids:
        raise NotFound()
    packages = None if package_ids is None else tuple(ids.of("Package", id) for id in package_ids)
    return AddOn(activity, one, packages, status)


def _line(row: Any, places: frozenset[str], used: Any) -> Line:
    return Line(
        id=row["id"],
        category=Category(row["category"]),
        allocation=AllocationType(row["allocation_type"]),
        is_consumable=row["is_consumable"],
        total=None if row["total_terms"] is None else Decimal(row["total_terms"]),
        workspaces=places,
        ledger=used,
    )


def _grouped(lines: Iterable[CategoryLine]) -> list[ActivityCategory]:
    groups: dict[ActivityGroup, list[ActivityLine]] = {}
    for line in lines:
        shown = ActivityLine(
            line.category,
            line.allocation,
            line.is_consumable,
            line.figures.total,
            line.figures.consumed_in_selection,
            line.figures.consumed,
            line.figures.remaining,
        )
        groups.setdefault(line.group, []).append(shown)
    return [ActivityCategory(group, tuple(found)) for group, found in groups.items()]
