"""Mistakes in what rows a person may touch: a boundary that lost its condition, or the tenant."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, exists, select, true

from tenancy import tables as t
from tenancy.boundaries import cases, floor, places
from tests.twins.planting import Fault, bounded, near, replaced


def faults() -> Iterator[Fault]:
    """Boundaries without their conditions, one after the other."""
    yield from _boundaries()
    yield from _parts()
    yield from _tenants()


def _boundaries() -> Iterator[Fault]:
    """Each boundary without its own condition: the tenant is all that is left.

    Not here are those that are a second door: no way leads to a mapping, a named contact, a clock, a share, a licence,
    an entry of a timeline or, for those who are not of the desk, an article but through something that has the
    condition itself, so nobody could notice.
    """
    lost = {
        "workspaces": ((t.Workspace,), ("ann", "maya"), near("Workspace")),
        "packages": ((t.Package,), ("ann", "cy"), near("Package")),
        "agreements": ((t.Agreement,), ("ann", "cy"), near("Agreement")),
        "entitlements": ((t.Entitlement,), ("cy", "maya"), near("Entitlement")),
        "channels": (
            (t.EntitlementChannel, t.EntitlementProduct, t.EntitlementContact, t.Entitlement),
            ("cy", "maya"),
            near("Entitlement", "EntitlementChannel"),
        ),
        "the ledger": ((t.Consumption,), ("ann", "cam"), near("Consumption")),
        "cases": ((t.Case,), ("ann", "cy"), near("Case")),
        "customers": ((t.Customer,), ("ann", "maya"), near("Customer")),
        "groups": ((t.SupportGroup,), ("ann", "maya"), near("SupportGroup")),
        "members of groups": ((t.SupportGroupMember, t.SupportGroup), ("ann", "maya"), near("SupportGroup")),
        "invitations": ((t.Invitation,), ("ann", "maya"), near("Invitation")),
        "people": ((t.User,), ("ann", "maya"), near("User")),
    }
    for name, (tables, people, types) in lost.items():
        by = _anybody if t.User in tables else floor.of_tenant
        # People are no tenant's property: their policy repeats the condition, so it is taken away as well.
        yield Fault(f"the boundary of {name} is lost", bounded(*tables, by=by), people, types, t.User not in tables)


def _anybody(row: Any) -> Any:
    return true()


def _parts() -> Iterator[Fault]:
    """A single condition inside a boundary is lost or is another one."""
    of_cases = near("Case")
    yield Fault(
        "whoever is in the workspace sees its cases", replaced(cases, "_involved", _anybody), ("ann", "ed"), of_cases
    )
    yield Fault(
        "a share with any group counts",
        replaced(cases, "shared_with_my_group", _group_of_anybody),
        ("ann", "cy", "gus"),
        of_cases,
    )
    yield Fault(
        "a share with anybody counts",
        replaced(cases, "shared_with_me", _shared_with_anybody),
        ("ann", "cy", "gus"),
        of_cases,
    )
    yield Fault(
        "a case is seen outside of its workspace", bounded(t.Case, by=_overseen_anywhere), ("di", "maya"), of_cases
    )
    yield Fault(
        "every workspace is inside",
        replaced(floor, "inside", _anybody),
        ("ann", "maya"),
        near("Workspace", "SupportGroup"),
    )
    yield Fault(
        "whoever enters reads the invitations",
        bounded(t.Invitation, by=places.in_workspace),
        ("ann", "cy"),
        near("Invitation"),
    )
    yield Fault(
        "every entry of the ledger is read by members",
        bounded(t.Consumption, by=_inside),
        ("cam", "lea"),
        near("Consumption", "Entitlement", "DrillDown"),
    )


def _group_of_anybody(row: Any) -> Any:
    s = t.CaseShare.__table__.alias()
    return exists(select(1).where(s.c.tenant_id == row.tenant_id, s.c.incident_id == row.id, s.c.group_id.is_not(None)))


def _shared_with_anybody(row: Any) -> Any:
    s = t.CaseShare.__table__.alias()
    return exists(select(1).where(s.c.tenant_id == row.tenant_id, s.c.incident_id == row.id))


def _overseen_anywhere(row: Any) -> Any:
    """D-23 forgotten: somebody who oversees one workspace oversees all."""
    w = t.Workspace.__table__.alias()
    return and_(floor.in_tenant(row), exists(select(1).where(w.c.id == floor.many("overseen"))))


def _inside(row: Any) -> Any:
    return and_(floor.in_tenant(row), row.workspace_id.is_not(None))


def _tenants() -> Iterator[Fault]:
    """The tenant is lost: shown without row-level security, because with it nothing is to be seen."""
    lost = {
        "cases of the desk": (t.Case, ("mo", "rae"), near("Case", "Query")),
        "customers of the desk": (t.Customer, ("mo", "rae"), near("Customer", "Query")),
        "products": (t.Product, ("mo", "ann"), near("Product", "Query")),
        "subjects": (t.Subject, ("mo", "ann"), near("Subject", "Query")),
        "agreements of administrators": (t.Agreement, ("gil", "fred"), near("Agreement", "Query")),
        "packages of administrators": (t.Package, ("gil", "fred"), near("Package")),
        "entitlements of administrators": (t.Entitlement, ("gil", "mo"), near("Entitlement", "Query")),
        "articles of the desk": (t.KnowledgeArticle, ("mo", "rae"), near("KnowledgeArticle", "Query")),
        "workspaces of administrators": (t.Workspace, ("gil", "fred"), near("Workspace", "Query")),
        "organisations": (t.Tenant, ("gil", "ann"), near("Tenant", "PartnerRelationship")),
        "relationships of partners": (t.PartnerRelationship, ("gil", "petra"), near("PartnerRelationship", "Query")),
    }
    for name, (table, people, types) in lost.items():
        yield Fault(f"the tenant of {name} is lost", bounded(table, by=_anybody), people, types, policies=False)
    everything = replaced(floor, "current", lambda column: true())
    yield Fault("the tenant is lost everywhere", everything, ("gil", "mo"), policies=False)
