"""Who sees what a customer bought: agreements, packages, entitlements, licences."""

from typing import Any

from sqlalchemy import and_, exists, or_, select

from tenancy import tables as t
from tenancy.boundaries import floor
from tenancy.boundaries.floor import Condition


def mapped(row: Any) -> Condition:
    """A mapping of a package to a workspace that the viewer enters."""
    return and_(floor.in_tenant(row), or_(floor.flag("agreements"), floor.inside(row)))


def package(row: Any) -> Condition:
    """WS-7, WS-14: a package is seen where it is mapped to; whoever runs the agreement sees all of it."""
    return and_(floor.in_tenant(row), or_(floor.flag("agreements"), _reaches(row.id, row.tenant_id)))


def agreement(row: Any) -> Condition:
    """Whoever sees a package of it; and those who run agreements (WS-7)."""
    p = t.Package.__table__.alias()
    shown = select(1).where(p.c.tenant_id == row.tenant_id, p.c.agreement_id == row.id, _reaches(p.c.id, p.c.tenant_id))
    return and_(floor.in_tenant(row), or_(floor.flag("agreements"), exists(shown)))


def agreement_contact(row: Any) -> Condition:
    """Those who run agreements."""
    return and_(floor.in_tenant(row), floor.flag("agreements"))


def entitlement(row: Any) -> Condition:
    """A line of a package that the viewer sees, or, for the desk, any line (CS-31, CS-32)."""
    return and_(
        floor.in_tenant(row), or_(floor.flag("agreements"), floor.flag("desk"), _reaches(row.package_id, row.tenant_id))
    )


def of_entitlement(row: Any) -> Condition:
    """With the entitlement that it is a part of."""
    e = t.Entitlement.__table__.alias()
    seen = exists(select(1).where(e.c.tenant_id == row.tenant_id, e.c.id == row.entitlement_id, entitlement(e.c)))
    return and_(floor.in_tenant(row), seen)


def licence(row: Any) -> Condition:
    """Only a partner that reads aggregates of this customer (PC-1); see `Viewer.visiting`."""
    return and_(floor.in_tenant(row), floor.flag("insights"))


def _reaches(package_id: Any, tenant_id: Any) -> Condition:
    m = t.WorkspacePackage.__table__.alias()
    return exists(select(1).where(m.c.tenant_id == tenant_id, m.c.package_id == package_id, floor.inside(m.c)))
