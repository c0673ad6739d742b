"""Who sees which people, workspaces and organisations."""

from typing import Any

from sqlalchemy import and_, exists, or_, select

from tenancy import tables as t
from tenancy.boundaries import floor
from tenancy.boundaries.floor import Condition


def workspace(row: Any) -> Condition:
    """Those that the viewer enters (5.3)."""
    return and_(floor.in_tenant(row), or_(floor.flag("enters_all"), row.id == floor.many("entered")))


def listed(row: Any) -> Condition:
    """Memberships, and all of the customer for those who run it (5.3)."""
    return or_(floor.flag("lists_all"), row.id == floor.many("member_of"))


def in_workspace(row: Any) -> Condition:
    """What is there for everybody who enters the workspace."""
    return and_(floor.in_tenant(row), floor.inside(row))


def grant(row: Any) -> Condition:
    """Own grants, those of the whole tenant, and those of the workspaces that the viewer enters (WS-27)."""
    return and_(
        floor.in_tenant(row), or_(row.user_id == floor.one("me"), row.workspace_id.is_(None), floor.inside(row))
    )


def person(row: Any) -> Condition:
    """Oneself, and whoever holds a role where the viewer may look; people are no tenant's property."""
    g = t.RoleGrant.__table__.alias()
    return or_(row.id == floor.one("me"), exists(select(1).where(g.c.user_id == row.id, grant(g.c))))


def tenant(row: Any) -> Condition:
    """The current one, those the viewer has a role in, and those tied to the current one as partner or customer."""
    r = t.PartnerRelationship.__table__.alias()
    tied = or_(
        and_(floor.current(r.c.partner_tenant_id), r.c.tenant_id == row.id),
        and_(floor.current(r.c.tenant_id), r.c.partner_tenant_id == row.id),
    )
    return or_(floor.current(row.id), row.id == floor.many("tenants"), exists(select(1).where(tied)))


def relationship_end(row: Any) -> Condition:
    """Both the partner and the customer see the relationship that joins them (3.5)."""
    return or_(floor.in_tenant(row), floor.current(row.partner_tenant_id))


def managed(row: Any) -> Condition:
    """What is for those alone who say who comes into the workspace."""
    return and_(
        floor.in_tenant(row), floor.inside(row), or_(floor.flag("manages"), row.workspace_id == floor.many("managed"))
    )
