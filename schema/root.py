"""The roots of the contract: a list of nouns. A new noun is a line here."""

import strawberry

from schema.roots.activity import ActivityMutations, ActivityQueries
from schema.roots.agreements import AgreementQueries
from schema.roots.cases import CaseMutations, CaseQueries
from schema.roots.catalogue import CatalogueQueries
from schema.roots.entitlements import EntitlementMutations
from schema.roots.explain import ExplainQueries
from schema.roots.exports import ExportMutations, ExportQueries
from schema.roots.insights import InsightQueries
from schema.roots.members import MemberMutations
from schema.roots.partners import PartnerMutations, PartnerQueries
from schema.roots.portfolio import PortfolioQueries
from schema.roots.price import PriceQueries
from schema.roots.queues import QueueMutations, QueueQueries
from schema.roots.routing import RoutingMutations, RoutingQueries
from schema.roots.sharing import SharingMutations
from schema.roots.subscriptions import EventQueries, Subscription
from schema.roots.viewer import ViewerQueries
from schema.roots.webhooks import WebhookMutations, WebhookQueries
from schema.roots.workspaces import WorkspaceMutations, WorkspaceQueries


@strawberry.type(description="What can be asked.")
class Query(
    EventQueries,
    ExplainQueries,
    PartnerQueries,
    ViewerQueries,
    WorkspaceQueries,
    AgreementQueries,
    ActivityQueries,
    CaseQueries,
    QueueQueries,
    RoutingQueries,
    CatalogueQueries,
    InsightQueries,
    PortfolioQueries,
    PriceQueries,
    ExportQueries,
    WebhookQueries,
):
    pass


@strawberry.type(description="What can be done. Every mutation is one transaction: all of it, or nothing.")
class Mutation(
    MemberMutations,
    WorkspaceMutations,
    SharingMutations,
    PartnerMutations,
    CaseMutations,
    QueueMutations,
    RoutingMutations,
    EntitlementMutations,
    ActivityMutations,
    ExportMutations,
    WebhookMutations,
):
    pass


__all__ = ["Mutation", "Query", "Subscription"]
