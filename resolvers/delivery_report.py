"""Proof of delivery: what was bought, delivered and left, as tables that reconcile with the ledger (CA-1, CA-2, CA-5).

One call reads one snapshot, so rows and totals speak of the same moment (E-04). It is the report that used to be
compiled by hand, for those who administer the chosen workspaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.types import Date, Integer

from resolvers import ids
from resolvers.activity import IN_FORCE, OF_AGREEMENT, PACKAGE_SHOWN, Activity, many, open_activity
from resolvers.activity_additional import AdditionalCase, AdditionalService, additional_rows, services
from resolvers.context import Context
from resolvers.entitlements import Ledger, holders, ledger, mapped
from resolvers.loaders import KEYS
from resolvers.rules.consumption import Figures, Holder, figures, support_contacts
from resolvers.rules.quantities import ZERO
from resolvers.workspaces import chosen
from tenancy import tables as t
from tenancy.errors import BadInput
from tenancy.permissions import Action
from tenancy.statements import Statement, same
from tenancy.words import Category

MOST: Final = 20_000
"""Ledger rows, and additional cases, of one report; beyond that it is no page to print any more."""

_PACKAGES = (
    select(
        t.Agreement.id.label("agreement_id"),
        t.Agreement.number.label("agreement"),
        t.Agreement.program,
        t.Agreement.starts_on.label("agreement_starts_on"),
        t.Agreement.ends_on.label("agreement_ends_on"),
        IN_FORCE.label("in_force"),
        t.Package.id,
        t.Package.external_id,
        t.Package.name,
        t.Package.section,
        t.Package.starts_on,
        t.Package.ends_on,
    )
    .join(t.Package, OF_AGREEMENT)
    .where(PACKAGE_SHOWN)
    .order_by(t.Agreement.number, t.Package.starts_on, t.Package.name, t.Package.id)
)
_ALL_PACKAGES = Statement(_PACKAGES)
_SOME_PACKAGES = Statement(_PACKAGES.where(t.Agreement.id == many("agreements")))

_E = t.Entitlement
_LINES = Statement(
    select(_E.id, _E.package_id, _E.name, _E.category, _E.allocation_type, _E.is_consumable, _E.total_terms)
    .where(_E.package_id == KEYS)
    .order_by(_E.name, _E.id)
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
    .join(t.Workspace, same(t.Workspace.id, _C.workspace_id))
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
    """One bought line with its figures; `number` names it in all tables of the report, `package` is the row of its
    package. `booked` is what the ledger sums up to in the chosen workspaces, `rows` and `shown` how many of its rows
    the report lists, and their sum."""

    number: int
    package: Any
    row: Any
    figures: Figures
    booked: Decimal
    rows: int
    shown: Decimal

    @property
    def is_booked(self) -> bool:
        """People are counted, not booked (D-35), and of a benefit nothing is (CA-27)."""
        return bool(self.row["is_consumable"]) and self.row["category"] != Category.SUPPORT_CONTACTS


@dataclass(frozen=True)
class DeliveryReport:
    """Everything the files are made of. `packages` are rows of agreements and packages, by agreement; a package stands
    there without lines, too. `uses` are ledger rows, each beside its line."""

    customer: str
    workspaces: tuple[str, ...]
    as_of: date
    packages: tuple[Any, ...]
    lines: tuple[ReportLine, ...]
    uses: tuple[tuple[ReportLine, Any], ...]
    cases: tuple[tuple[Any, AdditionalCase], ...]
    services: tuple[AdditionalService, ...]


async def delivery_report(
    context: Context,
    workspace_ids: Iterable[str] | None,
    agreement_ids: Iterable[str] | None = None,
    as_of: date | None = None,
) -> DeliveryReport:
    """The report of the chosen workspaces, each of which the viewer must administer; FORBIDDEN otherwise.

    `agreement_ids`: only what was bought by these. Additional cases are those of the workspaces all the same (D-9).
    """
    places = await chosen(context, workspace_ids, Action.REPORT_DELIVERY, "CA-2")
    activity = await open_activity(context, [ids.encode("Workspace", id) for id in places], agreement_ids, as_of)
    statement = _ALL_PACKAGES if activity.agreement_ids is None else _SOME_PACKAGES
    packages = await context.scope.rows(statement, today=activity.as_of, **activity.values)
    lines, uses = await _lines(activity, packages)
    cases = await additional_rows(activity, MOST + 1)
    _fits(cases)
    names = await context.scope.rows(_NAMES, keys=list(activity.workspace_ids))
    tenant = context.viewer.tenant
    return DeliveryReport(
        customer=tenant.name if tenant else "",
        workspaces=tuple(row["name"] for row in names),
        as_of=activity.as_of,
        packages=tuple(packages),
        lines=lines,
        uses=uses,
        cases=tuple(cases),
        services=tuple(await services(activity)),
    )


def _fits(rows: Sequence[Any]) -> None:
    if len(rows) > MOST:
        raise BadInput(field="workspace_ids", rule="CA-2", details={"maximum": MOST})


async def _lines(
    activity: Activity, packages: Sequence[Any]
) -> tuple[tuple[ReportLine, ...], tuple[tuple[ReportLine, Any], ...]]:
    """The lines in the order of their packages, and the ledger rows of them."""
    scope = activity.context.scope
    found: dict[str, list[Any]] = {package["id"]: [] for package in packages}
    for row in await scope.rows(_LINES, keys=sorted(found)):
        found[row["package_id"]].append(row)
    keys = sorted(row["id"] for rows in found.values() for row in rows)
    given = {"keys": keys, "workspaces": activity.workspace_ids, "until": activity.past or date.max}
    uses = await scope.rows(_USES, limit=MOST + 1, **given)
    _fits(uses)
    books = await _books(activity, found, uses)
    placed = [(package, row) for package in packages for row in found[package["id"]]]
    lines = {row["id"]: books.line(number, package, row) for number, (package, row) in enumerate(placed, start=1)}
    return tuple(lines.values()), tuple((lines[use["entitlement_id"]], use) for use in uses)


async def _books(activity: Activity, found: Mapping[str, Sequence[Any]], uses: Sequence[Any]) -> "_Books":
    scope, keys = activity.context.scope, [row["id"] for rows in found.values() for row in rows]
    used = await ledger(scope, keys, activity.past)
    places = await mapped(scope, found)
    shown: dict[str, list[Decimal]] = {}
    for use in uses:
        shown.setdefault(use["entitlement_id"], []).append(Decimal(use["quantity"]))
    return _Books(
        activity,
        used,
        # Totals of today are kept beside the ledger; that they are its sums is asked of the ledger itself.
        used if activity.past else await ledger(scope, keys, date.max),
        places,
        await holders(scope, {place for each in places.values() for place in each}),
        shown,
    )


@dataclass(frozen=True)
class _Books:
    """What the figures of the lines are made of."""

    activity: Activity
    used: Ledger
    booked: Ledger
    places: Mapping[str | None, frozenset[str]]
    people: Sequence[Holder]
    shown: Mapping[str, Sequence[Decimal]]

    def line(self, number: int, package: Any, row: Any) -> ReportLine:
        shown = self.shown.get(row["id"], ())
        booked = self._here(self.booked.get(row["id"], {}))
        return ReportLine(number, package, row, self._figures(row), booked, len(shown), sum(shown, ZERO))

    def _figures(self, row: Any) -> Figures:
        total = None if row["total_terms"] is None else Decimal(row["total_terms"])
        if row["category"] != Category.SUPPORT_CONTACTS:
            used = self.used.get(row["id"], {})
            return figures(row["is_consumable"], total, sum(used.values(), ZERO), self._here(used))
        if self.activity.past:
            # Who held the role on a past day is not kept (D-35).
            return Figures(total, None, None, None)
        mapped_to = self.places.get(row["package_id"], frozenset())
        here, all_ = support_contacts(self.people, mapped_to, frozenset(self.activity.workspace_ids))
        return figures(row["is_consumable"], total, all_, here)

    def _here(self, used: Mapping[str | None, Decimal]) -> Decimal:
        return sum((quantity for place, quantity in used.items() if place in self.activity.workspace_ids), ZERO)
