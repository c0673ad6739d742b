"""What all boundaries stand on: facts of the viewer as parameters, and the current tenant (the first of two locks)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from sqlalchemy import ColumnElement, Uuid, false, func, or_, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.expression import bindparam
from sqlalchemy.types import Boolean

from tenancy.permissions import Action, allows
from tenancy.remembered import remembered
from tenancy.viewer import Viewer
from tenancy.words import AccountType, Role

Condition = ColumnElement[bool]
_ID = Uuid(as_uuid=False)

TENANT: Final = "v_tenant"
"""The parameter that holds the viewer's current tenant."""


def one(name: str) -> BindParameter[str]:
    """A fact that is one id."""
    return bindparam(f"v_{name}", type_=_ID)


def many(name: str) -> ColumnElement[Any]:
    """A fact that is several ids: `column == many("entered")`."""
    return func.any(bindparam(f"v_{name}", type_=ARRAY(_ID)))


def flag(name: str) -> Condition:
    """A fact that holds or not: a parameter, or the truth itself where the flags are settled."""
    holding = _settled.get()
    if holding is None:
        return bindparam(f"v_{name}", type_=Boolean)
    return true() if f"v_{name}" in holding else false()


@contextmanager
def settled(holding: frozenset[str]) -> Iterator[None]:
    """Boundaries that are made in here are for viewers who hold exactly these flags: SQLAlchemy drops what follows
    from them, and what is left is what PostgreSQL must ask of each row."""
    token = _settled.set(holding)
    try:
        yield
    finally:
        _settled.reset(token)


_settled: ContextVar[frozenset[str] | None] = ContextVar("settled", default=None)


class Facts(dict[str, Any]):
    """The values of every parameter that a boundary may mention; `holding` are the flags among them that hold."""

    def __init__(self, holding: frozenset[str], values: Mapping[str, Any]) -> None:
        super().__init__(_ALL_FALSE, **dict.fromkeys(holding, True), **values)
        self.holding = holding


def facts(viewer: Viewer) -> Facts:
    """What boundaries must know about a viewer; worked out once for each."""
    if "facts" not in viewer.derived:
        viewer.derived["facts"] = _facts(viewer)
    found: Facts = viewer.derived["facts"]
    return found


def _facts(viewer: Viewer) -> Facts:
    values = {
        TENANT: viewer.tenant_id,
        "v_me": viewer.user_id,
        "v_tenants": [home.id for home in viewer.tenants],
        "v_entered": viewer.entered,
        "v_member_of": viewer.where(Action.ENTER_WORKSPACE),
        "v_overseen": viewer.where(Action.SEE_EVERY_CASE),
        "v_activity_in": viewer.where(Action.SEE_ACTIVITY),
        "v_managed": viewer.where(Action.INVITE),
    }
    return Facts(_holding(viewer.account_type, viewer.tenant_roles), values)


_FLAGS: Final[Mapping[str, Action]] = {
    "v_enters_all": Action.ENTER_EVERY_WORKSPACE,
    "v_lists_all": Action.LIST_EVERY_WORKSPACE,
    "v_oversees": Action.SEE_EVERY_CASE,
    "v_unassigned": Action.SEE_UNASSIGNED_CASES,
    "v_agreements": Action.SEE_EVERY_AGREEMENT,
    "v_activity": Action.SEE_ACTIVITY,
    "v_manages": Action.INVITE,
    "v_desk": Action.SEARCH_CUSTOMERS,
    "v_insights": Action.READ_INSIGHTS,
    "v_applications": Action.GRANT_APPLICATIONS,
}
"""Flag -> the action that a role in the whole tenant must open."""

_ALL_FALSE: Final = dict.fromkeys(_FLAGS, False)


@remembered
def _holding(account_type: AccountType, roles: frozenset[Role]) -> frozenset[str]:
    """The flags that these roles raise: it depends on nothing else, so it is computed once for each set of roles."""
    held = {name for name, action in _FLAGS.items() if allows(account_type, roles, action)}
    # A personal account enters workspaces one by one, each by the account rule (3.4).
    return frozenset(held - {"v_enters_all"} if account_type is AccountType.PERSONAL else held)


def current(column: Any) -> Condition:
    """The column names the viewer's current tenant. All of the first lock goes through here: the tests take it away to
    show that the other lock holds (T-11, T-12)."""
    condition: Condition = column == bindparam(TENANT, type_=_ID)
    return condition


def in_tenant(row: Any) -> Condition:
    """The row belongs to the viewer's current tenant."""
    return current(row.tenant_id)


def inside(row: Any) -> Condition:
    """The row belongs to a workspace that the viewer may enter."""
    return or_(flag("enters_all"), row.workspace_id == many("entered"))


def of_tenant(row: Any) -> Condition:
    """Reference data that everybody in the tenant may read."""
    return in_tenant(row)
