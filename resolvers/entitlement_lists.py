"""What an entitlement lists: channels with terms of their own, products, contacts (2.3, D-38, AE-64, AE-65)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final

from sqlalchemy import Uuid, bindparam, select

from resolvers.loaders import KEYS
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, NotFound
from tenancy.statements import Reach, Statement
from tenancy.words import Origin

LONGEST: Final = 100
"""Products, and contacts, of one entitlement."""

_OF = bindparam("entitlement", type_=Uuid(as_uuid=False))
_CHANNELS = Statement(
    select(t.EntitlementChannel.origin, t.EntitlementChannel.total_terms)
    .where(t.EntitlementChannel.entitlement_id == _OF)
    .order_by(t.EntitlementChannel.origin),
    reach=Reach.TENANT,
)
_PRODUCTS = Statement(
    select(t.EntitlementProduct.product_id)
    .where(t.EntitlementProduct.entitlement_id == _OF)
    .order_by(t.EntitlementProduct.product_id),
    reach=Reach.TENANT,
)
_CONTACTS = Statement(
    select(t.EntitlementContact.customer_id)
    .where(t.EntitlementContact.entitlement_id == _OF)
    .order_by(t.EntitlementContact.customer_id),
    reach=Reach.TENANT,
)
_THERE = Statement(select(t.Product.id).where(t.Product.id == KEYS))
_OF_WHOM = Statement(select(t.Customer.id, t.Customer.account_id).where(t.Customer.id == KEYS))


@dataclass(frozen=True)
class Lists:
    """None leaves a list as it is; an empty one limits nothing."""

    channels: Mapping[Origin, Decimal] | None = None
    product_ids: tuple[str, ...] | None = None
    contact_ids: tuple[str, ...] | None = None

    def over(self, before: "Lists") -> "Lists":
        """These lists, and those of `before` where there is none."""
        mine = {each.name: getattr(self, each.name) for each in fields(self)}
        return Lists(**{name: getattr(before, name) if value is None else value for name, value in mine.items()})


async def lists_of(change: Change, entitlement_id: str) -> Lists:
    """The lists as they stand."""
    channels = await change.rows(_CHANNELS, entitlement=entitlement_id)
    products = await change.rows(_PRODUCTS, entitlement=entitlement_id)
    contacts = await change.rows(_CONTACTS, entitlement=entitlement_id)
    return Lists(
        {Origin(row["origin"]): Decimal(row["total_terms"]) for row in channels},
        tuple(row["product_id"] for row in products),
        tuple(row["customer_id"] for row in contacts),
    )


async def check_lists(change: Change, lists: Lists, customer_id: str) -> None:
    """What is listed is there for the viewer, and contacts belong to the customer (2.3)."""
    products, contacts = set(lists.product_ids or ()), set(lists.contact_ids or ())
    for field, found in (("product_ids", products), ("contact_ids", contacts)):
        if len(found) > LONGEST:
            raise BadInput(field=field, rule="CS-31", details={"maximum": LONGEST})
    if len(await change.rows(_THERE, keys=sorted(products))) != len(products):
        raise NotFound(field="product_ids")
    rows = await change.rows(_OF_WHOM, keys=sorted(contacts))
    if len(rows) != len(contacts):
        raise NotFound(field="contact_ids")
    if any(customer_id not in (row["id"], row["account_id"]) for row in rows):
        raise BadInput(field="contact_ids", rule="AE-65")


async def write_lists(change: Change, entitlement_id: str, lists: Lists, before: Lists | None = None) -> None:
    """Make the lists these; `before` is what stands there now. None leaves a list alone."""
    key, old = {"entitlement_id": entitlement_id}, before or Lists({}, (), ())
    if lists.channels is not None:
        await _write_channels(change, key, lists.channels, old.channels or {})
    for table, column, new, known in (
        (t.EntitlementProduct, "product_id", lists.product_ids, old.product_ids),
        (t.EntitlementContact, "customer_id", lists.contact_ids, old.contact_ids),
    ):
        there = set(known or ())
        wanted = there if new is None else set(new)
        for id in sorted(there - wanted):
            await change.remove(table, {**key, column: id})
        await change.add_all(table, [{**key, column: id} for id in sorted(wanted - there)])


async def _write_channels(
    change: Change, key: Mapping[str, str], wanted: Mapping[Origin, Decimal], there: Mapping[Origin, Decimal]
) -> None:
    for origin in sorted(there.keys() - wanted.keys()):
        await change.remove(t.EntitlementChannel, {**key, "origin": origin})
    for origin, total in sorted(wanted.items()):
        if origin not in there:
            await change.add(t.EntitlementChannel, {**key, "origin": origin, "total_terms": total})
        elif there[origin] != total:
            await change.alter(t.EntitlementChannel, {**key, "origin": origin}, {"total_terms": total})
