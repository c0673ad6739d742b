"""An entitlement as a case meets it: locked first, then counted, so that nothing is sold twice (security 3.3).

Lock and sum are two statements: at READ COMMITTED the second sees what the holder of the lock before us wrote. What an
entitlement covers is read beside the sum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Uuid, bindparam, exists, select

from resolvers.loaders import KEYS
from resolvers.rules.applicability import Cover
from resolvers.rules.decrement import Balance, Entry, Terms
from resolvers.rules.entitlement_states import Term
from resolvers.used import BY_ORIGIN
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.statements import Reach, Statement, same
from tenancy.words import AllocationType, Category, DecreaseOn, EntitlementState, Origin

Rows = Sequence[Any]

_E = t.Entitlement

_FACTS = (
    _E.id,
    _E.package_id,
    _E.customer_id,
    _E.category,
    _E.allocation_type,
    _E.decrease_on,
    _E.total_terms,
    _E.restrict_case_creation,
    _E.is_consumable,
    _E.sla_id,
    _E.state,
    _E.starts_on,
    _E.ends_on,
)

_LOCK = Statement(select(*_FACTS).where(_E.id == KEYS).order_by(_E.id).with_for_update(), reach=Reach.TENANT)

SEEN = Statement(select(_E.id, _E.package_id, _E.customer_id).where(_E.id == KEYS))
"""The entitlements among `keys` that the viewer may see, and so may choose."""

DEFAULT = Statement(
    select(_E.id).where(_E.customer_id == bindparam("customer", type_=Uuid(as_uuid=False)), _E.is_default),
    reach=Reach.TENANT,
)
"""The default entitlement of a customer."""

_C, _P, _K = t.EntitlementChannel, t.EntitlementProduct, t.EntitlementContact
_CHANNELS = Statement(
    select(_C.entitlement_id, _C.origin, _C.total_terms).where(_C.entitlement_id == KEYS), reach=Reach.TENANT
)
_PRODUCTS = Statement(select(_P.entitlement_id, _P.product_id).where(_P.entitlement_id == KEYS), reach=Reach.TENANT)
_CONTACTS = Statement(select(_K.entitlement_id, _K.customer_id).where(_K.entitlement_id == KEYS), reach=Reach.TENANT)

_MAPPED = Statement(
    select(_E.id).where(
        _E.id == KEYS,
        exists().where(
            same(t.WorkspacePackage.package_id, _E.package_id),
            t.WorkspacePackage.workspace_id == bindparam("workspace", type_=Uuid(as_uuid=False)),
        ),
    ),
    reach=Reach.TENANT,
)


@dataclass(frozen=True)
class Account:
    """One locked entitlement: what it charges, what it covers, which SLA it brings; `used` is its ledger by origin."""

    terms: Terms
    cover: Cover
    sla_id: str | None
    package_id: str | None
    category: Category
    used: Mapping[str | None, Decimal]


async def lock_accounts(change: Change, ids: Iterable[str], workspace_id: str | None) -> dict[str, Account]:
    """Lock these entitlements in one order for everybody (C-04), then read what is left of them."""
    keys = sorted(set(ids))
    if not keys:
        return {}
    rows = await change.rows(_LOCK, keys=keys)
    parts = await change.together(
        BY_ORIGIN.now, _MAPPED, _CHANNELS, _PRODUCTS, _CONTACTS, keys=keys, workspace=workspace_id
    )
    return {
        row["id"]: _account(row, *([each for each in part if each[0] == row["id"]] for part in parts)) for row in rows
    }


async def book(change: Change, case_id: str, entries: Iterable[Entry]) -> None:
    """Write the ledger rows that `settle` decided on, for a case."""
    for entry in entries:
        await change.add(
            t.Consumption,
            {
                "entitlement_id": entry.entitlement_id,
                "workspace_id": entry.workspace_id,
                "incident_id": case_id,
                "origin": entry.origin,
                "quantity": entry.quantity,
                "occurred_on": change.today,
                "recorded_at": change.now,
                "reverses_id": entry.reverses_id,
            },
        )
        change.publish("activity", entry.entitlement_id, entry.workspace_id)


def term_of(row: Any) -> Term:
    """State and dates of an entitlement as its row holds them."""
    return Term(
        EntitlementState(row["state"]), date.fromisoformat(row["starts_on"]), date.fromisoformat(row["ends_on"])
    )


def _account(row: Any, uses: Rows, mapped: Rows, channels: Rows, products: Rows, contacts: Rows) -> Account:
    used = {each["origin"]: Decimal(each["used"]) for each in uses}
    by_origin = {Origin(each["origin"]): Decimal(each["total_terms"]) for each in channels}
    total = None if row["total_terms"] is None else Decimal(row["total_terms"])
    terms = Terms(
        id=row["id"],
        allocation=AllocationType(row["allocation_type"]),
        decrease_on=DecreaseOn(row["decrease_on"]) if row["decrease_on"] else None,
        balance=Balance(total, sum(used.values(), Decimal(0))),
        restricted=row["restrict_case_creation"],
        is_consumable=row["is_consumable"],
        channels={origin: Balance(each, used.get(origin, Decimal(0))) for origin, each in by_origin.items()},
    )
    cover = Cover(
        id=row["id"],
        term=term_of(row),
        customer_id=row["customer_id"],
        is_mapped=bool(mapped),
        products=frozenset(each["product_id"] for each in products),
        contacts=frozenset(each["customer_id"] for each in contacts),
        channels=by_origin,
    )
    return Account(terms, cover, row["sla_id"], row["package_id"], Category(row["category"]), used)
