"""What an entitlement covers: origins, products and contacts (CS-31, 2.3), each for a whole level in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select

from resolvers.batch import Level
from resolvers.loaders import KEYS, columns_of
from tenancy import tables as t
from tenancy.database import Row
from tenancy.remembered import remembered
from tenancy.statements import Statement

_ENTITLEMENT: Final = "covering_entitlement_id"

_CHANNELS = Statement(
    select(
        t.EntitlementChannel.entitlement_id.label(_ENTITLEMENT),
        t.EntitlementChannel.origin,
        t.EntitlementChannel.total_terms,
    )
    .where(t.EntitlementChannel.entitlement_id == KEYS)
    .order_by(t.EntitlementChannel.origin)
)


async def channels_of(info: Level, entitlements: Sequence[Any]) -> list[list[Row]]:
    """The terms by origin of each entitlement, by origin."""
    return await _listed(info, _CHANNELS, entitlements)


async def products_of(info: Level, entitlements: Sequence[Any]) -> list[list[Row]]:
    """The products that each entitlement names, by name."""
    return await _listed(info, _products(columns_of(t.Product, info.selection.columns)), entitlements)


async def contacts_of(info: Level, entitlements: Sequence[Any]) -> list[list[Row]]:
    """The contacts that each entitlement names and the viewer sees, by name."""
    return await _listed(info, _contacts(columns_of(t.Customer, info.selection.columns)), entitlements)


@remembered
def _products(columns: frozenset[str]) -> Statement:
    link = t.EntitlementProduct
    wanted = [getattr(t.Product, name) for name in sorted(columns | {"id"})]
    return Statement(
        select(link.entitlement_id.label(_ENTITLEMENT), *wanted)
        .join(link.product)
        .where(link.entitlement_id == KEYS)
        .order_by(t.Product.name, t.Product.id)
    )


@remembered
def _contacts(columns: frozenset[str]) -> Statement:
    link = t.EntitlementContact
    wanted = [getattr(t.Customer, name) for name in sorted(columns | {"id"})]
    return Statement(
        select(link.entitlement_id.label(_ENTITLEMENT), *wanted)
        .join(link.contact)
        .where(link.entitlement_id == KEYS)
        .order_by(t.Customer.name, t.Customer.id)
    )


async def _listed(info: Level, statement: Statement, entitlements: Sequence[Any]) -> list[list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in await info.context.scope.rows(statement, keys=sorted({each.id for each in entitlements})):
        found[row[_ENTITLEMENT]].append(row)
    return [found[each.id] for each in entitlements]
