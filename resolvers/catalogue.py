"""What cases refer to: customers, products, subjects (CS-18, CS-21, CS-22, CS-27..30)."""

from typing import Any

from sqlalchemy import and_, bindparam, func
from sqlalchemy.types import Text

from resolvers.context import Context
from resolvers.pages import Listing, Order
from tenancy import tables as t
from tenancy.errors import BadInput
from tenancy.permissions import Action
from tenancy.viewer import require
from tenancy.words import CustomerKind, ProductState, ProductStructure

LONGEST_SEARCH = 200

_letters = func.lower(t.Customer.name).like(bindparam("search", type_=Text))

CUSTOMERS = Listing(
    "customers",
    t.Customer,
    {"search": _letters, "kind": t.Customer.kind == bindparam("kind", type_=t.Customer.kind.type)},
    Order("name", (("name", False),)),
)

PRODUCTS = Listing(
    "products",
    t.Product,
    {
        "selectable": and_(
            t.Product.structure != ProductStructure.FAMILY,
            t.Product.state != ProductState.DRAFT,
        )
    },
    Order("name", (("name", False),)),
)

SUBJECTS = Listing("subjects", t.Subject, order=Order("title", (("title", False),)))


def customer_filters(context: Context, search: str | None, kind: CustomerKind | None) -> dict[str, Any]:
    """Letters match literally, wherever they stand in the name (CS-22, AE-87)."""
    require(context.viewer, Action.SEARCH_CUSTOMERS, rule="CS-21")
    values: dict[str, Any] = {}
    if search:
        values["search"] = literally(search)
    if kind is not None:
        values["kind"] = kind
    return values


def literally(search: str) -> str:
    """The text as a pattern for LIKE that matches nothing but itself, in any case (T-24)."""
    if len(search) > LONGEST_SEARCH or "\0" in search:
        raise BadInput(field="search", details={"maximum": LONGEST_SEARCH})
    escaped = search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
