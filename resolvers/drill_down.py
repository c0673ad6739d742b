"""What is behind an entitlement's figures: its rows or its people, and whether all of them are shown
(CA-29..36, D-19, D-35; AE-16, AE-17).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import auto
from typing import Any

from sqlalchemy import and_, any_, bindparam, exists, func, not_, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Date, Integer, Uuid

from resolvers.context import Context
from resolvers.dated import past_day
from resolvers.entitlements import consumed_of, mapped, remaining_of
from resolvers.listings import Listing, Order, with_relations
from resolvers.loaders import KEYS
from resolvers.pages import Page, Request, Source
from resolvers.relations import Fold, columns_of
from resolvers.rules.consumption import DrillDownView, drill_down_view
from resolvers.selection import Selection
from tenancy import tables as t
from tenancy.boundaries import boundary, floor
from tenancy.errors import Forbidden
from tenancy.permissions import Action
from tenancy.statements import Reach, Statement, same
from tenancy.words import Category, Role
from tenancy.words.word import Word

COLUMNS = ("id", "category", "is_consumable", "total_terms", "package_id", "description", "action_url")
"""What a drill-down needs to know of an entitlement."""


UNTIL = "until"
"""The filter that a past day is."""


class LedgerOrder(Word):
    """How the rows of a drill-down are ordered."""

    NEWEST = auto()
    OLDEST = auto()
    LARGEST = auto()


ORDERS: Mapping[LedgerOrder, Order] = {
    LedgerOrder.NEWEST: Order("newest", (("occurred_on", True),)),
    LedgerOrder.OLDEST: Order("oldest", (("occurred_on", False),)),
    LedgerOrder.LARGEST: Order("largest", (("quantity", True),)),
}


class Nearby(Listing):
    """A list under parents that are few and have many rows: each parent's page is looked up in the index, where
    ranking all rows would read all of them."""

    def _rows(
        self, active: frozenset[str], order: Order, after: bool, columns: frozenset[str], folds: tuple[Fold, ...]
    ) -> Statement:
        wanted = columns_of(self.table, columns, order.columns) - {str(self.parent)}
        parents = func.unnest(bindparam("keys", type_=ARRAY(Uuid(as_uuid=False)))).table_valued("id").render_derived()
        owner = getattr(self.table, str(self.parent))
        where = self._where(active) + ([order.after(self.table)] if after else [])
        near = (
            select(*(getattr(self.table, name) for name in sorted(wanted)))
            .where(owner == parents.c.id, *where)
            .order_by(*order.clauses(self.table))
            .limit(bindparam("limit", type_=Integer))
            .lateral("near")
        )
        named = [near.c[name] for name in sorted(wanted)]
        chosen = select(*named, parents.c.id.label(self.parent)).select_from(parents.join(near, true()))
        return Statement(with_relations(folds, chosen.order_by(*order.clauses(near.c)), order))


ROWS = Nearby(
    "drillDown.rows",
    t.Consumption,
    {
        UNTIL: t.Consumption.occurred_on <= bindparam(UNTIL, type_=Date),
        "workspaces": t.Consumption.workspace_id == any_(bindparam("workspaces", type_=ARRAY(Uuid(as_uuid=False)))),
        "occurred_since": t.Consumption.occurred_on >= bindparam("occurred_since", type_=Date),
        "occurred_until": t.Consumption.occurred_on <= bindparam("occurred_until", type_=Date),
        "workspace_id": t.Consumption.workspace_id == bindparam("workspace_id", type_=Uuid(as_uuid=False)),
    },
    ORDERS[LedgerOrder.NEWEST],
    parent="entitlement_id",
)

_HOLDERS = (
    select(t.Entitlement.id.label("entitlement_id"), t.RoleGrant.user_id)
    .join(t.WorkspacePackage, same(t.WorkspacePackage.package_id, t.Entitlement.package_id))
    .join(
        t.RoleGrant,
        and_(
            same(t.RoleGrant.workspace_id, t.WorkspacePackage.workspace_id),
            t.RoleGrant.role == Role.SUPPORT_CONTACT,
        ),
    )
    .where(t.Entitlement.category == Category.SUPPORT_CONTACTS)
    .distinct()
)
PEOPLE = Listing(
    "drillDown.people",
    t.User,
    order=Order("since", (("created_at", False),)),
    parent="entitlement_id",
    pairs=_HOLDERS,
)

# The flags and ids of the viewer are bound in here too, so the conditions say "not for you" of anybody's rows.
_kept = t.ConsumptionTotal
_HIDDEN_PLACES = Statement(
    select(_kept.entitlement_id.label("id"))
    .where(
        _kept.entitlement_id == KEYS,
        not_(func.coalesce(or_(floor.flag("activity"), _kept.workspace_id == floor.many("activity_in")), False)),
    )
    .distinct(),
    reach=Reach.TENANT,
)
_hidden_case = exists().where(
    same(t.Consumption.entitlement_id, t.Entitlement.id),
    t.Consumption.incident_id.is_not(None),
    not_(func.coalesce(boundary(t.Consumption)(t.Consumption), False)),
)
_HIDDEN_CASES = Statement(select(t.Entitlement.id).where(t.Entitlement.id == KEYS, _hidden_case), reach=Reach.TENANT)
_HIDDEN_STRAYS = Statement(
    select(t.Entitlement.id).where(t.Entitlement.id == KEYS, _hidden_case.where(t.Consumption.workspace_id.is_(None))),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class DrillDown:
    """One entitlement looked into, as of its row's day; its figures are complete, with two places."""

    context: Context = field(repr=False)
    row: Any
    consumed: Any
    remaining: Any

    @property
    def total(self) -> Any:
        return self.row.total_terms

    @property
    def id(self) -> str:
        found: str = self.row.id
        return found

    @property
    def view(self) -> DrillDownView:
        return drill_down_view(Category(self.row.category))

    @property
    def description(self) -> str | None:
        text: str | None = self.row.description
        return text

    @property
    def action_url(self) -> str | None:
        url: str | None = self.row.action_url
        return url

    @property
    def values(self) -> dict[str, Any]:
        """The filter that the day of the page is."""
        day = past_day(self.row)
        return {} if day is None else {UNTIL: day}


