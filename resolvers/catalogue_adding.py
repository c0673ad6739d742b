"""Adding what cases refer to: subjects and products by managers, customers by the desk (CS-20, CS-25)."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Text, bindparam, func, select

from resolvers.loaders import KEYS
from tenancy import tables as t
from tenancy.changes import Change
from tenancy.errors import BadInput, BusinessRefusal, NotFound
from tenancy.permissions import Action
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import CustomerKind, ProductState, ProductStructure

LONGEST_NAME = 200
LONGEST_TEXT = 2000

_LINE = Statement(select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("what", type_=Text), 0))))
"""Whoever adds a name waits for whoever adds one of the same kind in the tenant: so no name is added twice."""

_SUBJECTS = Statement(select(t.Subject.id, t.Subject.parent_id).where(t.Subject.title == bindparam("name", type_=Text)))
_PRODUCTS = Statement(select(t.Product.id).where(t.Product.number == bindparam("name", type_=Text)))
_SUBJECT = Statement(select(t.Subject.id).where(t.Subject.id == KEYS))
_PRODUCT = Statement(select(t.Product.structure).where(t.Product.id == KEYS))
_ACCOUNT = Statement(select(t.Customer.kind).where(t.Customer.id == KEYS))


@dataclass(frozen=True)
class NewSubject:
    title: str
    parent_id: str | None = None
    description: str | None = None
    is_visible: bool = True


@dataclass(frozen=True)
class NewProduct:
    number: str
    name: str
    structure: ProductStructure
    state: ProductState
    parent_id: str | None = None


@dataclass(frozen=True)
class NewCustomer:
    kind: CustomerKind
    name: str
    email: str | None = None
    phone: str | None = None
    account_id: str | None = None


async def create_subject(change: Change, wanted: NewSubject) -> str:
    """Add a topic; one title stands once under a parent. By managers only (CS-20)."""
    require(change.viewer, Action.MANAGE_SUBJECTS, rule="CS-20")
    _check(wanted, {"title": LONGEST_NAME, "description": LONGEST_TEXT}, "title")
    if wanted.parent_id is not None and await change.row(_SUBJECT, keys=[wanted.parent_id]) is None:
        raise NotFound(field="parent_id")
    await change.rows(_LINE, what=f"subject:{change.viewer.tenant_id}")
    if any(row["parent_id"] == wanted.parent_id for row in await change.rows(_SUBJECTS, name=wanted.title)):
        raise BusinessRefusal("CONFLICT", field="title", rule="CS-18")
    id = await change.add(t.Subject, vars(wanted))
    change.audit("CREATE_SUBJECT", "Subject", id)
    return id


async def create_product(change: Change, wanted: NewProduct) -> str:
    """Add a product, a family or a bundle; its number stands once. By managers only."""
    require(change.viewer, Action.MANAGE_SUBJECTS, rule="CS-27")
    _check(wanted, {"number": LONGEST_NAME, "name": LONGEST_NAME}, "number", "name")
    if wanted.parent_id is not None:
        parent = await change.row(_PRODUCT, keys=[wanted.parent_id])
        if parent is None:
            raise NotFound(field="parent_id")
        if parent["structure"] != ProductStructure.FAMILY:
            raise BadInput(field="parent_id", rule="CS-28")
    await change.rows(_LINE, what=f"product:{change.viewer.tenant_id}")
    if await change.rows(_PRODUCTS, name=wanted.number):
        raise BusinessRefusal("CONFLICT", field="number", rule="CS-27")
    id = await change.add(t.Product, vars(wanted))
    change.audit("CREATE_PRODUCT", "Product", id)
    return id


async def create_customer(change: Change, wanted: NewCustomer) -> str:
    """Add an account, or a contact of one. By any role of the desk (CS-25)."""
    require(change.viewer, Action.WORK_CASES, rule="CS-25")
    _check(wanted, {"name": LONGEST_NAME, "email": LONGEST_NAME, "phone": LONGEST_NAME}, "name")
    if wanted.account_id is not None:
        kind = await change.value(_ACCOUNT, keys=[wanted.account_id])
        if kind is None:
            raise NotFound(field="account_id")
        if wanted.kind is not CustomerKind.CONTACT or kind != CustomerKind.ACCOUNT:
            raise BadInput(field="account_id", rule="CS-21")
    id = await change.add(t.Customer, vars(wanted))
    change.audit("CREATE_CUSTOMER", "Customer", id, kind=wanted.kind)
    return id


def _check(wanted: object, longest: Mapping[str, int], *needed: str) -> None:
    for name, most in longest.items():
        text = getattr(wanted, name)
        if (name in needed and not (text or "").strip()) or len(text or "") > most or "\0" in (text or ""):
            raise BadInput(field=name, details={"maximum": most})
