"""Proof of delivery: what was bought, delivered and left, as tables that reconcile with the ledger (CA-1, CA-2, CA-5).

One call reads one snapshot, so rows and totals speak of the same moment (E-04). It is the report that used to be
compiled by hand, for those who administer the chosen workspaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import and_, bindparam, select
from sqlalchemy.types import Date, Integer

from resolvers import ids
from resolvers.activity import OF_AGREEMENT, PACKAGE_SHOWN, Activity, many, open_activity
from resolvers.activity_additional import additional_rows
from resolvers.context import Context
from resolvers.entitlements import holders, ledger, mapped
from resolvers.loaders import KEYS
from resolvers.rules.consumption import Figures, Holder, figures, support_contacts
from resolvers.rules.quantities import ZERO
from resolvers.workspaces import chosen
from tenancy import tables as t
from tenancy.errors import BadInput
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.words import Category

MOST: Final = 20_000
"""Ledger rows, and additional cases, of one report; beyond that it is no page to print any more."""

_LINES = Statement(
    select(
        t.Agreement.number,
        t.Agreement.program,
        t.Agreement.starts_on.label("agreement_starts_on"),
        t.Agreement.ends_on.label("agreement_ends_on"),
        t.Package.id.label("package_id"),
        t.Package.name.label("package"),
        t.Package.section,
        t.Package.starts_on,
        t.Package.ends_on,
        t.Entitlement.id,
        t.Entitlement.name,
        t.Entitlement.category,
        t.Entitlement.allocation_type,
        t.Entitlement.is_consumable,
        t.Entitlement.total_terms,
    )
    .join(t.Package, and_(t.Package.tenant_id == t.Entitlement.tenant_id, t.Package.id == t.Entitlement.package_id))
    .join(t.Agreement, OF_AGREEMENT)
    .where(PACKAGE_SHOWN)
    .order_by(t.Agreement.number, t.Package.starts_on, t.Package.name, t.Entitlement.name, t.Entitlement.id)
)

_C = t.Consumption
_USES = Statement(
    select(
        _C.entitlement_id,
        _C.occurred_on,
        t.Workspace.name.label("workspace"),
        _C.label,
        _C.person,
        _C.quantity,
        _C.reverses_id,
    )
    .join(t.Workspace, and_(t.Workspace.tenant_id == _C.tenant_id, t.Workspace.id == _C.workspace_id))
    .where(
        _C.entitlement_id == KEYS,
        _C.workspace_id == many("workspaces"),
        _C.occurred_on <= bindparam("until", type_=Date),
    )
    .order_by(_C.occurred_on, _C.id)
    .limit(bindparam("limit", type_=Integer))
)

_NAMES = Statement(select(t.Workspace.id, t.Workspace.name).where(t.Workspace.id == KEYS).order_by(t.Workspace.name))


@dataclass(frozen=True)
class ReportLine:
    """One bought line with its figures. `shown` is the sum of its rows in the report: what the selection consumed,
    less `hidden`, which is nothing for an administrator of all chosen workspaces."""

    row: Any
    figures: Figures
    shown: Decimal

    @property
    def hidden(self) -> Decimal | None:
        consumed = self.figures.consumed_in_selection
        counted = self.row["category"] != Category.SUPPORT_CONTACTS
        return consumed - self.shown if consumed is not None and counted else None


@dataclass(frozen=True)
class DeliveryReport:
    """Everything the files are made of."""

    customer: str
    workspaces: tuple[str, ...]
    as_of: date
    lines: tuple[ReportLine, ...]
    uses: tuple[Any, ...]
    cases: tuple[Any, ...]

    @property
    def names(self) -> dict[str, str]:
        """Entitlement -> what its lines are called in the report."""
        return {line.row["id"]: f"{line.row['package']}: {line.row['name']}" for line in self.lines}


async def delivery_report(
    context: Context, workspace_ids: Iterable[str] | None, as_of: date | None = None
) -> DeliveryReport:
    """The report of the chosen workspaces, each of which the viewer must administer; FORBIDDEN otherwise."""
    places = await chosen(context, workspace_ids, Action.REPORT_DELIVERY, "CA-2")
    activity = await open_activity(context, [ids.encode("Workspace", id) for id in places], None, as_of)
    rows = await context.scope.rows(_LINES, workspaces=activity.workspace_ids)
    uses = await _uses(activity, [row["id"] for row in rows])
    cases = await additional_rows(activity, MOST + 1)
    if max(len(uses), len(cases)) > MOST:
        raise BadInput(field="workspace_ids", rule="CA-2", details={"maximum": MOST})
    names = await context.scope.rows(_NAMES, keys=list(activity.workspace_ids))
    tenant = context.viewer.tenant
    return DeliveryReport(
        customer=tenant.name if tenant else "",
        workspaces=tuple(row["name"] for row in names),
        as_of=activity.as_of,
        lines=tuple(await _lines(activity, rows, uses)),
        uses=tuple(uses),
        cases=tuple(cases),
    )


async def _uses(activity: Activity, keys: Sequence[str]) -> list[Any]:
    given = {"keys": sorted(keys), "workspaces": activity.workspace_ids, "until": activity.as_of}
    return list(await activity.context.scope.rows(_USES, limit=MOST + 1, **given))


async def _lines(activity: Activity, rows: Sequence[Any], uses: Sequence[Any]) -> list[ReportLine]:
    scope = activity.context.scope
    used = await ledger(scope, [row["id"] for row in rows], activity.past)
    places = await mapped(scope, [row["package_id"] for row in rows])
    people = await holders(scope, {place for each in places.values() for place in each})
    shown: dict[str, Decimal] = {}
    for use in uses:
        shown[use["entitlement_id"]] = shown.get(use["entitlement_id"], ZERO) + Decimal(use["quantity"])
    return [
        ReportLine(row, _figures(activity, row, used.get(row["id"], {}), places, people), shown.get(row["id"], ZERO))
        for row in rows
    ]


def _figures(
    activity: Activity,
    row: Any,
    used: Mapping[str | None, Decimal],
    places: Mapping[str | None, frozenset[str]],
    people: Sequence[Holder],
) -> Figures:
    total = None if row["total_terms"] is None else Decimal(row["total_terms"])
    selected = frozenset(activity.workspace_ids)
    if row["category"] != Category.SUPPORT_CONTACTS:
        in_selection = sum((quantity for place, quantity in used.items() if place in selected), ZERO)
        return figures(row["is_consumable"], total, sum(used.values(), ZERO), in_selection)
    if activity.past:
        # Who held the role on a past day is not kept (D-35).
        return Figures(total, None, None, None)
    chosen_, all_ = support_contacts(people, places.get(row["package_id"], frozenset()), selected)
    return figures(row["is_consumable"], total, all_, chosen_)