async def looked_into(context: Context, rows: Sequence[Any]) -> list[DrillDown | Exception]:
    """One drill-down for each entitlement, FORBIDDEN where the viewer may not see its activity (CA-11)."""
    used, left = await consumed_of(context, rows), await remaining_of(context, rows)
    open_ = await seen_activity(context, rows)
    return [
        DrillDown(context, row, consumed, remaining) if row.id in open_ else Forbidden(rule="CA-11")
        for row, consumed, remaining in zip(rows, used, left, strict=True)
    ]


async def pages(
    parents: Sequence[DrillDown], request: Request, listing: Listing, selection: Selection
) -> list[Page | Exception]:
    """One page of rows or people for each drill-down."""
    return await Source(parents[0].context, listing, request).pages([each.id for each in parents], selection)


async def partial(parents: Sequence[DrillDown]) -> list[bool]:
    """Whether rows or people of each are hidden from the viewer; its figures are complete all the same (D-19)."""
    scope = parents[0].context.scope
    keys = sorted({each.id for each in parents})
    # Who oversees all cases where it sees activity misses none but those without a workspace.
    viewer = scope.viewer
    overseen = viewer.everywhere(Action.SEE_EVERY_CASE) or set(viewer.where(Action.SEE_ACTIVITY)) <= set(
        viewer.where(Action.SEE_EVERY_CASE)
    )
    hidden = {row["id"] for row in await scope.rows(_HIDDEN_PLACES, keys=keys)}
    hidden |= {row["id"] for row in await scope.rows(_HIDDEN_STRAYS if overseen else _HIDDEN_CASES, keys=keys)}
    people = [each for each in parents if each.view is DrillDownView.CONTACTS]
    seen = await Source(parents[0].context, PEOPLE, Request()).count([each.id for each in people]) if people else []
    fewer = {each.id for each, count in zip(people, seen, strict=True) if each.consumed != count}
    return [each.id in (fewer if each.view is DrillDownView.CONTACTS else hidden) for each in parents]


async def seen_activity(context: Context, rows: Sequence[Any]) -> set[str]:
    """The entitlements whose activity the viewer may see: those of packages that its workspaces have."""
    viewer = context.viewer
    if viewer.everywhere(Action.SEE_ACTIVITY):
        return {row.id for row in rows}
    mine = frozenset(viewer.where(Action.SEE_ACTIVITY))
    places = await mapped(context.scope, [row.package_id for row in rows])
    return {row.id for row in rows if mine & places.get(row.package_id, frozenset())}
