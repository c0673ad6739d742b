"""Mistakes in what rows a person may touch: a boundary that lost its condition, or the tenant."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, exists, select, true

from tenancy import tables as t
from tenancy.boundaries import cases, floor, places
from tests.twins.contract import OFTEN, near
from tests.twins.planting import Fault, bounded, replaced


def faults() -> Iterator[Fault]:
    """Boundaries without their conditions, one after the other."""
    yield from _boundaries()
    yield from _parts()
    yield from _tenants()


def _boundaries() -> Iterator[Fault]:
    """Each boundary without its own condition: the tenant is all that is left. Which ones are not here, and why, is
    told in docs/isolation.md."""
    lost = {
        "workspaces": (t.Workspace, ("ann", "maya"), "Query.workspace Workspace.name"),
        "packages": (t.Package, ("ann", "cy"), "Query.package Package.name"),
        "agreements": (t.Agreement, ("ann", "cy"), "Query.agreement Agreement.number"),
        "entitlements": (t.Entitlement, ("ann", "cy"), "Query.entitlement Entitlement.name"),
        "the ledger": (t.Consumption, ("ann", "cam"), "Query.node Consumption.label"),
        "cases": (t.Case, ("ann", "cy"), "Query.case Case.title"),
        "timelines": (t.TimelineEntry, ("ann", "cy"), "Query.node TimelineEntry.subject"),
        "articles": (t.KnowledgeArticle, ("ann", "maya"), "Query.node KnowledgeArticle.title"),
        "customers": (t.Customer, ("ann", "maya"), "Query.node Customer.name"),
        "groups": (t.SupportGroup, ("ann", "maya"), "Query.node SupportGroup.name"),
        "invitations": (t.Invitation, ("ann", "maya"), "Query.node Invitation.email"),
        "people": (t.User, ("ann", "maya"), "Query.node User.displayName"),
        "queues": (t.Queue, ("ann", "maya"), "Query.node Queue.name"),
        "cases in queues": (t.QueueItem, ("ann", "maya"), "Query.node QueueItem.enteredOn"),
        "routing": (t.RoutingRuleSet, ("ann", "maya"), "Query.node RoutingRuleSet.name"),
        "exports": (t.ExportJob, ("ann", "lea"), "Query.exportJob ExportJob.createdAt"),
        "webhooks": (t.Webhook, ("reader",), "Query.webhook Webhook.name"),
    }
    for name, (table, people, way) in lost.items():
        # People are no tenant's property: their policy repeats the condition, so it is taken away as well.
        by, policies = (_anybody, False) if table is t.User else (floor.of_tenant, True)
        yield Fault(f"the boundary of {name} is lost", bounded(table, by=by), people, near(way), policies)
    # An application finds messages below its webhooks, and names them itself only to have them sent again.
    again = near(
        *OFTEN * ("Mutation.redeliver(input.ids) WebhookDeliveriesPayload.deliveries WebhookDelivery.sequence",)
    )
    yield Fault("the boundary of messages is lost", bounded(t.WebhookDelivery), ("reader",), again, writes=True)


def _anybody(row: Any) -> Any:
    return true()


def _parts() -> Iterator[Fault]:
    """A single condition inside a boundary is lost or is another one."""
    of_cases = near("Query.case Case.title", "Query.cases(view) CaseConnection.totalCount")
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
        near("Query.package Package.name", "Query.node SupportGroup.name"),
    )
    yield Fault(
        "whoever enters reads the invitations",
        bounded(t.Invitation, by=places.in_workspace),
        ("ann", "cy"),
        near("Query.node Invitation.email"),
    )
    yield Fault(
        "every entry of the ledger is read by members",
        bounded(t.Consumption, by=_inside),
        ("cam", "lea"),
        near("Query.node Consumption.label", "Query.entitlement Entitlement.drillDown"),
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
        "cases of the desk": (t.Case, ("mo", "rae"), "Query.case Case.title"),
        "customers of the desk": (t.Customer, ("mo", "rae"), "Query.node Customer.name"),
        "products": (t.Product, ("mo", "ann"), "Query.node Product.name"),
        "subjects": (t.Subject, ("mo", "ann"), "Query.node Subject.title"),
        "agreements of administrators": (t.Agreement, ("gil", "fred"), "Query.agreement Agreement.number"),
        "packages of administrators": (t.Package, ("gil", "fred"), "Query.package Package.name"),
        "entitlements of administrators": (t.Entitlement, ("gil", "mo"), "Query.entitlement Entitlement.name"),
        "articles of the desk": (t.KnowledgeArticle, ("mo", "rae"), "Query.node KnowledgeArticle.title"),
        "workspaces of administrators": (t.Workspace, ("gil", "fred"), "Query.workspace Workspace.name"),
        "organisations": (t.Tenant, ("gil", "ann"), "Query.node Tenant.name"),
        "relationships of partners": (t.PartnerRelationship, ("gil", "petra"), "Query.node PartnerRelationship.status"),
    }
    for name, (table, people, way) in lost.items():
        yield Fault(f"the tenant of {name} is lost", bounded(table, by=_anybody), people, near(way), policies=False)
    everything = replaced(floor, "current", lambda column: true())
    yield Fault(
        "the tenant is lost everywhere", everything, ("gil", "mo"), near("Query.node Agreement.number"), policies=False
    )
