"""What an entitlement covers: origins, products and contacts (CS-31, 2.3), each for a whole level in one statement.

A channel has terms of its own, and what is left of them (I-9).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from resolvers.batch import Level
from resolvers.context import Context
from resolvers.dated import past_day
from resolvers.entitlements import consumed_of
from resolvers.loaders import KEYS, columns_of
from resolvers.rules.quantities import ZERO, remaining
from resolvers.used import BY_ORIGIN
from tenancy import tables as t
from tenancy.database import Row
from tenancy.remembered import remembered
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.words import Origin

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


@dataclass(frozen=True, slots=True)
class Channel:
    """The terms of one origin; `entitlement` has the columns of figures, and the day that they speak of."""

    entitlement: Any
    origin: Origin
    total_terms: str


async def channels_of(info: Level, entitlements: Sequence[Any]) -> list[list[Channel]]:
    """The terms by origin of each entitlement, by origin."""
    listed = await _listed(info, _CHANNELS, entitlements)
    return [
        [Channel(entitlement, Origin(row["origin"]), row["total_terms"]) for row in rows]
        for entitlement, rows in zip(entitlements, listed, strict=True)
    ]


async def remaining_of_channels(context: Context, channels: Sequence[Channel]) -> list[Any]:
    """What is left of each channel's terms, for whom and when `consumed_of` tells what was used of its entitlement."""
    entitlements = list({channel.entitlement.id: channel.entitlement for channel in channels}.values())
    consumed = dict(zip((each.id for each in entitlements), await consumed_of(context, entitlements), strict=True))
    used = await _used(context.scope, sorted(consumed), past_day(entitlements[0]))
    return [_left(channel, consumed[channel.entitlement.id], used) for channel in channels]


async def products_of(info: Level, entitlements: Sequence[Any]) -> list[list[Row]]:
    """The products that each entitlement names, by name."""
    return await _listed(info, _products(columns_of(t.Product, info.selection.columns)), entitlements)


async def contacts_of(info: Level, entitlements: Sequence[Any]) -> list[list[Row]]:
    """The contacts that each entitlement names and the viewer sees, by name."""
    return await _listed(info, _contacts(columns_of(t.Customer, info.selection.columns)), entitlements)


def _left(channel: Channel, consumed: Any, used: Mapping[tuple[str, str | None], Decimal]) -> Any:
    if consumed is None or isinstance(consumed, Exception):
        return consumed
    return remaining(Decimal(channel.total_terms), used.get((channel.entitlement.id, channel.origin), ZERO))


async def _used(scope: Scope, keys: list[str], until: date | None) -> dict[tuple[str, str | None], Decimal]:
    """The ledger by entitlement and origin, complete whoever asks (D-19); `until` a day of use, included."""
    rows = await BY_ORIGIN.rows(scope, keys, until)
    return {(row["entitlement_id"], row["origin"]): Decimal(row["used"]) for row in rows}


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
