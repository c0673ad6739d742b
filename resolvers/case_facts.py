"""What may be said about a case: texts that fit, and references to things that exist for the viewer (CS-15..38)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from resolvers.loaders import KEYS
from resolvers.refusals import granted
from resolvers.rules.applicability import Claim
from resolvers.rules.products import select as selectable
from resolvers.terms import seen
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, NotFound
from tenancy.statements import Reach, Statement
from tenancy.tables import Table
from tenancy.words import CustomerKind, Origin, ProductState, ProductStructure

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 2000

_REFERENCES: Mapping[str, type[Table]] = {
    "workspace_id": t.Workspace,
    "contact_id": t.Customer,
    "primary_contact_id": t.User,
    "subject_id": t.Subject,
    "sla_id": t.Sla,
    "agreement_id": t.Agreement,
    "owner_id": t.User,
}

_EXISTS = {
    table: Statement(select(table.id).where(table.id == KEYS))  # type: ignore[attr-defined]  # referenced tables have an id
    for table in {*_REFERENCES.values()}
}

_CUSTOMER = Statement(select(t.Customer.id, t.Customer.kind).where(t.Customer.id == KEYS))
_ACCOUNTS = Statement(select(t.Customer.id, t.Customer.account_id).where(t.Customer.id == KEYS), reach=Reach.TENANT)
_SELF = Statement(select(t.Customer.id, t.Customer.kind).where(t.Customer.is_self))
_PRODUCT = Statement(select(t.Product.structure, t.Product.state).where(t.Product.id == KEYS))
_PACKAGE = Statement(select(t.Package.id, t.Package.agreement_id).where(t.Package.id == KEYS))


def check_texts(title: str, description: str | None) -> None:
    """A title of 1 to 200 characters, a description of up to 2000."""
    if not title.strip() or len(title) > LONGEST_TITLE or "\0" in title:
        raise BadInput(field="title", rule="CS-17", details={"minimum": 1, "maximum": LONGEST_TITLE})
    text = description or ""
    if len(text) > LONGEST_DESCRIPTION or "\0" in text:
        raise BadInput(field="description", rule="CS-38", details={"maximum": LONGEST_DESCRIPTION})


async def check_references(change: Change, named: Mapping[str, str | None]) -> None:
    """Everything that is named must be visible to the viewer; what is not looks absent (T-03)."""
    for name, table in _REFERENCES.items():
        id = named.get(name)
        if id is not None and not await change.rows(_EXISTS[table], keys=[id]):
            raise NotFound(field=name)
    await _check_product(change, named.get("product_id"))
    await _check_contact(change, named.get("contact_id"))


async def check_user(change: Change, user_id: str, field: str) -> None:
    """Somebody who is there for the viewer."""
    if not await change.rows(_EXISTS[t.User], keys=[user_id]):
        raise NotFound(field=field)


async def customer(change: Change, customer_id: str | None) -> str:
    """The customer that was named, else the tenant's own account (D-39)."""
    if customer_id is None:
        own = await change.row(_SELF)
        if own is None:
            raise BadInput(field="customer_id", rule="D-39")
        return str(own["id"])
    if await change.row(_CUSTOMER, keys=[customer_id]) is None:
        raise NotFound(field="customer_id")
    return customer_id


async def line(
    change: Change, entitlement_id: str | None, package_id: str | None, agreement_id: str | None
) -> tuple[str | None, str | None]:
    """Package and agreement: as named, else those of the entitlement's line; they must fit each other."""
    if entitlement_id is not None:
        entitlement = await chosen(change, entitlement_id)
        if package_id is not None and package_id != entitlement["package_id"]:
            raise BadInput(field="package_id", rule="CA-38b")
        package_id = entitlement["package_id"]
    if package_id is None:
        return None, agreement_id
    package = await change.row(_PACKAGE, keys=[package_id])
    if package is None:
        raise NotFound(field="package_id")
    if agreement_id not in (None, package["agreement_id"]):
        raise BadInput(field="agreement_id", rule="CA-38b")
    return package_id, package["agreement_id"]


async def chosen(change: Change, entitlement_id: str) -> Mapping[str, str | None]:
    """The entitlement that was named: its package and its customer."""
    try:
        return dict(await seen(change, entitlement_id))
    except NotFound:
        raise NotFound(field="entitlement_id") from None


async def claim_of(change: Change, case: Mapping[str, Any]) -> Claim:
    """What a case, given by its columns, claims for."""
    contact, origin = case["contact_id"], case["origin"]
    rows = await change.rows(_ACCOUNTS, keys=[contact]) if contact else []
    account = rows[0]["account_id"] if rows else None
    return Claim(case["customer_id"], contact, case["product_id"], Origin(origin) if origin else None, account)


async def _check_product(change: Change, product_id: str | None) -> None:
    if product_id is None:
        return
    row = await change.row(_PRODUCT, keys=[product_id])
    if row is None:
        raise NotFound(field="product_id")
    granted(selectable(ProductStructure(row["structure"]), ProductState(row["state"])))


async def _check_contact(change: Change, contact_id: str | None) -> None:
    if contact_id is None:
        return
    contact = await change.one(_CUSTOMER, keys=[contact_id])
    if contact["kind"] != CustomerKind.CONTACT:
        raise BadInput(field="contact_id", rule="CS-21")
