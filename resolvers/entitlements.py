"""Entitlements: what was used of them and what is left (CA-24, I-9), for as many at once as a page shows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from resolvers.context import Context
from resolvers.dated import past_day
from resolvers.loaders import KEYS
from resolvers.pages import Listing, Order
from resolvers.rules.consumption import Holder, support_contacts
from resolvers.rules.quantities import ZERO, remaining
from resolvers.used import BY_WORKSPACE, TOTAL
from tenancy import tables as t
from tenancy.errors import Forbidden
from tenancy.permissions import Action
from tenancy.scope import Scope
from tenancy.statements import Reach, Statement
from tenancy.words import Category, Role

BY_NAME = Order("name", (("name", False),))
ENTITLEMENTS_OF_PACKAGE = Listing("package.entitlements", t.Entitlement, order=BY_NAME, parent="package_id")

COLUMNS = ("id", "category", "is_consumable", "total_terms", "package_id")
"""What figures need to know of an entitlement."""

_MAPPED = Statement(
    select(t.WorkspacePackage.package_id, t.WorkspacePackage.workspace_id).where(t.WorkspacePackage.package_id == KEYS),
    reach=Reach.TENANT,
)

_HOLDERS = Statement(
    select(t.RoleGrant.user_id, t.RoleGrant.workspace_id)
    .where(t.RoleGrant.role == Role.SUPPORT_CONTACT, t.RoleGrant.workspace_id == KEYS)
    .distinct(),
    reach=Reach.TENANT,
)

Ledger = Mapping[str, Mapping[str | None, Decimal]]


async def ledger(scope: Scope, entitlement_ids: Iterable[str], until: date | None = None) -> Ledger:
    """Sums of the ledger by entitlement and workspace, complete whoever asks (D-19); `until` a day of use, included."""
    found: dict[str, dict[str | None, Decimal]] = {}
    for row in await BY_WORKSPACE.rows(scope, sorted(set(entitlement_ids)), until):
        found.setdefault(row["entitlement_id"], {})[row["workspace_id"]] = Decimal(row["used"])
    return found


async def mapped(scope: Scope, package_ids: Iterable[str | None]) -> dict[str | None, frozenset[str]]:
    """Package -> the workspaces that it is mapped to."""
    found: dict[str | None, set[str]] = {}
    for row in await scope.rows(_MAPPED, keys=sorted({id for id in package_ids if id})):
        found.setdefault(row["package_id"], set()).add(row["workspace_id"])
    return {package: frozenset(workspaces) for package, workspaces in found.items()}


async def holders(scope: Scope, workspace_ids: Iterable[str]) -> list[Holder]:
    """The support contacts of these workspaces."""
    rows = await scope.rows(_HOLDERS, keys=sorted(set(workspace_ids)))
    return [Holder(row["user_id"], row["workspace_id"]) for row in rows]


async def consumed_of(context: Context, rows: Sequence[Any]) -> list[Any]:
    """What was used of each entitlement: quantities with two places, None for benefits that are not consumed, or
    FORBIDDEN where the viewer may not see terms. Rows have `COLUMNS`, and are all as of one day."""
    findings, past = context.loaders.findings, past_day(rows[0])
    key = ("consumed", past, *(row.id for row in rows))
    if key not in findings:
        findings[key] = await _consumed(context, rows, past)
    found: list[Any] = findings[key]
    return found


async def remaining_of(context: Context, rows: Sequence[Any]) -> list[Any]:
    """What is left of each entitlement, as `consumed_of`; None also where it is unlimited."""
    used = await consumed_of(context, rows)
    return [
        str(remaining(Decimal(row.total_terms), Decimal(quantity)))
        if row.total_terms is not None and isinstance(quantity, str | Decimal)
        else quantity
        if isinstance(quantity, Exception)
        else None
        for row, quantity in zip(rows, used, strict=True)
    ]


async def _consumed(context: Context, rows: Sequence[Any], past: date | None) -> list[Any]:
    scope = context.scope
    used = await _used(context, [row.id for row in rows], past)
    contacts = [row for row in rows if row.category == Category.SUPPORT_CONTACTS]
    asks = not scope.viewer.everywhere(Action.SEE_TERMS)
    if not asks and not contacts:
        return [used.get(row.id, ZERO) if row.is_consumable else None for row in rows]
    places = await mapped(scope, [row.package_id for row in (rows if asks else contacts)])
    people = await holders(scope, {place for row in contacts for place in places.get(row.package_id, ())})
    seen = frozenset(scope.viewer.where(Action.SEE_TERMS))
    return [
        _one_consumed(row, used.get(row.id, ZERO), people, places.get(row.package_id, frozenset()), past)
        if not asks or seen & places.get(row.package_id, frozenset())
        else Forbidden(rule="CA-11")
        for row in rows
    ]


def _one_consumed(
    row: Any, used: str | Decimal, people: list[Holder], places: frozenset[str], past: date | None
) -> str | Decimal | None:
    if not row.is_consumable:
        return None
    if row.category == Category.SUPPORT_CONTACTS:
        # Who held the role on a past day is not kept (D-35).
        return None if past else support_contacts(people, places)[1]
    return used


async def _used(context: Context, entitlement_ids: Sequence[str], until: date | None) -> dict[str, str]:
    """Sums of the ledger by entitlement, complete whoever asks (D-19); `until` a day of use, included."""
    keys = sorted(set(entitlement_ids))
    # What was used until now may have come along with them.
    found = context.loaders.found.of(TOTAL.now, keys) if until is None else None
    rows = await TOTAL.rows(context.scope, keys, until) if found is None else found
    return {row.entitlement_id: row.used for row in rows}
