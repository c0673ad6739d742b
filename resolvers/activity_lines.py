"""The enterprise-wide section: use of the base packages, per category and unit (CA-18, CA-19, D-8, AE-9, AE-12)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from resolvers.activity import IN_FORCE, OF_AGREEMENT, PACKAGE_SHOWN, Activity, many
from resolvers.entitlements import holders, ledger, mapped
from resolvers.rules.consumption import ActivityGroup, CategoryLine, Figures, Line, enterprise_wide
from tenancy import tables as t
from tenancy.statements import Statement, same
from tenancy.words import AllocationType, Category, Section

_LINES = (
    select(
        t.Entitlement.id,
        t.Entitlement.category,
        t.Entitlement.allocation_type,
        t.Entitlement.is_consumable,
        t.Entitlement.total_terms,
        t.Entitlement.package_id,
    )
    .join(t.Package, same(t.Package.id, t.Entitlement.package_id))
    .join(t.Agreement, OF_AGREEMENT)
    .where(t.Package.section == Section.ENTERPRISE_WIDE, IN_FORCE, PACKAGE_SHOWN)
    .order_by(t.Entitlement.id)
)

_ALL_LINES = Statement(_LINES)
_SOME_LINES = Statement(_LINES.where(t.Agreement.id == many("agreements")))


Totals = Mapping[str, Decimal | None]
"""What each line grants, None for unlimited."""


@dataclass(frozen=True)
class ActivityCategory:
    """One heading of the enterprise-wide section, with a line for each unit under it (CA-19, AE-12)."""

    group: ActivityGroup
    lines: tuple["ActivityLine", ...]


@dataclass(frozen=True)
class ActivityLine:
    """What was bought and used in one category and unit; two places, None where unlimited or never recorded.

    Who was a support contact on a past day is not kept, so their figures of that day are None.
    """

    activity: Activity = field(repr=False)
    grants: tuple[tuple[str, Decimal | None], ...]
    category: Category
    unit: AllocationType
    is_consumable: bool
    total: Decimal | None
    consumed_in_selection: Decimal | None
    consumed: Decimal | None
    remaining: Decimal | None

    @property
    def entitlement_ids(self) -> tuple[str, ...]:
        return tuple(id for id, _ in self.grants)


async def categories(activity: Activity) -> list[ActivityCategory]:
    """The enterprise-wide section (CA-18, CA-19, D-8): a category that was not bought is absent."""
    scope = activity.context.scope
    statement = _ALL_LINES if activity.agreement_ids is None else _SOME_LINES
    rows = await scope.rows(statement, today=activity.as_of, **activity.values)
    places = await mapped(scope, [row["package_id"] for row in rows])
    used = await ledger(scope, [row["id"] for row in rows], activity.past)
    contacts = {
        place for row in rows if row["category"] == Category.SUPPORT_CONTACTS for place in places[row["package_id"]]
    }
    people = await holders(scope, contacts) if contacts else []
    lines = [_line(row, places.get(row["package_id"], frozenset()), used.get(row["id"], {})) for row in rows]
    totals = {line.id: line.total for line in lines}
    return _grouped(activity, enterprise_wide(lines, frozenset(activity.workspace_ids), people), totals)


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


def _grouped(activity: Activity, lines: Iterable[CategoryLine], totals: Totals) -> list[ActivityCategory]:
    groups: dict[ActivityGroup, list[ActivityLine]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(_shown(activity, line, totals))
    return [ActivityCategory(group, tuple(found)) for group, found in groups.items()]


def _shown(activity: Activity, line: CategoryLine, totals: Totals) -> ActivityLine:
    figures = line.figures
    if activity.past and line.category is Category.SUPPORT_CONTACTS:
        figures = Figures(figures.total, None, None, None)
    return ActivityLine(
        activity,
        tuple((id, totals[id]) for id in line.entitlement_ids),
        line.category,
        line.allocation,
        line.is_consumable,
        figures.total,
        figures.consumed_in_selection,
        figures.consumed,
        figures.remaining,
    )
