"""Lists of cases: the views of the desk, their filters and orders (CS-7, CA-12)."""

from collections.abc import Mapping
from enum import auto
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.types import DateTime

from resolvers import ids
from resolvers.context import Context
from resolvers.loaders import KEYS
from resolvers.pages import Condition, Listing, Order
from resolvers.workspaces import admit, entered
from tenancy import tables as t
from tenancy.boundaries import MINE, SHARED_WITH_ME, SHARED_WITH_MY_GROUPS
from tenancy.errors import NotFound
from tenancy.statements import Statement
from tenancy.words import CaseState
from tenancy.words.word import Word


class CaseView(Word):
    """Which cases a list shows, within what the viewer may see."""

    MY_ACTIVE = auto()
    ALL_ACTIVE = auto()
    ALL = auto()
    MY_RESOLVED = auto()
    SHARED_WITH_ME = auto()
    MY_GROUPS = auto()


class CaseOrder(Word):
    """How a list of cases is ordered."""

    NEWEST = auto()
    OLDEST = auto()
    RECENTLY_CHANGED = auto()


ORDERS: Mapping[CaseOrder, Order] = {
    CaseOrder.NEWEST: Order("newest", (("created_at", True),)),
    CaseOrder.OLDEST: Order("oldest", (("created_at", False),)),
    CaseOrder.RECENTLY_CHANGED: Order("recently_changed", (("modified_at", True),)),
}

VIEWS: Mapping[CaseView, tuple[str, ...]] = {
    CaseView.MY_ACTIVE: ("mine", "active"),
    CaseView.ALL_ACTIVE: ("active",),
    CaseView.ALL: (),
    CaseView.MY_RESOLVED: ("mine", "resolved"),
    CaseView.SHARED_WITH_ME: ("shared_with_me",),
    CaseView.MY_GROUPS: ("my_groups",),
}
"""View -> the fixed filters it is made of."""

_EQUAL = ("workspace_id", "status", "priority", "origin", "case_type", "support_kind", "customer_id", "owner_id")
_SINCE = bindparam("created_since", type_=DateTime(timezone=True))
_BEFORE = bindparam("created_before", type_=DateTime(timezone=True))


def _equal(name: str) -> Condition:
    column: Any = getattr(t.Case, name)
    condition: Condition = column == bindparam(name, type_=column.type)
    return condition


WHERE: Mapping[str, Condition] = {
    "created_since": t.Case.created_at >= _SINCE,
    "created_before": t.Case.created_at < _BEFORE,
    **{name: _equal(name) for name in _EQUAL},
}
"""What may be asked of cases, each condition with its value bound under its name."""

CASES = Listing(
    "cases",
    t.Case,
    {
        "mine": MINE,
        "active": t.Case.state == CaseState.ACTIVE,
        "resolved": t.Case.state == CaseState.RESOLVED,
        "shared_with_me": SHARED_WITH_ME,
        "my_groups": SHARED_WITH_MY_GROUPS,
        **WHERE,
    },
    ORDERS[CaseOrder.NEWEST],
)

CHILDREN = Listing("case.children", t.Case, order=ORDERS[CaseOrder.NEWEST], parent="parent_id")

_NAMED: Mapping[str, tuple[str, Statement]] = {
    "customer_id": ("Customer", Statement(select(t.Customer.id).where(t.Customer.id == KEYS))),
    "owner_id": ("User", Statement(select(t.User.id).where(t.User.id == KEYS))),
}
"""Filter that names a thing -> the type of its id, and what finds the thing where the viewer can see it."""


async def filters(
    context: Context, view: CaseView, workspace_id: str | None, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The filters in use with their values; what they name must be there for the viewer (D-31)."""
    admit(context)
    values: dict[str, Any] = dict.fromkeys(VIEWS[view])
    if workspace_id is not None:
        (values["workspace_id"],) = await entered(context, [workspace_id], "workspace_id")
    for name, value in given.items():
        if value is not None:
            values[name] = await _seen(context, name, value) if name in _NAMED else value
    return values


async def _seen(context: Context, name: str, global_id: str) -> str:
    type_name, statement = _NAMED[name]
    id = ids.of(type_name, global_id, field=name)
    if await context.scope.row(statement, keys=[id]) is None:
        raise NotFound(field=name)
    return id
