"""Every table of the house. A class that mixes in `Owned` is fenced by itself (see `tenancy.policies`)."""

from collections.abc import Iterator

from tenancy.tables.agreements import Agreement, AgreementContact, Package
from tenancy.tables.browsers import BrowserRecord
from tenancy.tables.cases import Case, CaseArticle
from tenancy.tables.catalogue import Customer, KnowledgeArticle, Product, Subject
from tenancy.tables.clocks import SlaClock
from tenancy.tables.entitlements import (
    Entitlement,
    EntitlementChannel,
    EntitlementContact,
    EntitlementProduct,
)
from tenancy.tables.exports import ExportJob
from tenancy.tables.grants import PartnerRelationship, RoleGrant
from tenancy.tables.ledger import Consumption, ConsumptionTotal
from tenancy.tables.licences import Freshness, LicenseActivity, Subscription
from tenancy.tables.listening import LiveSubscription
from tenancy.tables.portfolio import (
    LicenceUse,
    PortfolioCustomer,
    PortfolioLicence,
    PortfolioMonth,
    PortfolioUse,
)
from tenancy.tables.queues import Queue, QueueItem, QueueMember, RoutingRule, RoutingRuleSet
from tenancy.tables.rates import RateBucket
from tenancy.tables.records import AuditEntry, IdempotencyKey, OutboxEvent
from tenancy.tables.sharing import CaseShare, SupportGroup, SupportGroupMember
from tenancy.tables.slas import Sla, SlaItem
from tenancy.tables.table import SCHEMA, Derived, Keyed, Owned, Passing, Table
from tenancy.tables.tenants import CONSUMER_TID, Tenant, User
from tenancy.tables.timeline import TimelineEntry
from tenancy.tables.webhooks import Webhook, WebhookDelivery
from tenancy.tables.workspaces import Invitation, Workspace, WorkspacePackage

__all__ = [
    "CONSUMER_TID",
    "SCHEMA",
    "Agreement",
    "AgreementContact",
    "AuditEntry",
    "BrowserRecord",
    "Case",
    "CaseArticle",
    "CaseShare",
    "Consumption",
    "ConsumptionTotal",
    "Customer",
    "Derived",
    "Entitlement",
    "EntitlementChannel",
    "EntitlementContact",
    "EntitlementProduct",
    "ExportJob",
    "Freshness",
    "IdempotencyKey",
    "Invitation",
    "Keyed",
    "KnowledgeArticle",
    "LicenceUse",
    "LicenseActivity",
    "LiveSubscription",
    "OutboxEvent",
    "Owned",
    "Package",
    "PartnerRelationship",
    "Passing",
    "PortfolioCustomer",
    "PortfolioLicence",
    "PortfolioMonth",
    "PortfolioUse",
    "Product",
    "Queue",
    "QueueItem",
    "QueueMember",
    "RateBucket",
    "RoleGrant",
    "RoutingRule",
    "RoutingRuleSet",
    "Sla",
    "SlaClock",
    "SlaItem",
    "Subject",
    "Subscription",
    "SupportGroup",
    "SupportGroupMember",
    "Table",
    "Tenant",
    "TimelineEntry",
    "User",
    "Webhook",
    "WebhookDelivery",
    "Workspace",
    "WorkspacePackage",
    "owned_tables",
    "shared_tables",
]


def owned_tables() -> tuple[type[Table], ...]:
    """The classes whose rows belong to one tenant, by table name."""
    return tuple(table for table in _tables() if issubclass(table, Owned))


def shared_tables() -> tuple[type[Table], ...]:
    """The classes whose rows no tenant owns: tenants, users, and what passes."""
    return tuple(table for table in _tables() if not issubclass(table, Owned))


def _tables() -> Iterator[type[Table]]:
    mappers = sorted(Table.registry.mappers, key=lambda mapper: mapper.class_.__tablename__)
    return (mapper.class_ for mapper in mappers)
