"""Which rows a viewer may touch, said once per table (H-2, the first of two locks).

Each boundary is an SQL condition over the row and over facts of the viewer (`facts`), bound as parameters, so one
compiled statement serves everybody. `scope` puts the boundary of every table that a statement mentions into
the statement. Row-level security, the second lock, repeats the tenant part in the database.

Read aloud: a case is visible to someone who may enter its workspace, and there oversees all cases, or is its
primary contact, or was given a share, or is in a group that was given one (CA-12, 5.8).
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import exists, or_, select

from tenancy import tables as t
from tenancy.boundaries import bought, cases, floor, places, records
from tenancy.boundaries.floor import Condition, facts, of_tenant
from tenancy.words import RelationshipKind

__all__ = [
    "BOUNDARIES",
    "CUSTOMERS",
    "LISTED",
    "MINE",
    "MY_QUEUES",
    "MY_SHARES",
    "OPEN_QUEUES",
    "SHARED_WITH_ME",
    "SHARED_WITH_MY_GROUPS",
    "WORKED_BY_ME",
    "Condition",
    "boundary",
    "facts",
    "of_tenant",
]

BOUNDARIES: Mapping[type[t.Table], Callable[[Any], Condition]] = {
    t.Tenant: places.tenant,
    t.User: places.person,
    t.RoleGrant: places.grant,
    t.PartnerRelationship: places.relationship_end,
    t.Workspace: places.workspace,
    t.WorkspacePackage: bought.mapped,
    t.Invitation: places.managed,
    t.Agreement: bought.agreement,
    t.AgreementContact: bought.agreement_contact,
    t.Package: bought.package,
    t.Entitlement: bought.entitlement,
    t.EntitlementChannel: bought.of_entitlement,
    t.EntitlementProduct: bought.of_entitlement,
    t.EntitlementContact: bought.of_entitlement,
    t.Consumption: cases.consumption,
    t.ConsumptionTotal: records.nobody,
    t.Customer: cases.customer,
    t.Product: floor.of_tenant,
    t.Subject: floor.of_tenant,
    t.Case: cases.case,
    t.TimelineEntry: cases.of_case,
    t.KnowledgeArticle: cases.article,
    t.CaseArticle: cases.of_case,
    t.SupportGroup: places.in_workspace,
    t.SupportGroupMember: cases.group_member,
    t.CaseShare: cases.of_case,
    t.Sla: floor.of_tenant,
    t.SlaItem: floor.of_tenant,
    t.SlaClock: cases.of_case,
    t.Queue: records.for_desk,
    t.QueueMember: records.for_desk,
    t.QueueItem: records.queue_item,
    t.RoutingRuleSet: records.for_desk,
    t.RoutingRule: records.for_desk,
    t.Subscription: bought.licence,
    t.LicenseActivity: bought.licence,
    t.Freshness: bought.licence,
    t.LicenceUse: bought.licence,
    t.PortfolioCustomer: bought.licence,
    t.PortfolioLicence: bought.licence,
    t.PortfolioUse: bought.licence,
    t.PortfolioMonth: bought.licence,
    t.ExportJob: records.own_file,
    t.Webhook: records.webhook,
    t.WebhookDelivery: records.webhook_delivery,
    t.IdempotencyKey: records.own_key,
    t.OutboxEvent: records.nobody,
    t.AuditEntry: records.for_customer_admins,
    t.RateBucket: records.nobody,
    t.BrowserRecord: records.nobody,
    t.LiveSubscription: places.managed,
}
"""Table -> its boundary. A table that is missing here fails a test, and cannot be read at all."""


def boundary(table: type[t.Table]) -> Callable[[Any], Condition]:
    """The boundary of a table; nobody's rows, when nobody has said whose they are."""
    return BOUNDARIES.get(table, records.nobody)


LISTED: Condition = places.listed(t.Workspace)
"""Workspaces that a list shows without being asked for one: memberships, and all of the customer for those who run
it (5.3). Narrower than the boundary: the desk may enter every workspace, yet is a member of few."""

MINE: Condition = or_(t.Case.owner_id == floor.one("me"), t.Case.primary_contact_user_id == floor.one("me"))
"""Cases that the viewer owns or is the primary contact of (CS-7)."""

OPEN_QUEUES: Condition = records.open_queue(t.Queue)
MY_QUEUES: Condition = records.my_queue(t.Queue)
WORKED_BY_ME: Condition = t.QueueItem.worked_by == floor.one("me")

_membership = t.SupportGroupMember.__table__.alias()
MY_SHARES: Condition = or_(
    t.CaseShare.user_id == floor.one("me"),
    exists(
        select(1).where(
            _membership.c.tenant_id == t.CaseShare.tenant_id,
            _membership.c.group_id == t.CaseShare.group_id,
            _membership.c.user_id == floor.one("me"),
        )
    ),
)
"""Shares that open a case to the viewer, by name or through a group."""

SHARED_WITH_ME: Condition = cases.shared_with_me(t.Case)
SHARED_WITH_MY_GROUPS: Condition = cases.shared_with_my_group(t.Case)

_link = t.PartnerRelationship.__table__.alias()
CUSTOMERS: Condition = exists(
    select(1).where(
        floor.current(_link.c.partner_tenant_id),
        _link.c.tenant_id == t.Tenant.id,
        _link.c.kind == RelationshipKind.RESELLER,
    )
)
"""Tenants to which the current one, a partner, sells or sold; delegated access alone makes no customer (3.5, D-27)."""
