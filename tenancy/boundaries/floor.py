"""What all boundaries stand on: facts of the viewer as parameters, and the current tenant (the first of two locks)."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Uuid, func, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.sql.expression import bindparam
from sqlalchemy.types import Boolean

from tenancy.permissions import Action
from tenancy.viewer import Viewer

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


def flag(name: str) -> BindParameter[bool]:
    """A fact that holds or not."""
    return bindparam(f"v_{name}", type_=Boolean)


def facts(viewer: Viewer) -> dict[str, Any]:
    """The values of every parameter that a boundary may mention."""
    return {
        TENANT: viewer.tenant_id,
        "v_me": viewer.user_id,
        "v_tenants": [home.id for home in viewer.tenants],
        "v_enters_all": viewer.enters_all,
        "v_entered": viewer.entered,
        "v_lists_all": viewer.everywhere(Action.LIST_EVERY_WORKSPACE),
        "v_member_of": viewer.where(Action.ENTER_WORKSPACE),
        "v_oversees": viewer.everywhere(Action.SEE_EVERY_CASE),
        "v_overseen": viewer.where(Action.SEE_EVERY_CASE),
        "v_unassigned": viewer.everywhere(Action.SEE_UNASSIGNED_CASES),
        "v_agreements": viewer.everywhere(Action.SEE_EVERY_AGREEMENT),
        "v_activity": viewer.everywhere(Action.SEE_ACTIVITY),
        "v_activity_in": viewer.where(Action.SEE_ACTIVITY),
        "v_manages": viewer.everywhere(Action.INVITE),
        "v_managed": viewer.where(Action.INVITE),
        "v_desk": viewer.everywhere(Action.SEARCH_CUSTOMERS),
        "v_insights": viewer.everywhere(Action.READ_INSIGHTS),
    }


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
