"""What may be said about a case: texts that fit, and references to things that exist for the viewer (CS-15..38)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Uuid, bindparam, or_, select

from resolvers.loaders import KEYS
from resolvers.refusals import granted
from resolvers.rules.applicability import Claim
from resolvers.rules.products import select as selectable
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, NotFound
from tenancy.statements import Reach, Statement
from tenancy.words import CustomerKind, Origin, ProductState, ProductStructure

LONGEST_TITLE = 200
LONGEST_DESCRIPTION = 2000

_ID = Uuid(as_uuid=False)


def _named(name: str, column: Any, *more: Any) -> Statement:
    """What the input `name` names, if it is there for the viewer."""
    return Statement(select(column, *more).where(column == bindparam(name, type_=_ID)))


_LOOKUPS: Mapping[str, Statement] = {
    "workspace_id": _named("workspace_id", t.Workspace.id),
    "contact_id": _named("contact_id", t.Customer.id, t.Customer.kind),
    "primary_contact_id": _named("primary_contact_id", t.User.id),
    "subject_id": _named("subject_id", t.Subject.id),
    "sla_id": _named("sla_id", t.Sla.id),
    "agreement_id": _named("agreement_id", t.Agreement.id),
    "owner_id": _named("owner_id", t.User.id),
    "product_id": _named("product_id", t.Product.id, t.Product.structure, t.Product.state),
    "customer_id": _named("customer_id", t.Customer.id),
    "entitlement_id": _named("entitlement_id", t.Entitlement.id, t.Entitlement.package_id),
}
"""What a case may name, in the order in which it is missed."""

_LINE = Statement(
    select(t.Package.id, t.Package.agreement_id).where(
        or_(
            t.Package.id == bindparam("package_id", type_=_ID),
            t.Package.id.in_(
                select(t.Entitlement.package_id).where(t.Entitlement.id == bindparam("entitlement_id", type_=_ID))
            ),
        )
    )
)
"""The package that was named, and that of the entitlement that was."""

SELF = Statement(select(t.Customer.id).where(t.Customer.is_self))
"""The tenant's own account (D-39)."""

_ACCOUNTS = Statement(select(t.Customer.id, t.Customer.account_id).where(t.Customer.id == KEYS), reach=Reach.TENANT)

Named = Mapping[str, str | None]
Found = Mapping[str, Sequence[Any]]
"""Rows by the input that named them, and whatever was read beside them by the name that it was given."""


def check_texts(title: str, description: str | None) -> None:
    """A title of 1 to 200 characters, a description of up to 2000."""
    if not title.strip() or len(title) > LONGEST_TITLE or "\0" in title:
        raise BadInput(field="title", rule="CS-17", details={"minimum": 1, "maximum": LONGEST_TITLE})
    text = description or ""
    if len(text) > LONGEST_DESCRIPTION or "\0" in text:
        raise BadInput(field="description", rule="CS-38", details={"maximum": LONGEST_DESCRIPTION})


async def check_user(change: Change, user_id: str, field: str) -> None:
    """Somebody who is there for the viewer."""
    if not await change.rows(_LOOKUPS["owner_id"], owner_id=user_id):
        raise NotFound(field=field)


async def find(change: Change, named: Named, beside: Mapping[str, Statement] | None = None, **values: Any) -> Found:
    """Everything that is named, in one statement, and what else is asked for `beside` it."""
    asked = {name: statement for name, statement in _LOOKUPS.items() if named.get(name) is not None}
    lines = {name: named.get(name) for name in ("package_id", "entitlement_id")}
    if any(lines.values()):
        asked["line"] = _LINE
    asked |= beside or {}
    if not asked:
        return {}
    return dict(zip(asked, await change.together(*asked.values(), **{**named, **lines, **values}), strict=True))


def check_references(found: Found, named: Named) -> None:
    """Everything that is named must be visible to the viewer; what is not looks absent (T-03)."""
    for name in _LOOKUPS:
        if named.get(name) is not None and not found[name]:
            raise NotFound(field=name)
    for row in found.get("product_id", ()):
        granted(selectable(ProductStructure(row["structure"]), ProductState(row["state"])))
    for row in found.get("contact_id", ()):
        if row["kind"] != CustomerKind.CONTACT:
            raise BadInput(field="contact_id", rule="CS-21")


def line(found: Found, named: Named) -> tuple[str | None, str | None]:
    """Package and agreement: as named, else those of the entitlement's line; they must fit each other."""
    package_id, agreement_id = named.get("package_id"), named.get("agreement_id")
    packages = {row["id"]: row for row in found.get("line", ())}
    if package_id is not None and package_id not in packages:
        raise NotFound(field="package_id")
    for entitlement in found.get("entitlement_id", ()):
        if package_id not in (None, entitlement["package_id"]):
            raise BadInput(field="package_id", rule="CA-38b")
        package_id = entitlement["package_id"]
    if package_id is None:
        return None, agreement_id
    if package_id not in packages:
        raise NotFound(field="package_id")
    found_in = packages[package_id]["agreement_id"]
    if agreement_id not in (None, found_in):
        raise BadInput(field="agreement_id", rule="CA-38b")
    return package_id, found_in


async def claim_of(change: Change, case: Mapping[str, Any]) -> Claim:
    """What a case, given by its columns, claims for."""
    contact, origin = case["contact_id"], case["origin"]
    rows = await change.rows(_ACCOUNTS, keys=[contact]) if contact else []
    account = rows[0]["account_id"] if rows else None
    return Claim(case["customer_id"], contact, case["product_id"], Origin(origin) if origin else None, account)
