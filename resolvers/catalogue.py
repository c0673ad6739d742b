"""What cases refer to: customers, people, products, subjects, SLAs (CS-11, CS-18, CS-21, CS-22, CS-27..30, CS-33)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.types import Text

from resolvers.context import Context
from resolvers.loaders import KEYS
from resolvers.pages import Listing, Order
from tenancy import tables as t
from tenancy.database import Row
from tenancy.errors import BadInput
from tenancy.permissions import Action
from tenancy.scope import Scope
from tenancy.statements import Statement
from tenancy.viewer import require
from tenancy.words import CustomerKind, ProductState, ProductStructure, SlaState

LONGEST_SEARCH = 200

_SEARCH = bindparam("search", type_=Text)

CUSTOMERS = Listing(
    "customers",
    t.Customer,
    {
        "search": func.lower(t.Customer.name).like(_SEARCH),
        "kind": t.Customer.kind == bindparam("kind", type_=t.Customer.kind.type),
    },
    Order("name", (("name", False),)),
)

PEOPLE = Listing(
    "people",
    t.User,
    {"search": or_(func.lower(t.User.display_name).like(_SEARCH), func.lower(t.User.email).like(_SEARCH))},
    Order("created", (("created_at", False),)),
)
"""Those who may be named as owners of cases. Their names order nothing, because some have none."""

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

SUBJECTS = Listing(
    "subjects", t.Subject, {"visible": t.Subject.is_visible.is_(True)}, Order("title", (("title", False),))
)

SLAS = Listing("slas", t.Sla, {"active": t.Sla.state == SlaState.ACTIVE}, Order("name", (("name", False),)))

_ITEM = t.SlaItem
_ITEMS = Statement(
    select(
        _ITEM.sla_id,
        _ITEM.kpi,
        _ITEM.warn_minutes,
        _ITEM.fail_minutes,
        _ITEM.applicable_when,
        _ITEM.allow_pause,
        _ITEM.pause_statuses,
    )
    .where(_ITEM.sla_id == KEYS)
    .order_by(_ITEM.kpi, _ITEM.fail_minutes, _ITEM.id)
)


def customer_filters(context: Context, search: str | None, kind: CustomerKind | None) -> dict[str, Any]:
    """Letters match literally, wherever they stand in the name (CS-22, AE-87)."""
    require(context.viewer, Action.SEARCH_CUSTOMERS, rule="CS-21")
    values: dict[str, Any] = {}
    if search:
        values["search"] = literally(search)
    if kind is not None:
        values["kind"] = kind
    return values


def people_filters(context: Context, search: str | None) -> dict[str, Any]:
    """Whoever hands cases on looks for the people to hand them to (CS-11); letters as for customers."""
    require(context.viewer, Action.WORK_CASES, rule="CS-11")
    return {"search": literally(search)} if search else {}


def sla_filters(context: Context) -> dict[str, Any]:
    """SLAs are chosen by the desk, and only those in force (CS-33, 2.4)."""
    require(context.viewer, Action.WORK_CASES, rule="CS-33")
    return {"active": None}


async def sla_items(scope: Scope, sla_ids: Sequence[str]) -> list[list[Row]]:
    """The measures of each SLA, in one statement."""
    found: dict[str, list[Row]] = {id: [] for id in sla_ids}
    for row in await scope.rows(_ITEMS, keys=sorted(found)):
        found[row["sla_id"]].append(row)
    return [found[id] for id in sla_ids]


def literally(search: str) -> str:
    """The text as a pattern for LIKE that matches nothing but itself, in any case (T-24)."""
    if len(search) > LONGEST_SEARCH or "\0" in search:
        raise BadInput(field="search", details={"maximum": LONGEST_SEARCH})
    escaped = search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
